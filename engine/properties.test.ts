/** What must hold in every run, checked over random lanes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSimulation, type Simulation } from "./simulation.ts";
import { anySketch, modelOf, undeclaredEdges, type Sketch } from "./testing.ts";

const RUNS = { numRuns: 100 };

function straight(sketch: Sketch): Simulation {
  const simulation = createSimulation(modelOf(sketch));
  simulation.runUntil(Infinity, Infinity);
  return simulation;
}

test("every run finishes with its laws kept, or says why it stopped", () => {
  fc.assert(
    fc.property(anySketch, (sketch) => {
      const simulation = straight(sketch);
      expect(simulation.status === "finished" || simulation.reason !== undefined).toBe(true);
    }),
    RUNS,
  );
});

test("tasks move only along declared edges", () => {
  fc.assert(
    fc.property(anySketch, (sketch) => {
      expect(undeclaredEdges(straight(sketch))).toEqual([]);
    }),
    RUNS,
  );
});
