/**
 * Node 20: libuv phases in the order poll, check, timers; one connection accepted per iteration.
 */
import { cost, type Profile } from "./profile.ts";

export const node20: Profile = {
  label: "Node process",
  costs: {
    cpuFactor: cost(1, "factor", "demands are stated for this runtime"),
    taskSwitch: cost(1_000, "ns", "[E] 0.5 to 1.5 µs per callback; 2.0 µs [M]"),
    taskCreate: cost(300, "ns", "[M] promise and micro-task hop, 163 ns each"),
    ioCall: cost(8_000, "ns", "[E] libuv read and write with their callbacks"),
    timer: cost(
      520,
      "ns",
      "[M] 2000 promises over setTimeout, processor time per timer 550 ns, without scavenges",
    ),
    accept: cost(20_000, "ns", "[E] accept, wrap, emit"),
    poll: cost(1_500, "ns", "[E] one epoll_wait"),
    channel: cost(50, "ns", "[M] a queue of promises, send and receive together 105 ns"),
    offload: cost(20_000, "ns", "[E] thread pool hand-over and async wake-up"),
    offloadProcess: cost(100_000, "ns", "[E] a child process: JSON and a pipe both ways"),
    offloadWorker: cost(
      20_000,
      "ns",
      "[M] worker_threads, processor time of a message of up to 1 KB and its answer: 19 to 23 µs",
    ),
    handOff: cost(
      63_000,
      "ns",
      "[M] processor time per connection: 97 µs through a cluster's primary, 34 µs without",
    ),
    lock: cost(160, "ns", "[M] awaiting a promise that is there, 125 to 163 ns"),
    steal: cost(0, "ns", "not used by this model"),
    timerFloor: cost(1_000_000, "ns", "[M] setTimeout(0) is 1 ms"),
    processBytes: cost(41 * 1024 * 1024, "bytes", "[M] idle Node 20"),
    workerBytes: cost(9_200_000, "bytes", "[M] resident memory per idle worker thread, of 8"),
    forkBytes: cost(0, "bytes", "not used by this model"),
    forkUsed: cost(0, "factor", "not used by this model"),
    forkCollected: cost(0, "factor", "not used by this model"),
    threadBytes: cost(30 * 1024, "bytes", "[E] libuv worker, touched"),
    taskBytes: cost(
      2 * 1024,
      "bytes",
      "[E] request and response objects; promise and timer alone 330 B [M]",
    ),
    connectionBytes: cost(10 * 1024, "bytes", "[E] socket, parser, buffers"),
    collectGrowth: cost(0, "factor", "not used by this model"),
    collectFloor: cost(16 * 1024 * 1024, "bytes", "[R] semi-space of 16 MiB"),
    collectScan: cost(1e9, "bytes/s", "[E] 1 GB/s per core"),
    collectCopy: cost(5e8, "bytes/s", "[M] scavenges of 2 to 9 MB of survivors, 2 to 18 ms"),
    collectPause: cost(150_000, "ns", "[M] a scavenge without survivors, 0.14 to 0.16 ms"),
    restart: cost(300_000_000, "ns", "[E] start-up with a framework"),
  },
  backlog: { value: 511, source: "[R] net.Server default" },
  maxConnections: { value: Infinity, source: "no limit by default" },
  acceptBurst: { value: 1, source: "[S] libuv since 1.45" },
  waking: {
    lock: "hand-off",
    isReentrant: false,
    semaphore: "hand-off",
    source: "there is none built in; what people write is a queue of promises",
  },
  spread: "primary",
  // [S] libuv counts time in milliseconds, and timer.c and epoll_wait with it.
  timerWait: "loop-clock",
  // a promise is resolved with the value: nobody can come in between.
  channelsHandOff: true,
  collector: "v8",
  turn: "phases",
  neutral: false,
};
