/**
 * What must hold in every run, checked over random lanes: some hundred here, and as many as one
 * likes with `npm run swarm`, which sets `SWARM_LANES` and `SWARM_SEED`.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { inFlight } from "./laws.ts";
import { OUTCOMES } from "./measure/recorder.ts";
import { createSimulation, type Simulation } from "./simulation.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshot.ts";
import { anySketch, modelOf, undeclaredEdges, type Sketch } from "./testing.ts";

const { SWARM_LANES, SWARM_SEED } = process.env;

/** Runs each property over random lanes of its own. */
function holds(lanes: number, property: (sketch: Sketch) => void): void {
  fc.assert(fc.property(anySketch, property), {
    numRuns: Number(SWARM_LANES ?? lanes),
    ...(SWARM_SEED === undefined ? {} : { seed: Number(SWARM_SEED) }),
  });
}

function straight(sketch: Sketch): Simulation {
  const simulation = createSimulation(modelOf(sketch));
  simulation.runUntil(Infinity, Infinity);
  return simulation;
}

function digestOf(simulation: Simulation): string {
  return `${simulation.status} ${simulation.events} ${simulation.result(0).digest}`;
}

test("every run finishes with its laws kept, or says why it stopped", () => {
  holds(150, (sketch) => {
    const simulation = straight(sketch);
    expect(simulation.status === "finished" || simulation.reason !== undefined).toBe(true);
  });
});

test("tasks move only along declared edges", () => {
  holds(150, (sketch) => {
    expect(undeclaredEdges(straight(sketch))).toEqual([]);
  });
});

test("the same lane gives the same digest", () => {
  holds(40, (sketch) => {
    expect(digestOf(straight(sketch))).toBe(digestOf(straight(sketch)));
  });
});

test("slices of any size give the digest of a straight run", () => {
  holds(60, (sketch) => {
    const sliced = createSimulation(modelOf(sketch));
    for (let i = 1; sliced.status === "running"; i++) {
      sliced.runUntil(i * 777_777, 1 + ((i * 37) % 500));
      if (i % 5 === 0) sliced.runUntil(sliced.nowNs + 5e6, Infinity);
    }
    expect(digestOf(sliced)).toBe(digestOf(straight(sketch)));
  });
});

test("looking at a run, or recording its schedule, does not change it", () => {
  holds(30, (sketch) => {
    const watched = createSimulation(modelOf(sketch));
    watched.trace.enabled = true;
    for (let at = 1; watched.status === "running"; at++) {
      watched.runUntil(at * 7e6, Infinity);
      watched.result(0);
      watched.takeSamples();
    }
    expect(digestOf(watched)).toBe(digestOf(straight(sketch)));
  });
});

test("a snapshot restored in the middle leads to the end of a straight run", () => {
  holds(60, (sketch) => {
    const simulation = createSimulation(modelOf(sketch));
    simulation.runUntil(25e6, Infinity);
    const early = takeSnapshot(simulation);
    simulation.runUntil(70e6, Infinity);
    const late = takeSnapshot(simulation);
    simulation.runUntil(Infinity, Infinity);
    const expected = digestOf(simulation);
    for (const snapshot of [late, early, late, early]) {
      restoreSnapshot(snapshot);
      simulation.runUntil(Infinity, Infinity);
      expect(digestOf(simulation)).toBe(expected);
    }
  });
});

test("requests are conserved, and those in flight are tasks in places", () => {
  holds(60, (sketch) => {
    const simulation = straight(sketch);
    const { recorder, ledger } = simulation;
    const failed = OUTCOMES.reduce((sum, _, i) => sum + recorder.failed[i]!, 0);
    const alive = inFlight(recorder);
    expect(recorder.started).toBe(recorder.completed + failed + alive);
    // Parts and what nobody waits for any more are tasks too.
    expect(alive).toBeLessThanOrEqual(ledger.tasks.live);
  });
});

test("the parts of the breakdown add up to the mean latency", () => {
  holds(60, (sketch) => {
    const { breakdownMs, latencyMs, requests } = straight(sketch).result(0);
    if (requests.completed === 0 || Number.isNaN(latencyMs.mean)) return;
    const sum = Object.values(breakdownMs).reduce((total, part) => total + part, 0);
    expect(Math.abs(sum - latencyMs.mean)).toBeLessThanOrEqual(1e-9 * latencyMs.mean + 1e-9);
  });
});
