import { describe, expect, it } from "vitest";
import {
  CATALOGUE,
  DEFAULT_SCENARIO,
  findScenario,
  firstSentence,
  searchCatalogue,
} from "./catalogue.ts";
import { blocks, spans } from "./markdown.tsx";

describe("the catalogue", () => {
  it("starts with the scenario that opens by default", () => {
    expect(CATALOGUE[0]?.id).toBe(DEFAULT_SCENARIO);
    expect(findScenario(DEFAULT_SCENARIO)?.tags).toEqual(["jvm-platform", "netty"]);
  });

  it("holds scenarios only, not the schema", () => {
    expect(CATALOGUE.map((entry) => entry.id)).not.toContain("scenario.schema");
    expect(CATALOGUE.every((entry) => entry.teaser.length > 10)).toBe(true);
  });

  it("finds by every word, wherever it stands", () => {
    expect(searchCatalogue("TOMCAT netty").map((entry) => entry.id)).toContain(DEFAULT_SCENARIO);
    expect(searchCatalogue("tomcat zebra")).toEqual([]);
  });

  it("takes a decimal point for what it is", () => {
    expect(firstSentence("An order needs **2.15 ms** of CPU. It waits.")).toBe(
      "An order needs 2.15 ms of CPU.",
    );
  });
});

describe("descriptions", () => {
  it("keep HTML as the text it is", () => {
    expect(spans("a <img src=x> b")).toEqual([{ kind: "text", at: 0, text: "a <img src=x> b" }]);
  });

  it("link to web addresses only", () => {
    expect(spans("[x](https://a.example/b)")[0]).toMatchObject({ href: "https://a.example/b" });
    expect(spans("[x](javascript:alert(1))")[0]?.kind).toBe("text");
  });

  it("know strong, emphasis, code and lists", () => {
    expect(spans("**a** *b* `c*d`").map((span) => span.kind)).toEqual([
      "strong",
      "text",
      "em",
      "text",
      "code",
    ]);
    expect(blocks("one\ntwo\n\n- a\n- b").map((block) => block.kind)).toEqual([
      "paragraph",
      "list",
    ]);
  });
});
