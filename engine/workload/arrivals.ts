/**
 * When requests arrive, and how many users there are: constant and ramping rates, recorded times.
 *
 * Ramping rates are non-homogeneous processes: unit-rate arrivals in the integral of the rate,
 * mapped back to time.
 */
import { assert } from "../kernel/assert.ts";
import { compile, meanOf, type Sampler } from "../kernel/distribution.ts";
import { KeyedDraws } from "../kernel/draws.ts";
import { DUE, type Clock } from "../kernel/queue.ts";
import type { Arrivals, Distribution, Executor, LaneModel, Load, Ramp } from "../scenario/model.ts";

const SECOND = 1e9;

/** A rate (per second) or number of users over time, piecewise linear; zero after its end. */
export class Profile {
  /** Corner times, ns from the load's start. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Integral (value × seconds) up to each corner. */
  private readonly sums: Float64Array;

  constructor(points: readonly (readonly [number, number])[]) {
    this.times = Float64Array.from(points, (point) => point[0]);
    this.values = Float64Array.from(points, (point) => point[1]);
    this.sums = new Float64Array(points.length);
    for (let i = 1; i < points.length; i++) {
      const seconds = (this.times[i]! - this.times[i - 1]!) / SECOND;
      this.sums[i] = this.sums[i - 1]! + (seconds * (this.values[i]! + this.values[i - 1]!)) / 2;
    }
  }

  get endNs(): number {
    return this.times[this.times.length - 1]!;
  }

  /** The value at a time; the last one after the end. */
  at(ns: number): number {
    const { times, values } = this;
    let i = 1;
    while (i < times.length && times[i]! < ns) i++;
    if (i >= times.length) return values[times.length - 1]!;
    const span = times[i]! - times[i - 1]!;
    if (span === 0) return values[i]!;
    return values[i - 1]! + ((ns - times[i - 1]!) / span) * (values[i]! - values[i - 1]!);
  }

  /** The integral (value × seconds) up to a time; it grows no more after the end. */
  sumAt(ns: number): number {
    const { times, values, sums } = this;
    let i = 1;
    while (i < times.length && times[i]! < ns) i++;
    if (i >= times.length) return sums[times.length - 1]!;
    const seconds = (ns - times[i - 1]!) / SECOND;
    return sums[i - 1]! + (seconds * (values[i - 1]! + this.at(ns))) / 2;
  }

  /** The time (ns) at which the integral reaches `sum`; Infinity when it never does. */
  timeOf(sum: number): number {
    const { times, values, sums } = this;
    let i = 1;
    while (i < times.length && sums[i]! < sum) i++;
    if (i >= times.length) return Infinity;
    const seconds = (times[i]! - times[i - 1]!) / SECOND;
    const from = values[i - 1]!;
    const slope = (values[i]! - from) / seconds;
    const rest = sum - sums[i - 1]!;
    // from·t + slope·t²/2 = rest, in the form that does not cancel when the slope is small.
    const root = Math.sqrt(Math.max(0, from * from + 2 * slope * rest));
    const t = (2 * rest) / (from + root);
    return times[i - 1]! + Math.min(seconds, t) * SECOND;
  }

  /** The first time ≥ `afterNs` at which the value is above `level`; Infinity when there is none. */
  firstAbove(level: number, afterNs: number): number {
    if (this.at(afterNs) > level) return afterNs;
    const { times, values } = this;
    for (let i = 1; i < times.length; i++) {
      if (times[i]! < afterNs || values[i]! <= level) continue;
      const span = times[i]! - times[i - 1]!;
      const rise = values[i]! - values[i - 1]!;
      const cross =
        rise > 0 ? times[i - 1]! + ((level - values[i - 1]!) / rise) * span : times[i - 1]!;
      return Math.ceil(Math.max(afterNs, cross + 1));
    }
    return Infinity;
  }
}

/** A gap of mean 1 in the units in which gaps are drawn: fine enough to be exact. */
const UNIT = 2 ** 40;

/** The n-th arrival of a load that sends at a rate or by a recorded list. */
export class ArrivalSource {
  private profile: Profile | undefined;
  private readonly times: readonly number[];
  /** Gaps: in ns where the rate is constant, in `UNIT`s of the rate's integral where it ramps. */
  private gap!: Sampler;
  private gapUnit!: number;
  /** Mean gap (ns) where the rate is constant. */
  private meanNs!: number;
  private readonly draws: KeyedDraws;
  private readonly drawn = new Float64Array(1);
  /** [integral or time (ns) reached, the same one arrival earlier] */
  private readonly reached = new Float64Array(2);
  private handedOut = 0;

