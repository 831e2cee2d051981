/**
 * Which queue of the textbooks a lane is, exactly as its document states it, and what theory says
 * of that queue. Strict: one class, one load, Poisson arrivals or a fixed number of users, a profile
 * without costs and no limit that could come between. What is only nearly a textbook queue is none,
 * with one exception that says so: processor sharing is the limit of short time slices.
 */
import type { Textbook, TextbookFigures } from "../api.ts";
import { meanOf, secondMomentOf } from "../kernel/distribution.ts";
import {
  md1,
  mg1,
  mg1Sharing,
  mmc,
  mmck,
  quantileOf,
  repair,
  type Steady,
} from "../theory/queueing.ts";
import type { Distribution, LaneModel, Load, Runtime, Step } from "./model.ts";

/** undefined where the lane is no textbook queue, or one without a steady state. */
export function textbookOf(model: LaneModel): Textbook | undefined {
  const [load, ...others] = model.loads;
  if (load === undefined || others.length > 0 || !isPlain(model, load)) return undefined;
  const station = stationOf(model, model.classes[load.class]!.steps);
  if (station === undefined || !(meanOf(station.service) > 0)) return undefined;
  const { executor } = load;
  if (executor.kind === "constant-vus") {
    return closed(station, executor.vus, meanOf(executor.thinkTime) / NS);
  }
  if (executor.kind !== "constant-arrival-rate" || executor.arrivals.kind !== "poisson") {
    return undefined;
  }
  return station.delay > 0 ? undefined : open(station, executor.rate);
}

const NS = 1e9;

/** Servers in front of which requests wait, and where they are for the rest of the time. */
interface Station {
  readonly service: Distribution;
  readonly servers: number;
  /** Requests in the station, waiting or served; Infinity where all find room. */
  readonly places: number;
  readonly order: "fifo" | "any" | "sharing";
  /** Cores that serve; 0: the servers only wait. */
  readonly cores: number;
  /** Seconds that a request waits elsewhere, on average. */
  readonly delay: number;
}

/** Nothing in the lane but its station: no cost, no limit, nobody who gives up. */
function isPlain({ runtime, machine, durationNs }: LaneModel, load: Load): boolean {
  const users = load.executor.kind === "constant-vus" ? load.executor.vus : 0;
  const isUnlimited =
    runtime.backlog === undefined &&
    runtime.maxConnections === undefined &&
    machine.cpus === undefined;
  const isWhole =
    load.startNs === 0 && load.durationNs >= durationNs && load.timeoutNs === Infinity;
  const { count, keepAlive } = load.connections;
  return (
    runtime.profile === "neutral" &&
    Object.keys(runtime.costs).length === 0 &&
    runtime.processes === 1 &&
    isUnlimited &&
    isWhole &&
    load.origin === "client" &&
    count === users &&
    keepAlive
  );
}

// ---- Which station --------------------------------------------------------------------------------

function stationOf(model: LaneModel, steps: readonly Step[]): Station | undefined {
  const [first, second, ...rest] = steps;
  if (first === undefined || rest.length > 0) return undefined;
  if (second !== undefined) return withDelay(model, first, second);
  switch (first.kind) {
    case "cpu":
      return first.gil === "held" ? computing(model, first.demand) : undefined;
    case "io":
      return waitingThreads(model.runtime, first.wait);
    case "acquire":
      return pool(model, first);
    default:
      return undefined;
  }
}

/** Requests that only compute. */
function computing({ runtime, machine }: LaneModel, service: Distribution): Station | undefined {
  const { cores } = machine;
  const exponential = service.kind === "exponential";
  const base = { service, places: Infinity, delay: 0 };
  switch (runtime.model) {
    case "event-loop":
      if (runtime.loops !== 1) return undefined;
      return { ...base, servers: 1, cores: 1, order: "fifo" };
    case "goroutines": {
      const servers = Math.min(cores, runtime.gomaxprocs);
      return exponential ? { ...base, servers, cores: servers, order: "any" } : undefined;
    }
    case "threads":
      return computingThreads(runtime, cores, base);
    case "virtual-threads":
      return undefined;
  }
}

