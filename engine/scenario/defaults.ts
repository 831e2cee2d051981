/**
 * What a scenario means where it says nothing. Canonical text leaves these values out, so changing
 * one changes the meaning of links that exist: it needs a new version of the format.
 */
import type { ProfileName } from "./model.ts";

export const DEFAULTS = {
  seed: 1,
  warmup: "0s",
  cores: 4,
  memory: "16GiB",
  calibration: "reference",
  thinkTime: "0s",
  start: "0s",
  arrivals: "poisson",
  cancel: false,
  keepAlive: true,
  origin: "client",
  processes: 1,
  queue: "unbounded",
  reusePort: false,
  /** `sys.getswitchinterval()` of CPython: `DEFAULT_INTERVAL` in Python/ceval_gil.c. */
  switchInterval: "5ms",
  order: "fifo",
  capacity: 0,
  recover: false,
  fair: false,
  /** Operations of an `atomic` step. */
  ops: 1,
  profile: {
    threads: "neutral",
    "event-loop": "neutral",
    goroutines: "go",
    "virtual-threads": "jvm-virtual",
  },
  pinned: 0,
} as const;

/** `concurrent.futures.ThreadPoolExecutor` sizes itself so; Tomcat's `maxThreads` is 200. */
export function threadsDefault(profile: ProfileName, cores: number): number {
  return profile.startsWith("cpython-") ? Math.min(32, cores + 4) : 200;
}

/** Netty takes one loop per core, at least four, in Reactor's default resources. */
export function loopsDefault(profile: ProfileName, cores: number): number {
  return profile === "netty" ? Math.max(cores, 4) : 1;
}

/**
 * asyncio uses a `ThreadPoolExecutor`, libuv four threads (`UV_THREADPOOL_SIZE`), Reactor's
 * `boundedElastic` ten per core.
 */
export function executorThreadsDefault(profile: ProfileName, cores: number): number {
  if (profile === "asyncio" || profile === "uvloop") return Math.min(32, cores + 4);
  return profile === "netty" ? 10 * cores : 4;
}

export function hasGil(profile: ProfileName): boolean {
  return profile === "cpython-3.11" || profile === "asyncio" || profile === "uvloop";
}
