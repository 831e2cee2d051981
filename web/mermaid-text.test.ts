import fc from "fast-check";
import { expect, it } from "vitest";
import { mermaidText } from "./mermaid-text.ts";

it("keeps words as they are, and writes what means something to Mermaid as entity codes", () => {
  expect(mermaidText("waits for lock über_all, 16 of 32")).toBe(
    "waits for lock über_all, 16 of 32",
  );
  expect(mermaidText('say "hi"; #1\n--> end')).toBe("say #34;hi#34;#59; #35;1 #45;#45;#62; end");
  expect(mermaidText("<script>")).toBe("#60;script#62;");
  expect(mermaidText("wrap: me")).toBe("#119;rap#58; me");
  expect(mermaidText(" \n ")).toBe("–");
});

/** What Mermaid itself makes of entity codes before it parses, and after. */
function decoded(text: string): string {
  return text.replaceAll(/#(\d+);/g, (_code, point) => String.fromCodePoint(Number(point)));
}

it("loses nothing but line breaks and the spaces around them", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const line = text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
      expect(decoded(mermaidText(text))).toBe(line === "" ? "–" : line);
    }),
  );
});

it("leaves nothing that could end a label, begin a statement, a comment or a directive", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const withoutCodes = mermaidText(text).replaceAll(/#\d+;/g, "");
      expect(withoutCodes).not.toMatch(/["'`;:#%{}[\]()<>|&@\\\n\r+-]/);
      expect(mermaidText(text)).not.toMatch(/^(no)?wrap/i);
    }),
  );
});
