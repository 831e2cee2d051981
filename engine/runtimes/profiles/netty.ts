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
    offload: cost(10_000, "ns", "[E] boundedElastic hand-over"),
    offloadProcess: cost(100_000, "ns", "[E] serialise and pipe both ways"),
    offloadWorker: cost(0, "ns", "not used by this model"),
    handOff: cost(0, "ns", "not used by this model"),
    steal: cost(0, "ns", "not used by this model"),
    timerFloor: cost(0, "ns", "parkNanos; the slack is the machine's"),
    processBytes: cost(225 * 1024 * 1024, "bytes", "[E] a Spring Boot application, 150 to 300 MB"),
    workerBytes: cost(0, "bytes", "not used by this model"),
    threadBytes: cost(29 * 1024, "bytes", "[M]"),
    taskBytes: cost(2 * 1024, "bytes", "[E] operators and context of one exchange"),
    connectionBytes: cost(10 * 1024, "bytes", "[E] channel, pipeline, pooled buffers"),
    collectGrowth: cost(0.6, "factor", "[E] young generation of G1, up to 60 % of the heap"),
    collectFloor: cost(64 * 1024 * 1024, "bytes", "[E] young generation at start"),
    collectScan: cost(1e9, "bytes/s", "[E] 1 GB/s per core"),
    restart: cost(4_000_000_000, "ns", "[E] JVM and framework, 2 to 6 s"),
  },
  backlog: { value: 4096, source: "[S] somaxconn" },
  maxConnections: { value: Infinity, source: "no limit" },
  acceptBurst: { value: 16, source: "[S] 16 accepts per turn" },
  spread: "one-accepts",
  timerWait: "exact",
  collector: "none",
  turn: "tasks",
  neutral: false,
};