type Base = Pick<Station, "service" | "places" | "delay">;

/** Shorter work than this, ns, does not see the slices of a core as sharing: they are some ms. */
const SHARED_FROM_NS = 50e6;

function computingThreads(
  runtime: Extract<Runtime, { model: "threads" }>,
  cores: number,
  base: Base,
): Station | undefined {
  const { threads, queue, gil } = runtime;
  const exponential = base.service.kind === "exponential";
  if (typeof threads !== "number") {
    if (threads !== "per-request") return undefined;
    // Service that forgets its past makes every order equal, a GIL's too.
    if (exponential && (cores === 1 || gil !== undefined)) {
      return { ...base, servers: 1, cores: 1, order: gil === undefined ? "sharing" : "any" };
    }
    const isShared = cores === 1 && gil === undefined && meanOf(base.service) >= SHARED_FROM_NS;
    return isShared ? { ...base, servers: 1, cores: 1, order: "sharing" } : undefined;
  }
  const places = threads + queue;
  if (gil !== undefined) {
    return exponential ? { ...base, servers: 1, cores: 1, places, order: "any" } : undefined;
  }
  if (threads <= cores) {
    if (!exponential && (threads > 1 || places < Infinity)) return undefined;
    return { ...base, servers: threads, cores: threads, places, order: "fifo" };
  }
  // More threads than cores take turns, which only service without memory does not notice.
  if (!exponential || cores > 1) return undefined;
  return { ...base, servers: 1, cores: 1, places, order: "any" };
}

/** Requests that only wait, each on a thread of a pool. */
function waitingThreads(runtime: Runtime, service: Distribution): Station | undefined {
  if (runtime.model !== "threads" || typeof runtime.threads !== "number") return undefined;
  if (runtime.gil !== undefined) return undefined;
  const servers = runtime.threads;
  const places = servers + runtime.queue;
  const exponential = service.kind === "exponential";
  if (!exponential && (servers > 1 || places < Infinity)) return undefined;
  return { service, servers, places, order: "fifo", cores: 0, delay: 0 };
}

/** Requests that only wait, each with a connection of a pool. */
function pool(model: LaneModel, step: Extract<Step, { kind: "acquire" }>): Station | undefined {
  const [io, ...rest] = step.steps;
  const { size, minIdle, order, acquireTimeoutNs } = model.pools[step.pool]!;
  if (io?.kind !== "io" || io.wait.kind !== "exponential" || rest.length > 0) return undefined;
  const isPatient = step.timeoutNs === Infinity && acquireTimeoutNs === Infinity;
  const isFree = model.runtime.model === "goroutines" || model.runtime.model === "event-loop";
  if (!isPatient || !isFree || minIdle < size || order !== "fifo") return undefined;
  return {
    service: io.wait,
    servers: size,
    places: Infinity,
    order: "fifo",
    cores: 0,
    delay: 0,
  };
}

/** Computing and waiting in turn, where waiting keeps nobody from computing. */
function withDelay(model: LaneModel, first: Step, second: Step): Station | undefined {
  const cpu = [first, second].find((step) => step.kind === "cpu");
  const io = [first, second].find((step) => step.kind === "io");
  if (cpu?.gil !== "held" || io === undefined) return undefined;
  const { model: runtime } = model.runtime;
  const station = computing(model, cpu.demand);
  const waitsFree =
    runtime === "event-loop" || runtime === "goroutines" || isPerRequest(model.runtime);
  if (station === undefined || !waitsFree || cpu.demand.kind !== "exponential") return undefined;
  return { ...station, delay: meanOf(io.wait) / NS };
}

function isPerRequest(runtime: Runtime): boolean {
  return runtime.model === "threads" && runtime.threads === "per-request";
}

// ---- What theory says -----------------------------------------------------------------------------

/** Points of the curve, and how near to saturation it goes. */
const CURVE = { points: 32, most: 0.97 } as const;