  constructor(seed: number, load: Load) {
    const { executor } = load;
    this.draws = new KeyedDraws(seed, `gaps of ${load.name}`, this.drawn);
    this.times = executor.kind === "trace" ? executor.timesNs : [];
    this.follow(executor);
  }

  private follow(executor: Executor): void {
    this.profile = rateProfile(executor);
    const arrivals = "arrivals" in executor ? executor.arrivals : { kind: "poisson" as const };
    const rate = executor.kind === "constant-arrival-rate" ? executor.rate : 0;
    this.meanNs = SECOND / rate;
    this.gap = compile(gapDistribution(arrivals, this.profile === undefined ? this.meanNs : UNIT));
    this.gapUnit = arrivals.kind === "gaps" ? meanOf(arrivals.gap) : UNIT;
  }

  /** How many arrivals have been handed out. */
  get count(): number {
    return this.handedOut;
  }

  /** Puts the next arrival's offset (ns) from the load's start into `clock[DUE]`; or Infinity. */
  next(clock: Clock): void {
    const n = this.handedOut++;
    if (this.times.length > 0) {
      clock[DUE] = n < this.times.length ? this.times[n]! : Infinity;
      return;
    }
    this.reached[1] = this.reached[0]!;
    this.draws.draw(this.gap, n, 0);
    if (this.profile === undefined) {
      clock[DUE] = this.reached[0]! + this.drawn[0]!;
      this.reached[0] = clock[DUE];
      return;
    }
    const sum = this.reached[0]! + this.drawn[0]! / this.gapUnit;
    this.reached[0] = sum;
    clock[DUE] = Math.round(this.profile.timeOf(sum));
  }

  /**
   * The load goes by `executor` from `ns` (from the load's start) on: puts the new time of the
   * arrival that was handed out last into `clock[DUE]`. What is left of its gap is left, measured in
   * mean gaps, so that the same draws bring the same requests sooner or later.
   */
  retune(executor: Executor, ns: number, clock: Clock): void {
    if (this.times.length > 0) {
      this.handedOut--;
      do this.next(clock);
      while (clock[DUE]! < ns);
      return;
    }
    const left = this.reached[0]! - this.sumAt(ns);
    // Nothing of the gap has passed, or the load was over and begins anew.
    const isWhole = this.sumAt(ns) === this.reached[1] || left < 0;
    const gapsLeft = this.profile === undefined ? left / this.meanNs : left;
    this.follow(executor);
    this.reached[0] = this.sumAt(ns);
    if (isWhole) {
      this.handedOut--;
      this.next(clock);
      return;
    }
    this.reached[1] = -1;
    if (this.profile === undefined) {
      this.reached[0] += Math.round(gapsLeft * this.meanNs);
      clock[DUE] = this.reached[0];
    } else {
      this.reached[0] += gapsLeft;
      clock[DUE] = Math.max(ns, Math.round(this.profile.timeOf(this.reached[0])));
    }
  }

  /** What `reached` is measured in, at an offset (ns) from the load's start. */
  private sumAt(ns: number): number {
    return this.profile === undefined ? ns : this.profile.sumAt(ns);
  }
}

function gapDistribution(arrivals: Arrivals, meanNs: number): Distribution {
  if (arrivals.kind === "gaps") return arrivals.gap;
  // No rate at all: gaps longer than any run.
  if (meanNs === Infinity) return { kind: "constant", ns: 2 ** 52 };
  return arrivals.kind === "uniform"
    ? { kind: "constant", ns: meanNs }
    : { kind: "exponential", meanNs };
}

function rateProfile(executor: Executor): Profile | undefined {
  if (executor.kind === "ramping-arrival-rate") return new Profile(rampPoints(executor.ramp));
  if (executor.kind === "trace-rates") return new Profile(executor.rates);
  return undefined;
}

/** The corners of a ramp: [ns from its start, value]. */
export function rampPoints(ramp: Ramp): [number, number][] {
  const points: [number, number][] = [[0, ramp.from]];
  let at = 0;
  for (const stage of ramp.stages) {
    at += stage.durationNs;
    points.push([at, stage.target]);
  }
  return points;
}

