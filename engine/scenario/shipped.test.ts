import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeLink, encodeLink } from "../link.ts";
import { canonicalText } from "./canonical.ts";
import { parseScenario } from "./validate.ts";

const folder = new URL("../../scenarios/", import.meta.url);
const files = readdirSync(folder).filter((file) => !file.endsWith(".schema.json"));

test("twenty-two scenarios ship", () => {
  expect(files).toHaveLength(22);
});

test.each(files)(
  "%s is right, tells its lesson and its sources, and fits into a link",
  async (file) => {
    const reply = parseScenario(readFileSync(new URL(file, folder), "utf8"));
    if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
    const { scenario } = reply;
    expect(scenario.description).toContain("**Look at**");
    expect(scenario.source).toBeTruthy();
    expect(scenario.seed).toBeTypeOf("number");
    expect(scenario.claims?.length).toBeGreaterThan(0);
    expect(scenario.claims?.every((claim) => claim.source)).toBe(true);

    const link = await encodeLink(scenario);
    if (link.kind === "rejected") throw new Error(link.problems[0]!.message);
    const opened = await decodeLink(link.hash);
    expect(opened.kind === "ok" && canonicalText(opened.scenario)).toBe(canonicalText(scenario));
  },
);
