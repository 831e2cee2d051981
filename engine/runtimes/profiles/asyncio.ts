/**
 * CPython 3.11 asyncio under an ASGI server (uvicorn): a selector loop, a batch per iteration.
 */
import { cpython311 } from "./cpython-3.11.ts";
import { cost, type Profile } from "./profile.ts";

export const asyncio: Profile = {
  label: "asyncio process",
  costs: {
    ...cpython311.costs,
    taskSwitch: cost(1_500, "ns", "[E] 0.5 to 2 µs; 2.0 to 3.2 µs [M]"),
    taskCreate: cost(8_000, "ns", "[E] 4 to 10 µs; 12 to 15 µs [M]"),
    ioCall: cost(15_000, "ns", "[E] transport read and write callbacks"),
    timer: cost(10_000, "ns", "[E] a future, a handle on the heap and two callbacks"),
    channel: cost(300, "ns", "[M] asyncio.Queue, put and get together 0.6 µs"),
    poll: cost(3_000, "ns", "[E]; 5.3 to 6.0 µs per step with a poll [M]"),
    taskBytes: cost(1_536, "bytes", "[M] a parked task takes 1.5 KB"),
    connectionBytes: cost(15 * 1024, "bytes", "[E] asyncio and uvicorn, 10 to 20 KB"),
  },
  backlog: { value: 2048, source: "[S] uvicorn passes 2048" },
  maxConnections: { value: Infinity, source: "[S] limit_concurrency is off by default" },
  acceptBurst: {
    value: 2048,
    source: "[S] selector_events.py takes up to backlog connections per event",
  },
  waking: {
    lock: "hand-off",
    isReentrant: false,
    semaphore: "hand-off",
    source: "[S] asyncio/locks.py: nobody overtakes a waiter, whose future is set",
  },
  spread: "whoever-polls",
  forks: true,
  // [S] selectors.py rounds the wait of epoll up to whole milliseconds.
  timerWait: "rounds-up",
  // [S] asyncio/queues.py: get loops `while self.empty()`; who comes in between is faster.
  channelsHandOff: false,
  collector: "cpython",
  turn: "batch",
  neutral: false,
};