/** What is planned over time: arrivals per second, or users where there are no rates. */
interface PlannedLoad {
  readonly unit: "rate" | "users";
  /** Corners: [ns, value]. */
  readonly points: [number, number][];
  /** There are users as well, whose requests nobody plans. */
  readonly isPart?: true;
  /** Some of it is a recording: its corners are no stages. */
  readonly isRecorded?: true;
}

/** The planned load of a lane: each phase of it has its part of what it plans for the whole run. */
export function plannedLoad(model: LaneModel): PlannedLoad {
  const phases = [{ atNs: 0, model }, ...model.changes];
  const planned = phases.map((phase) => plannedOf(phase.model));
  const { unit } = planned[0]!;
  const isPart = planned.some((one) => one.isPart);
  const isRecorded = planned.some((one) => one.isRecorded);
  const points = planned.flatMap(({ points: whole }, i) => {
    const from = phases[i]!.atNs;
    const next = phases[i + 1]?.atNs;
    if (from === 0 && next === undefined) return whole;
    const to = next === undefined ? model.durationNs : next - 1;
    if (to < from) return [];
    const profile = new Profile(whole);
    const inside = whole.filter(([at]) => at > from && at < to);
    inside.unshift([from, profile.at(from)]);
    inside.push([to, profile.at(to)]);
    return inside;
  });
  return {
    unit,
    points,
    ...(isPart ? { isPart } : {}),
    ...(isRecorded ? { isRecorded } : {}),
  };
}

function plannedOf(model: LaneModel): PlannedLoad {
  const isUsers = (load: Load): boolean => load.executor.kind.endsWith("vus");
  const unit = model.loads.every(isUsers) ? "users" : "rate";
  const isPart = unit === "rate" && model.loads.some(isUsers);
  const isRecorded = model.loads.some(({ executor }) => executor.kind.startsWith("trace"));
  const shapes = model.loads
    .filter((load) => isUsers(load) === (unit === "users"))
    .map((load) => ({ load, profile: new Profile(plannedPoints(load, model.durationNs)) }));
  const corners = new Set<number>([0, model.durationNs]);
  for (const { load, profile } of shapes) {
    for (const time of profile.times) {
      for (const edge of [time - 1, time, time + 1]) {
        const at = load.startNs + edge;
        if (at >= 0 && at <= model.durationNs) corners.add(at);
      }
    }
  }
  const points = [...corners]
    .sort((x, y) => x - y)
    .map((at): [number, number] => [at, sumAt(shapes, at)]);
  return {
    unit,
    points: withoutMidpoints(points),
    ...(isPart ? { isPart } : {}),
    ...(isRecorded ? { isRecorded } : {}),
  };
}

function sumAt(shapes: readonly { load: Load; profile: Profile }[], at: number): number {
  let sum = 0;
  for (const { load, profile } of shapes) {
    const offset = at - load.startNs;
    if (offset >= 0 && offset <= Math.min(profile.endNs, load.durationNs))
      sum += profile.at(offset);
  }
  return sum;
}

/** Leaves out points that lie on the line between their neighbours. */
function withoutMidpoints(points: readonly [number, number][]): [number, number][] {
  return points.filter((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    return (
      before === undefined || after === undefined || before[1] !== point[1] || after[1] !== point[1]
    );
  });
}

function plannedPoints(load: Load, runNs: number): readonly (readonly [number, number])[] {
  const end = Math.max(0, Math.min(load.durationNs, runNs - load.startNs));
  const { executor } = load;
  switch (executor.kind) {
    case "constant-arrival-rate":
      return [
        [0, executor.rate],
        [end, executor.rate],
      ];
    case "constant-vus":
      return [
        [0, executor.vus],
        [end, executor.vus],
      ];
    case "ramping-arrival-rate":
    case "ramping-vus":
      return rampPoints(executor.ramp);
    case "trace-rates":
      return executor.rates;
    case "trace":
      return recordedRates(executor.timesNs, end);
  }
}

/** A recorded list as a rate over some fifty stretches. */
function recordedRates(times: readonly number[], end: number): [number, number][] {
  const stretches = 50;
  const width = end / stretches;
  assert(width >= 0, "a load that ends before it starts");
  const counts = new Float64Array(stretches);
  for (const time of times) {
    if (time <= end) counts[Math.min(stretches - 1, Math.floor(time / width))]! += 1;
  }
  return Array.from(counts, (count, i): [number, number] => [
    (i + 0.5) * width,
    (count / width) * SECOND,
  ]);
}
