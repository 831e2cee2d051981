/**
 * Go 1.23 with net/http: a goroutine per connection.
 */
import { cost, type Profile } from "./profile.ts";

export const go: Profile = {
  label: "Go runtime",
  costs: {
    cpuFactor: cost(1, "factor", "demands are stated for this runtime"),
    taskSwitch: cost(150, "ns", "[D] 100 to 200 ns; 190 ns [M]"),
    taskCreate: cost(300, "ns", "[E] 200 to 400 ns; 530 ns [M]"),
    ioCall: cost(4_000, "ns", "[E] read, write and netpoll registration"),
    timer: cost(1_000, "ns", "[E] in and out of the heap of timers"),
    accept: cost(8_000, "ns", "[E] accept4, epoll_ctl, buffers"),
    poll: cost(1_000, "ns", "[E] one epoll_wait"),
    channel: cost(25, "ns", "[E] 40 to 60 ns for both; 33 ns [M] buffered"),
    offload: cost(0, "ns", "not used by this model"),
    offloadProcess: cost(0, "ns", "not used by this model"),
    offloadWorker: cost(0, "ns", "not used by this model"),
    handOff: cost(0, "ns", "not used by this model"),
    lock: cost(16, "ns", "[M] 15.5 ns; 10 to 25 [E]"),
    steal: cost(100, "ns", "[E] a look into a queue of another processor"),
    timerFloor: cost(
      1_000_000,
      "ns",
      "[S] epoll_wait has millisecond resolution when the process is otherwise idle",
    ),
    processBytes: cost(6 * 1024 * 1024, "bytes", "[E] 5 to 8 MB"),
    workerBytes: cost(0, "bytes", "not used by this model"),
    forkBytes: cost(0, "bytes", "not used by this model"),
    forkUsed: cost(0, "factor", "not used by this model"),
    forkCollected: cost(0, "factor", "not used by this model"),
    threadBytes: cost(10 * 1024, "bytes", "[M] 10 to 30 KB of an idle thread"),
    taskBytes: cost(2_765, "bytes", "[M] 2.7 KB: 2.05 KiB stack and the descriptor"),
    connectionBytes: cost(8 * 1024, "bytes", "[S] net/http: 4 KiB read and 4 KiB write buffer"),
    collectGrowth: cost(1, "factor", "[S] GOGC 100"),
    collectFloor: cost(4 * 1024 * 1024, "bytes", "[S] 4 MiB heap minimum"),
    collectScan: cost(1e9, "bytes/s", "[E] 1 GB/s per core; 1.3 to 2 [M]"),
    collectCopy: cost(1e9, "bytes/s", "not used by this model"),
    collectPause: cost(0, "ns", "not used by this model"),
    restart: cost(50_000_000, "ns", "[E] a small static binary"),
  },
  backlog: { value: 4096, source: "[S] somaxconn" },
  maxConnections: { value: Infinity, source: "no limit" },
  acceptBurst: { value: Infinity, source: "[S] the accept goroutine loops" },
  waking: {
    lock: "go",
    isReentrant: false,
    semaphore: "hand-off",
    source: "[S] sync/mutex.go, sync/rwmutex.go; a buffered channel is first come, first served",
  },
  spread: "whoever-polls",
  // [S] netpoll_epoll.go: whole milliseconds, at least one.
  timerWait: "rounds-down",
  // [S] runtime/chan.go.
  channelsHandOff: true,
  collector: "go",
  turn: "batch",
  neutral: false,
};
