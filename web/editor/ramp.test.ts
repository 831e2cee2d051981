import { expect, it } from "vitest";
import { moveCorner, rampOf, snap, stagesOf } from "./ramp.ts";

const STAGES = [
  { duration: "10s", target: 200 },
  { duration: "20s", target: 700 },
];
const DRAFT = {
  load: { users: { executor: "ramping-arrival-rate", startRate: 50, stages: STAGES } },
};

it("reads a ramp as the ends of its stages, and writes it back unchanged", () => {
  const ramp = rampOf(DRAFT, "load.users");
  expect(ramp?.start).toEqual({ ms: 0, value: 50 });
  expect(ramp?.corners.map((corner) => corner.ms)).toEqual([10_000, 30_000]);
  expect(ramp && stagesOf(ramp)).toEqual(STAGES);
});

it("moves a corner between its neighbours and leaves them where they are", () => {
  const ramp = rampOf(DRAFT, "load.users");
  const moved = ramp && moveCorner(ramp, 0, { ms: 99_000, value: -5 });
  expect(moved && stagesOf(moved)).toEqual([
    { duration: "30s", target: 0 },
    { duration: "0ms", target: 700 },
  ]);
});

it("has no ramp where the load has none or a stage is not valid", () => {
  expect(rampOf({ load: { users: { rate: 5 } } }, "load.users")).toBeUndefined();
  const broken = { load: { users: { stages: [{ duration: "soon", target: 1 }] } } };
  expect(rampOf(broken, "load.users")).toBeUndefined();
});

it("snaps to steps one would type", () => {
  expect([snap(123.4, 800), snap(7.77, 8), snap(0.0333, 1)]).toEqual([120, 7.8, 0.03]);
});
