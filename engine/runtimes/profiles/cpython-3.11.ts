/**
 * CPython 3.11 with threads: one GIL per process, ordinary OS threads.
 * Backlog and connection limit are those of gunicorn with its thread workers.
 */
import { cost, type Profile } from "./profile.ts";

export const cpython311: Profile = {
  label: "CPython process",
  costs: {
    cpuFactor: cost(1, "factor", "demands are stated for this runtime"),
    taskSwitch: cost(0, "ns", "not used by this model"),
    taskCreate: cost(0, "ns", "beyond what the system's own thread costs: part of `cpu` demands"),
    ioCall: cost(
      10_000,
      "ns",
      "[M] an immediate send and receive takes 10 µs p50, bytecode included",
    ),
    timer: cost(6_000, "ns", "[M] 6 to 10 µs per time.sleep with 20 to 50 threads"),
    accept: cost(20_000, "ns", "[E] accept, wrap the socket, hand it to the pool"),
    poll: cost(3_000, "ns", "[E] one select call from bytecode"),
    channel: cost(
      600,
      "ns",
      "[M] queue.Queue, put and get together 1.2 µs; Condition and deque in bytecode",
    ),
    offload: cost(60_000, "ns", "[E] 40 to 100 µs; 84 µs [M]"),
    offloadProcess: cost(
      100_000,
      "ns",
      "[E] pickle and pipe both ways; 55 to 200 µs of it in the parent [M]",
    ),
    offloadWorker: cost(0, "ns", "not used by this model"),
    handOff: cost(0, "ns", "not used by this model"),
    lock: cost(350, "ns", "[M] 330 to 370 ns, bytecode included"),
    steal: cost(0, "ns", "not used by this model"),
    timerFloor: cost(0, "ns", "clock_nanosleep; the slack is the machine's"),
    processBytes: cost(22 * 1024 * 1024, "bytes", "[M] 21 to 22 MB with asyncio imported"),
    workerBytes: cost(0, "bytes", "not used by this model"),
    forkBytes: cost(1_690_000, "bytes", "[M] a forked child with nothing to do: 1.65 MB private"),
    forkUsed: cost(
      0.1,
      "factor",
      "[D] Instagram 2017: 25 of 250 MB stopped being shared with the collector switched off",
    ),
    forkCollected: cost(0.44, "factor", "[D] Instagram 2017: 110 of 250 MB within seconds"),
    threadBytes: cost(12 * 1024, "bytes", "[M] 11 to 14 KB touched"),
    taskBytes: cost(0, "bytes", "not used by this model"),
    connectionBytes: cost(15 * 1024, "bytes", "[E] 10 to 20 KB"),
    collectGrowth: cost(0, "factor", "not used by this model"),
    collectFloor: cost(0, "bytes", "not used by this model"),
    collectScan: cost(
      5.4e8,
      "bytes/s",
      "[M] gc.collect() takes 135 to 310 ns, here 200 ns, for each object of 108 bytes",
    ),
    collectCopy: cost(1e9, "bytes/s", "not used by this model"),
    collectPause: cost(0, "ns", "not used by this model"),
    restart: cost(150_000_000, "ns", "[E] interpreter and common imports, 60 to 200 ms"),
  },
  backlog: { value: 2048, source: "[S] gunicorn config.py" },
  maxConnections: { value: 1000, source: "[S] gunicorn worker_connections" },
  acceptBurst: { value: Infinity, source: "[S] gthread accepts while it may" },
  waking: {
    lock: "compete",
    isReentrant: false,
    semaphore: "compete",
    source:
      "[S] thread_pthread.h: a POSIX semaphore; threading.py: a semaphore is a condition, whose " +
      "waiters look again when they run",
  },
  spread: "whoever-polls",
  forks: true,
  acceptor: "main-thread",
  timerWait: "exact",
  // [S] queue.py: put appends and notifies; get looks again once it has the lock.
  channelsHandOff: false,
  // [S] threading.py: `Thread.start` waits for the event `_started`.
  threadStart: "waits",
  collector: "cpython",
  turn: "batch",
  neutral: false,
};
