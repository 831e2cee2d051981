/**
 * Exact steady states of single queues. Times in seconds, rates per second. Sources: L. Kleinrock,
 * "Queueing Systems", volume 1 (1975), sections 3.2 to 3.6 and 5.6, volume 2 (1976), section 4.4;
 * A. O. Allen, "Probability, Statistics, and Queueing Theory" (1990), table 5 ff. (distribution of
 * the time in M/M/c); G. J. Franx, "A simple solution for the M/D/c waiting time distribution",
 * Operations Research Letters 29 (2001).
 */
import { exp, log } from "../kernel/math.ts";

/** A queue in its steady state. */
export interface Steady {
  /** Requests that get through, per second. */
  readonly throughput: number;
  /** Mean time from arrival to departure of those. */
  readonly mean: number;
  /** Share of arrivals that is refused. */
  readonly refused: number;
  /** Probability that the time is longer than t; undefined where no closed form is known. */
  readonly above: ((t: number) => number) | undefined;
}

/** Erlang's loss formula: the share refused by c servers without a line, a the offered load. */
export function erlangB(c: number, a: number): number {
  let blocked = 1;
  for (let k = 1; k <= c; k++) blocked = (a * blocked) / (k + a * blocked);
  return blocked;
}

/** Erlang's delay formula: the share that has to wait for one of c servers; a < c. */
export function erlangC(c: number, a: number): number {
  const blocked = erlangB(c, a);
  return (c * blocked) / (c - a * (1 - blocked));
}

/** Poisson arrivals, exponential services, c servers, first come first served. */
export function mmc(rate: number, service: number, c: number): Steady {
  const mu = 1 / service;
  const theta = c * mu - rate;
  const waits = erlangC(c, rate * service);
  const above = (t: number): number => {
    const alone = exp(-mu * t);
    // One server: the two parts make one exponential.
    if (c === 1) return exp(-theta * t);
    const apart = theta - mu;
    const both =
      Math.abs(apart) < 1e-9 * mu ? theta * t * alone : (theta * (alone - exp(-theta * t))) / apart;
    return (1 - waits) * alone + waits * (exp(-theta * t) + both);
  };
  return { throughput: rate, mean: service + waits / theta, refused: 0, above };
}

/** Beyond so many places in the system percentiles would take too long to add up. */
const MOST_PLACES = 20_000;

/** The same with room for `places` requests in all, those in service included. */
export function mmck(rate: number, service: number, c: number, places: number): Steady {
  const p = stationary(places, (n) => (rate * service) / Math.min(n, c));
  const refused = p[places]!;
  const throughput = rate * (1 - refused);
  const inside = p.reduce((sum, share, n) => sum + share * n, 0);
  const accepted = p.slice(0, places).map((share) => share / (1 - refused));
  return {
    throughput,
    mean: inside / throughput,
    refused,
    above: places > MOST_PLACES ? undefined : (t) => aboveWithLine(accepted, service, c, t),
  };
}

/** Whoever finds n ≥ c waits for n − c + 1 departures at rate c ÷ S, then for its own service. */
function aboveWithLine(found: readonly number[], service: number, c: number, t: number): number {
  const mu = 1 / service;
  const alone = exp(-mu * t);
  // Chances that fewer than m departures fall into t, and into t at the rate less the own one's.
  let term = exp(-c * mu * t);
  let fewer = 0;
  let otherTerm = exp(-(c - 1) * mu * t);
  let otherFewer = 0;
  let ratio = 1;
  let sum = 0;
  found.forEach((share, n) => {
    if (n < c) {
      sum += share * alone;
      return;
    }
    const m = n - c + 1;
    fewer += term;
    term *= (c * mu * t) / m;
    otherFewer += otherTerm;
    otherTerm *= ((c - 1) * mu * t) / m;
    ratio *= c / (c - 1);
    // One server: one more stage of the same rate.
    const rest = c === 1 ? term : ratio * alone * Math.max(0, 1 - otherFewer);
    sum += share * Math.min(1, fewer + (Number.isFinite(rest) ? rest : 0));
  });
  return sum;
}