function open(station: Station, rate: number): Textbook | undefined {
  const seconds = meanOf(station.service) / NS;
  const capacity = station.servers / seconds;
  const endless = station.places === Infinity;
  const steady = (at: number): Steady => steadyOf(station, at, seconds);
  if (endless && rate >= capacity * 0.9999) return undefined;
  const { mean } = steady(rate);
  if (!(mean < Infinity)) return undefined;
  const highest = endless ? capacity * CURVE.most : Math.max(capacity, rate) * 1.25;
  return {
    ...nameOf(station),
    exact: figures(station, steady(rate), seconds),
    load: rate,
    curve: {
      unit: "rate",
      points: Array.from({ length: CURVE.points }, (_, i) => {
        const at = (highest * (i + 1)) / CURVE.points;
        const point = steady(at);
        return [at, point.mean * 1000, point.throughput] as const;
      }),
    },
  };
}

function steadyOf(station: Station, rate: number, seconds: number): Steady {
  const { service, servers, places, order } = station;
  if (service.kind === "exponential") {
    const exact =
      places === Infinity ? mmc(rate, seconds, servers) : mmck(rate, seconds, servers, places);
    return order === "fifo" ? exact : { ...exact, above: undefined };
  }
  if (order === "sharing") return mg1Sharing(rate, seconds);
  if (service.kind === "constant") return md1(rate, seconds);
  return mg1(rate, seconds, secondMomentOf(service) / NS / NS);
}

/** More users than this take too long to add up for every point of a curve. */
const MOST_USERS = 20_000;

function closed(station: Station, users: number, thinkTime: number): Textbook | undefined {
  const { service, servers, places, delay, cores } = station;
  if (service.kind !== "exponential" || places < users || users > MOST_USERS || cores === 0) {
    return undefined;
  }
  const seconds = meanOf(service) / NS;
  const steady = (n: number): Steady => {
    const at = repair(n, thinkTime + delay, seconds, servers);
    return { ...at, mean: at.mean + delay };
  };
  const knee = (servers * (seconds + delay + thinkTime)) / seconds;
  const most = Math.min(MOST_USERS, Math.ceil(Math.max(users * 1.25, knee * 2, 4)));
  const step = Math.max(1, Math.ceil(most / CURVE.points));
  return {
    queue: `M/M/${servers}//${users}${delay > 0 ? " with a delay" : ""}`,
    law: "mva",
    isLimit: false,
    exact: figures(station, steady(users), seconds),
    load: users,
    curve: {
      unit: "users",
      points: Array.from({ length: Math.floor(most / step) }, (_, i) => {
        const n = (i + 1) * step;
        const point = steady(n);
        return [n, point.mean * 1000, point.throughput] as const;
      }),
    },
  };
}

function nameOf({
  service,
  servers,
  places,
  order,
}: Station): Pick<Textbook, "queue" | "law" | "isLimit"> {
  if (service.kind !== "exponential") {
    if (order === "sharing") return { queue: "M/G/1-PS", law: "sharing", isLimit: true };
    const queue = service.kind === "constant" ? "M/D/1" : "M/G/1";
    return { queue, law: "pollaczek-khinchine", isLimit: false };
  }
  return places === Infinity
    ? { queue: `M/M/${servers}`, law: "erlang-c", isLimit: false }
    : { queue: `M/M/${servers}/${places}`, law: "erlang-b", isLimit: false };
}

function figures(station: Station, steady: Steady, seconds: number): TextbookFigures {
  const { throughput, mean, refused, above } = steady;
  const ms = (q: number): number => quantileOf(above!, q, mean) * 1000;
  return {
    throughput,
    meanMs: mean * 1000,
    errorRate: refused,
    ...(station.cores > 0 ? { busyCores: throughput * seconds } : {}),
    ...(above === undefined
      ? {}
      : { p50Ms: ms(0.5), p90Ms: ms(0.9), p95Ms: ms(0.95), p99Ms: ms(0.99), p999Ms: ms(0.999) }),
  };
}
