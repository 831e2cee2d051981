import { describe, expect, it } from "vitest";
import { densityShape, durationMs, meanMs } from "./distribution.ts";

describe("durations", () => {
  it("reads every unit of the format", () => {
    expect(["2ms", "1m30s", "250us", "500ns", "1.5s"].map(durationMs)).toEqual([
      2, 90_000, 0.25, 0.0005, 1500,
    ]);
  });

  it("refuses what is no duration", () => {
    expect([7, "", "5", "many", "5 ms", null].map(durationMs)).toEqual(Array(6).fill(undefined));
  });
});

describe("means", () => {
  it("follow from the parameters of each distribution", () => {
    const means = [
      meanMs({ dist: "uniform", min: "1ms", max: "3ms" }),
      meanMs({ dist: "weibull", scale: "5ms", shape: 1 }),
      meanMs({ dist: "pareto", min: "1ms", shape: 2 }),
      meanMs({
        dist: "hyperexponential",
        branches: [
          { p: 0.9, mean: "1ms" },
          { p: 0.1, mean: "50ms" },
        ],
      }),
      meanMs({
        dist: "empirical",
        quantiles: [
          [0, "0ms"],
          [0.5, "4ms"],
          [1, "8ms"],
        ],
      }),
    ];
    for (const [index, mean] of [2, 5, 2, 5.9, 4].entries()) {
      expect(means[index]).toBeCloseTo(mean, 9);
    }
  });

  it("of a truncated Pareto lies below that of the whole one", () => {
    const whole = meanMs({ dist: "pareto", min: "1ms", shape: 2 }) ?? 0;
    const truncated = meanMs({ dist: "pareto", min: "1ms", shape: 2, max: "10ms" }) ?? 0;
    expect(truncated).toBeLessThan(whole);
    expect(truncated).toBeCloseTo(2 * (0.9 / 0.99), 9);
  });
});

describe("densities", () => {
  it("of a log-normal put a hundredth of the weight above its p99", () => {
    const shape =
      densityShape({ dist: "lognormal", mean: "20ms", p99: "80ms" }, 2000, 20_000) ?? [];
    const weight = (from: number, to: number): number =>
      shape.slice(from, to).reduce((sum, height) => sum + height, 0);
    expect(weight(800, 20_000) / weight(0, 20_000)).toBeCloseTo(0.01, 3);
  });

  it("do not exist for constants and invalid documents", () => {
    expect(densityShape("5ms", 10, 5)).toBeUndefined();
    expect(densityShape({ dist: "gamma", mean: "x", shape: 2 }, 10, 5)).toBeUndefined();
  });
});
