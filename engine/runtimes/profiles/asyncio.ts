/**
 * CPython 3.11 asyncio under an ASGI server (uvicorn): a selector loop, a batch per iteration.
 */
import { cost, type Profile } from "./profile.ts";

export const asyncio: Profile = {
  label: "asyncio process",
  costs: {
    cpuFactor: cost(1, "factor", "demands are stated for this runtime"),
    taskSwitch: cost(1_500, "ns", "[E] 0.5 to 2 µs; 2.0 to 3.2 µs [M]"),
    taskCreate: cost(8_000, "ns", "[E] 4 to 10 µs; 12 to 15 µs [M]"),
    ioCall: cost(15_000, "ns", "[E] transport read and write callbacks"),
    timer: cost(10_000, "ns", "[E] a future, a handle on the heap and two callbacks"),
    accept: cost(20_000, "ns", "[E] accept, wrap the socket, hand it to the pool"),
    poll: cost(3_000, "ns", "[E]; 5.3 to 6.0 µs per step with a poll [M]"),
    offload: cost(60_000, "ns", "[E] 40 to 100 µs; 84 µs [M]"),
    offloadProcess: cost(100_000, "ns", "[E] pickle and pipe both ways"),
    steal: cost(0, "ns", "not used by this model"),
    timerFloor: cost(0, "ns", "clock_nanosleep; the slack is the machine's"),
    processBytes: cost(22 * 1024 * 1024, "bytes", "[M] 21 to 22 MB with asyncio imported"),
    threadBytes: cost(12 * 1024, "bytes", "[M] 11 to 14 KB touched"),
    taskBytes: cost(1_536, "bytes", "[M] a parked task takes 1.5 KB"),
    connectionBytes: cost(15 * 1024, "bytes", "[E] asyncio and uvicorn, 10 to 20 KB"),
    collectGrowth: cost(0, "factor", "[S] reference counting frees at once"),
    collectFloor: cost(0, "bytes", "[S] reference counting frees at once"),
    collectScan: cost(1e9, "bytes/s", "[E] 1 GB/s per core"),
    restart: cost(150_000_000, "ns", "[E] interpreter and common imports, 60 to 200 ms"),
  },
  backlog: { value: 2048, source: "[S] uvicorn passes 2048" },
  maxConnections: { value: Infinity, source: "[S] limit_concurrency is off by default" },
  acceptBurst: {
    value: 2048,
    source: "[S] selector_events.py takes up to backlog connections per event",
  },
  spread: "whoever-polls",
  // [S] selectors.py rounds the wait of epoll up to whole milliseconds.
  timerWait: "rounds-up",
  neutral: false,
};
