/**
 * Netty under reactor-netty (WebFlux): loops share accepting, a channel keeps its loop for life.
 */
import { cost, type Profile } from "./profile.ts";

export const netty: Profile = {
  label: "Netty event loops",
  costs: {
    cpuFactor: cost(1, "factor", "demands are stated for this runtime"),
    taskSwitch: cost(300, "ns", "[E] one task of the loop"),
    taskCreate: cost(1_000, "ns", "[E] a reactive chain"),
    ioCall: cost(5_000, "ns", "[E] channel read and write"),
    timer: cost(1_000, "ns", "[E] in and out of the queue of scheduled tasks"),
    accept: cost(10_000, "ns", "[E] acceptor and poller hand-over"),
    poll: cost(1_500, "ns", "[E] one epoll_wait of the poller"),
    channel: cost(30, "ns", "[M] LinkedBlockingQueue, put and take together 60 ns"),
    offload: cost(10_000, "ns", "[E] boundedElastic hand-over"),
    offloadProcess: cost(100_000, "ns", "[E] serialise and pipe both ways"),
    offloadWorker: cost(0, "ns", "not used by this model"),
    handOff: cost(0, "ns", "not used by this model"),
    lock: cost(18, "ns", "[M] as on any JVM, 17.7 ns"),
    steal: cost(0, "ns", "not used by this model"),
    timerFloor: cost(0, "ns", "parkNanos; the slack is the machine's"),
    processBytes: cost(225 * 1024 * 1024, "bytes", "[E] a Spring Boot application, 150 to 300 MB"),
    workerBytes: cost(0, "bytes", "not used by this model"),
    forkBytes: cost(0, "bytes", "not used by this model"),
    forkUsed: cost(0, "factor", "not used by this model"),
    forkCollected: cost(0, "factor", "not used by this model"),
    threadBytes: cost(29 * 1024, "bytes", "[M]"),
    taskBytes: cost(2 * 1024, "bytes", "[E] operators and context of one exchange"),
    connectionBytes: cost(10 * 1024, "bytes", "[E] channel, pipeline, pooled buffers"),
    collectGrowth: cost(0, "factor", "not used by this model"),
    collectFloor: cost(0, "bytes", "not used by this model"),
    collectScan: cost(1e9, "bytes/s", "[E] 1 GB/s per core"),
    collectCopy: cost(1.4e9, "bytes/s", "[M] JDK 17, 5 to 40 MB of survivors with two workers"),
    collectPause: cost(
      1_000_000,
      "ns",
      "[M] JDK 17: 0.3 to 3 ms beside the copying of a young pause",
    ),
    restart: cost(4_000_000_000, "ns", "[E] JVM and framework, 2 to 6 s"),
  },
  backlog: { value: 4096, source: "[S] somaxconn" },
  maxConnections: { value: Infinity, source: "no limit" },
  acceptBurst: { value: 16, source: "[S] 16 accepts per turn" },
  waking: {
    lock: "hand-off",
    isReentrant: false,
    semaphore: "hand-off",
    source:
      "a handler must not block its loop: locks are queues of continuations, as Reactor's pools are",
  },
  spread: "one-accepts",
  timerWait: "exact",
  // [R] a sink emits to the subscriber that has asked for it.
  channelsHandOff: true,
  collector: "g1",
  turn: "tasks",
  neutral: false,
};
