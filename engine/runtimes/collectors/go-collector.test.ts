import { expect, test } from "vitest";
import { begin, run, type Sketch } from "../../testing.ts";
import type { Simulation } from "../../simulation.ts";

const MIB = 2 ** 20;
const inside = { executor: "constant-vus", origin: "inside" };

/** A program with `live` bytes in use in which `vus` goroutines compute and allocate. */
function program(cores: number, runtime: object, work: object[], live = "100MiB"): Sketch {
  return {
    cores,
    duration: "5s",
    warmup: "2s",
    runtime: { model: "goroutines", ...runtime },
    requests: {
      work: { steps: work },
      cache: { steps: [{ hold: live }, { sleep: "1000s" }] },
    },
    loads: {
      work: { ...inside, vus: 4 * cores, request: "work" },
      cache: { ...inside, vus: 1, request: "cache" },
    },
  };
}

/** [begin, end] in ms of each stretch in which the collector marked on some processor. */
function markings(simulation: Simulation): { from: number; to: number; busy: number }[] {
  const slices = simulation.schedule(0, simulation.nowNs);
  const gc = [...slices.row.keys()]
    .filter((i) => slices.state[i] === 7)
    .filter((i) => simulation.scheduleRow(slices.row[i]!).kind === "processor")
    .map((i) => ({ from: slices.start[i]! / 1e6, to: slices.end[i]! / 1e6 }))
    .sort((a, b) => a.from - b.from);
  const found: { from: number; to: number; busy: number }[] = [];
  for (const { from, to } of gc) {
    const last = found.at(-1);
    if (last === undefined || from > last.to + 1) found.push({ from, to, busy: to - from });
    else {
      last.to = Math.max(last.to, to);
      last.busy += to - from;
    }
  }
  return found;
}

const steady = [{ cpu: "100us" }, { alloc: "8KiB" }];

test("background marking takes a quarter of four processors or more while it lasts (mgc.go)", () => {
  for (const cores of [4, 8]) {
    const simulation = begin(program(cores, {}, steady));
    simulation.runUntil(2e9, Infinity);
    // The ring of slices remembers a few cycles; the first of them may be cut off.
    const whole = markings(simulation).slice(-2, -1)[0]!;
    const share = whole.busy / ((whole.to - whole.from) * cores);
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
  }
});

test("under a steady load the heap stays below 1.1 times its goal, and assists are few", () => {
  const { memoryBytes, breakdownMs } = run(program(4, {}, steady)).result(0);
  // The goal is twice what was marked: 100 MiB and what was allocated while marking.
  const marked = 100 * MIB + (0.105 / 100e-6) * 3 * 8 * 1024;
  expect(memoryBytes.peak).toBeLessThan(1.1 * 2 * marked + 8 * MIB);
  expect(memoryBytes.peak).toBeGreaterThan(1.6 * marked);
  expect(breakdownMs["gc-assist"] ?? 0).toBeLessThan(0.05 * 0.1);
});

test("twice GOGC, half as many collections (± 10 %: the goal is a share of what is alive)", () => {
  const cycles = (gogc: number): number => {
    const simulation = begin(program(4, { gogc }, [{ cpu: "100us" }, { alloc: "8KiB" }], "20MiB"));
    simulation.runUntil(2e9, Infinity);
    const before = collections(simulation);
    simulation.runUntil(5e9, Infinity);
    return collections(simulation) - before;
  };
  const ratio = cycles(100) / cycles(200);
  expect(ratio).toBeGreaterThan(1.8);
  expect(ratio).toBeLessThan(2.2);
  expect(cycles(200)).toBeGreaterThan(15);
});

/** Collections so far, which no result tells. */
function collections({ runtime }: Simulation): number {
  return (runtime as unknown as { collector: { collections: number } }).collector.collections;
}

test("two processors that only allocate pay by assists, and a few requests for all (measured)", () => {
  const work = Array.from({ length: 8 }, () => [{ cpu: "1.9us" }, { alloc: "4KiB" }]).flat();
  const sketch = { ...program(2, {}, work, "200MiB"), duration: "3s", warmup: "1s" };
  const { cpu, latencyMs, breakdownMs, throughput } = run(sketch).result(0);
  // Measured: 45 cycles in 5 s, each 54 to 107 ms of assists and 26 to 66 ms in the background.
  const assists = breakdownMs["gc-assist"]! * throughput * 2e-3;
  expect(assists / cpu.gcSeconds).toBeGreaterThan(0.5);
  // Measured: p50 15 µs, p99.9 20 ms.
  expect(latencyMs.p50).toBeLessThan(0.02);
  expect(latencyMs.p999).toBeGreaterThan(100 * latencyMs.p50);
});

test("a memory limit near what is alive costs half of the processors' time and no more", () => {
  const sketch = program(4, { memoryLimit: "112MiB" }, steady);
  const { cpu, memoryBytes } = run({ ...sketch, duration: "14s", warmup: "8s" }).result(0);
  const share = cpu.gcSeconds / (cpu.gcSeconds + cpu.userSeconds);
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.55);
  expect(memoryBytes.peak).toBeLessThan(260 * MIB);
});

test("GOGC off collects nothing before the memory limit", () => {
  const quiet = { ...program(4, { gogc: "off" }, steady), duration: "2s", warmup: "500ms" };
  expect(run(quiet).result(0).cpu.gcSeconds).toBe(0);
  const limited = { ...program(4, { gogc: "off", memoryLimit: "300MiB" }, steady), warmup: "2s" };
  const { cpu, memoryBytes } = run(limited).result(0);
  expect(cpu.gcSeconds).toBeGreaterThan(0);
  expect(memoryBytes.peak).toBeLessThan(300 * MIB);
  expect(memoryBytes.peak).toBeGreaterThan(250 * MIB);
});
