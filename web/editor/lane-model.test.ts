import { describe, expect, it } from "vitest";
import { THIN } from "../format.ts";
import { changeExecutor, loadSummary } from "./load-model.ts";
import { changeModel, duplicateLane, hasGil, laneChips, newLane } from "./lane-model.ts";
import { convert } from "./distribution-field.tsx";
import { meanMs } from "./distribution.ts";

describe("lanes", () => {
  it("sum up only what the document says", () => {
    const lane = {
      name: "Tomcat",
      runtime: { model: "threads", profile: "jvm-platform", threads: 1200, backlog: 100 },
      overrides: { machine: { cores: 8 } },
    };
    expect(laneChips(lane)).toEqual([
      "JVM platform threads",
      "1\u202f200 threads",
      "backlog 100",
      "own machine",
    ]);
  });

  it("keep what every model has when the model changes", () => {
    const runtime = { model: "threads", threads: 8, processes: 4, gil: true };
    expect(changeModel(runtime, "goroutines")).toEqual({
      model: "goroutines",
      profile: "go",
      processes: 4,
    });
  });

  it("say how many carriers virtual threads have, and how much is pinned", () => {
    const runtime = { model: "virtual-threads", parallelism: 4, pinned: 0.2 };
    expect(laneChips({ name: "JVM", runtime })).toEqual([
      "JVM virtual threads",
      "4 carriers",
      `20${THIN}% pinned`,
    ]);
  });

  it("never share a name", () => {
    const lanes = [{ name: "Go" }, { name: "Go 2" }];
    expect(duplicateLane({ name: "Go", runtime: {} }, lanes)).toEqual({
      name: "Go 3",
      runtime: {},
    });
  });

  it("are added on a model that is not there yet", () => {
    const lanes = [{ name: "a", runtime: { model: "threads" } }];
    expect(newLane(lanes)).toMatchObject({ runtime: { model: "event-loop" } });
  });

  it("have a GIL by profile unless the document says otherwise", () => {
    expect(hasGil({ model: "threads", profile: "cpython-3.11" })).toBe(true);
    expect(hasGil({ model: "threads", profile: "cpython-3.11", gil: false })).toBe(false);
    expect(hasGil({ model: "threads", profile: "cpython-3.13t" })).toBe(false);
    expect(hasGil({ model: "event-loop", profile: "uvloop" })).toBe(true);
    expect(hasGil({ model: "goroutines" })).toBe(false);
    expect(hasGil({ model: "virtual-threads" })).toBe(false);
  });
});

describe("loads", () => {
  it("keep their level and common fields when the executor changes", () => {
    const load = { executor: "constant-vus", vus: 500, thinkTime: "1s", timeout: "5s" };
    expect(changeExecutor(load, "constant-arrival-rate")).toEqual({
      executor: "constant-arrival-rate",
      timeout: "5s",
      rate: 500,
    });
  });

  it("say in a few words what they are", () => {
    const open = { executor: "ramping-arrival-rate", timeout: "2s" };
    expect(loadSummary(open)).toBe(`open · Poisson · timeout 2${THIN}s`);
    expect(loadSummary({ executor: "constant-vus" })).toBe("closed");
  });
});

describe("distributions", () => {
  it("keep their mean when the kind changes", () => {
    const kinds = ["exponential", "uniform", "normal", "lognormal", "gamma", "weibull", "pareto"];
    for (const kind of [...kinds, "hyperexponential", "empirical", "constant"]) {
      expect(meanMs(convert("20ms", kind)), kind).toBeCloseTo(20, 1);
    }
  });
});