/** One server, any service times; `second` is their second moment. */
export function mg1(rate: number, service: number, second: number): Steady {
  const mean = service + (rate * second) / (2 * (1 - rate * service));
  return { throughput: rate, mean, refused: 0, above: undefined };
}

/** One server that all share equally: whatever the distribution. */
export function mg1Sharing(rate: number, service: number): Steady {
  return { throughput: rate, mean: service / (1 - rate * service), refused: 0, above: undefined };
}

/** Nearer to saturation the sums of the distribution get long. */
const MOST_LOAD = 0.98;

/** One server, equal service times, first come first served. */
export function md1(rate: number, service: number): Steady {
  const { mean } = mg1(rate, service, service * service);
  const load = rate * service;
  if (load > MOST_LOAD) return { throughput: rate, mean, refused: 0, above: undefined };
  const line = lineOfConstant(load);
  const above = (t: number): number => {
    const waited = t - service;
    if (waited < 0) return 1;
    const k = Math.floor(waited / service) + 1;
    const x = rate * (k * service - waited);
    let term = exp(-x);
    let below = 0;
    for (let j = 0; j < k; j++) {
      below += term * line(k - j - 1);
      term *= x / (j + 1);
    }
    return Math.max(0, 1 - below);
  };
  return { throughput: rate, mean, refused: 0, above };
}

/** Chance that at most m wait in M/D/1, m + 1 in all; by level crossings, all terms positive. */
function lineOfConstant(load: number): (m: number) => number {
  const none = exp(-load);
  // arrivals[k]: chance of more than k arrivals during a service.
  const arrivals: number[] = [1 - none];
  let term = none;
  const p: number[] = [1 - load];
  const cumulative: number[] = [];
  const grow = (): void => {
    const n = p.length;
    while (arrivals.length < n) {
      term *= load / arrivals.length;
      arrivals.push(Math.max(0, arrivals.at(-1)! - term));
    }
    let crossings = p[0]! * arrivals[n - 1]!;
    for (let i = 1; i < n; i++) crossings += p[i]! * arrivals[n - i]!;
    p.push(crossings / none);
  };
  grow();
  cumulative.push(p[0]! + p[1]!);
  return (m) => {
    while (cumulative.length <= m) {
      grow();
      cumulative.push(cumulative.at(-1)! + p.at(-1)!);
    }
    return Math.min(1, cumulative[m]!);
  };
}

/**
 * N users who think (or wait elsewhere) for `delay` on average and then need one of c servers
 * exponentially long: the machine repairman. `mean` is the time at the servers.
 */
export function repair(users: number, delay: number, service: number, c: number): Steady {
  const servers = Math.min(users, c);
  if (delay === 0) {
    const throughput = servers / service;
    return { throughput, mean: users / throughput, refused: 0, above: undefined };
  }
  const p = stationary(users, (n) => ((users - n + 1) / delay) * (service / Math.min(n, c)));
  const inside = p.reduce((sum, share, n) => sum + share * n, 0);
  const throughput = (users - inside) / delay;
  return { throughput, mean: inside / throughput, refused: 0, above: undefined };
}

/** Chances of 0 to `most` of a birth-death chain, from the ratio of each to the one before. */
function stationary(most: number, ratio: (n: number) => number): readonly number[] {
  // In logarithms, as the terms of large systems leave the range of numbers.
  const logs = [0];
  for (let n = 1; n <= most; n++) logs.push(logs[n - 1]! + log(ratio(n)));
  const highest = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logs.map((x) => exp(x - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The time that a share q of requests does not exceed. */
export function quantileOf(above: (t: number) => number, q: number, mean: number): number {
  let high = mean;
  while (above(high) > 1 - q) high *= 2;
  let low = 0;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (above(middle) > 1 - q) low = middle;
    else high = middle;
  }
  return high;
}
