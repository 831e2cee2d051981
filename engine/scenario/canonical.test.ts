import fc from "fast-check";
import { expect, test } from "vitest";
import { anyScenario } from "./arbitrary.ts";
import { canonicalText, prettyText } from "./canonical.ts";
import { laneModel } from "./lane-model.ts";
import type { Scenario } from "./schema.ts";
import { parseScenario } from "./validate.ts";

function parsed(input: unknown): Scenario {
  const reply = parseScenario(input);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  return reply.scenario;
}

const wordy = {
  lanes: [
    {
      runtime: { processes: 1, queue: "unbounded", model: "threads" },
      name: "a",
      overrides: { machine: { cores: 4 } },
    },
  ],
  load: { users: { vus: 1, executor: "constant-vus", thinkTime: "0s", connections: {} } },
  requests: { page: { steps: [{ gil: "held", cpu: "2.0ms" }] } },
  machine: { cores: 4 },
  warmup: "0s",
  duration: "10s",
  seed: 1,
  name: "wordy",
  version: 1,
};

test("canonical text has one order, no defaults, and units as they were written", () => {
  expect(canonicalText(parsed(wordy))).toBe(
    '{"version":1,"name":"wordy","duration":"10s",' +
      '"requests":{"page":{"steps":[{"cpu":"2.0ms"}]}},' +
      '"load":{"users":{"executor":"constant-vus","vus":1}},' +
      '"lanes":[{"name":"a","runtime":{"model":"threads"},' +
      '"overrides":{"machine":{"cores":4}}}]}',
  );
});

test("pretty text is the same document on as few lines as fit", () => {
  const text = prettyText(parsed(wordy));
  expect(parsed(text)).toEqual(parsed(canonicalText(parsed(wordy))));
  expect(text).toContain('  "requests": { "page": { "steps": [{ "cpu": "2.0ms" }] } },\n');
});

test("names that look like keys with defaults are left alone", () => {
  const named = {
    ...wordy,
    requests: { gil: { steps: [{ cpu: "1ms" }] }, wait: { steps: [{ io: "1ms" }] } },
    load: { seed: { executor: "constant-vus", vus: 1, request: "gil" } },
  };
  expect(parsed(canonicalText(parsed(named)))).toMatchObject({
    requests: named.requests,
    load: named.load,
  });
});

test("canonical text means what the document means, and is its own canonical text", () => {
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const text = canonicalText(scenario);
      const again = parsed(text);
      expect(canonicalText(again)).toBe(text);
      scenario.lanes.forEach((_, lane) => {
        expect(laneModel(again, lane)).toEqual(laneModel(scenario, lane));
      });
    }),
  );
});
