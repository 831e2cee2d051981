import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLink, encodeLink } from "./link.ts";
import { anyScenario } from "./scenario/arbitrary.ts";
import { canonicalText } from "./scenario/canonical.ts";
import type { Scenario } from "./scenario/schema.ts";

const small: Scenario = {
  version: 1,
  name: "Zwei Threads, ein GIL ⏱",
  duration: "2s",
  requests: { loop: { steps: [{ cpu: "500ms" }] } },
  load: { users: { executor: "constant-vus", vus: 2 } },
  lanes: [{ name: "threads", runtime: { model: "threads", profile: "cpython-3.11" } }],
};

/** A link that people have saved: it must stay readable, whatever becomes of the encoder. */
const STORED =
  "s=1VY5NjsIwDIWvUr11QBTEJhdAI81yVjNiEbVGRGrjTOzwoypn4CxciZOgFDZsbMl-33tvwomSeA6wrUFwI8Hi90y--Tkmcr2Yhnxodl_fzeN2h0Gfk9NZj7XAINF_JlGBnTAwx7pFKQrs34QuZlhsV6tRUPalGAzs-qrJQmmG6EJdVk6w6DiIuqCLU67Wddr1DLlAL8N3Q32Vq_k5qK-3CSP3NHw8Y-KDHyrQxaseOSw2y7ZFKfvyBA";

async function linkOf(scenario: Scenario): Promise<string> {
  const reply = await encodeLink(scenario);
  if (reply.kind === "rejected") throw new Error(reply.problems[0]!.message);
  return reply.hash;
}

function packed(text: string): string {
  return `s=1${deflateRawSync(text).toString("base64url")}`;
}

async function problemOf(link: string): Promise<string> {
  const reply = await decodeLink(link);
  return reply.kind === "ok" ? "none" : reply.problems[0]!.message;
}

test("a stored link of codec 1 stays readable", async () => {
  expect(await decodeLink(STORED)).toEqual({ kind: "ok", scenario: small });
});

test("a link is read from a whole address as from its hash", async () => {
  const hash = await linkOf(small);
  expect(await decodeLink(`http://localhost:5173/?lang=de#${hash}\n`)).toMatchObject({
    kind: "ok",
  });
  expect(await decodeLink(`#${hash}`)).toMatchObject({ kind: "ok" });
});

test("a damaged link says what to do", async () => {
  const hash = await linkOf(small);
  expect(await problemOf(hash.slice(0, -20))).toBe("the link is cut off or changed: copy it whole");
  expect(await problemOf("http://localhost:5173/")).toBe(
    'expected a link with "#s=" in it: copy it whole',
  );
  expect(await problemOf(`${hash}%`)).toBe("the link holds characters no link has: copy it whole");
  expect(await problemOf("#s=2abc")).toMatch(/codec "2": the link is cut off, or newer/);
  expect(await problemOf("#s=")).toMatch(/got nothing after it/);
});

test("what a link holds is validated like any document", async () => {
  expect(await problemOf(packed('{"version":2}'))).toMatch(/^expected 1/);
  expect(await problemOf(packed("{"))).toMatch(/^line 1, column 2/);
  const notUtf8 = `s=1${deflateRawSync(Buffer.from([0xff, 0xfe])).toString("base64url")}`;
  expect(await problemOf(notUtf8)).toBe("the link is changed: copy it whole");
});

test("a bomb is not inflated to its end", async () => {
  const bomb = packed(" ".repeat(20_000_000));
  expect(bomb.length).toBeLessThan(32 * 1024);
  expect(await problemOf(bomb)).toMatch(/unpacks to more than 262144 bytes/);
});

test("a scenario too big for a link is refused with a remedy", async () => {
  // Uneven gaps, so that the text does not compress away.
  const times = Array.from({ length: 20_000 }, (_, i) => i * 7 + ((i * 7919) % 1009) / 1009);
  const load = { users: { executor: "trace" as const, times } };
  const reply = await encodeLink({ ...small, load });
  expect(reply).toMatchObject({ kind: "rejected" });
  expect(JSON.stringify(reply)).toMatch(/too long for a link: .* save it as a file/);
});

test("any scenario comes back from its link", async () => {
  await fc.assert(
    fc.asyncProperty(anyScenario, async (scenario) => {
      const reply = await decodeLink(await linkOf(scenario));
      if (reply.kind === "rejected") throw new Error(reply.problems[0]!.message);
      expect(canonicalText(reply.scenario)).toBe(canonicalText(scenario));
    }),
    { numRuns: 50 },
  );
});

test("no text at all makes the decoder throw", async () => {
  const base64 = fc.base64String().map((text) => `#s=1${text.replace(/=+$/, "")}`);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), base64), async (text) => {
      expect((await decodeLink(text)).kind).toBe("rejected");
    }),
  );
});
