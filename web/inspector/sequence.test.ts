import { expect, it } from "vitest";
import type { Topology, Waterfall } from "../../engine/api.ts";
import { emptyTopology } from "../charts/testing.ts";
import { stepRows } from "../editor/program.ts";
import { THIN } from "../format.ts";
import { sequenceDiagram } from "./sequence.ts";

const TOPOLOGY: Topology = {
  ...emptyTopology(1),
  places: [
    { name: "worker-queue", label: "queue for a thread", kind: "queue", group: "runtime" },
    { name: "running", label: "running", kind: "run", group: "runtime" },
    { name: "waiting-lock:a", label: "waits for lock a; b", kind: "lock", group: "runtime" },
  ],
};

const ALONE = { others: 0, holders: [], heldBy: 0 };

const FALL: Waterfall = {
  request: {
    request: "page",
    number: 7,
    beganNs: 0,
    endedNs: 6e6,
    outcome: "completed",
    spentNs: new Float64Array([1e6, 3e6, 2e6]),
  },
  threads: [],
  stays: [
    { place: 0, step: -1, fromNs: 0, toNs: 1e6, ...ALONE },
    { place: 1, step: 0, fromNs: 1e6, toNs: 4e6, ...ALONE },
    { place: 2, step: 1, fromNs: 4e6, toNs: 6e6, ...ALONE },
  ],
};

it("tells a request place by place, and keeps what Mermaid would misread out of the words", () => {
  const steps = stepRows([{ cpu: "3ms" }, { io: "2ms" }], "steps");
  expect(sequenceDiagram(FALL, TOPOLOGY, steps).replaceAll(THIN, " ")).toBe(`sequenceDiagram
  participant client
  participant p0 as queue for a thread
  participant p1 as running
  participant p2 as waits for lock a#59; b
  client->>p0: request
  Note over p0: 1 ms
  p0->>p1: compute
  Note over p1: 3 ms
  p1->>p2: wait for I/O
  Note over p2: 2 ms
  p2->>client: completed after 6 ms
`);
});
