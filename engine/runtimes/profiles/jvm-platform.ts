/**
 * A JVM with platform threads behind Tomcat: acceptor and poller, then a pool of threads.
 */
import { cost, type Profile } from "./profile.ts";

export const jvmPlatform: Profile = {
  label: "JVM",
  costs: {
    cpuFactor: cost(1, "factor", "demands are stated for this runtime"),
    taskSwitch: cost(0, "ns", "not used by this model"),
    taskCreate: cost(0, "ns", "beyond what the system's own thread costs: part of `cpu` demands"),
    ioCall: cost(5_000, "ns", "[E] socket read and write with their system calls"),
    timer: cost(5_000, "ns", "[E] clock_nanosleep, its interrupt, and the state of the thread"),
    accept: cost(10_000, "ns", "[E] acceptor and poller hand-over"),
    poll: cost(1_500, "ns", "[E] one epoll_wait of the poller"),
    channel: cost(30, "ns", "[M] LinkedBlockingQueue, put and take together 60 ns"),
    offload: cost(10_000, "ns", "[E] queue and unpark"),
    offloadProcess: cost(100_000, "ns", "[E] serialise and pipe both ways"),
    offloadWorker: cost(0, "ns", "not used by this model"),
    handOff: cost(0, "ns", "not used by this model"),
    lock: cost(18, "ns", "[M] ReentrantLock, 17.7 ns"),
    steal: cost(0, "ns", "not used by this model"),
    timerFloor: cost(0, "ns", "parkNanos; the slack is the machine's"),
    processBytes: cost(225 * 1024 * 1024, "bytes", "[E] a Spring Boot application, 150 to 300 MB"),
    workerBytes: cost(0, "bytes", "not used by this model"),
    forkBytes: cost(0, "bytes", "not used by this model"),
    forkUsed: cost(0, "factor", "not used by this model"),
    forkCollected: cost(0, "factor", "not used by this model"),
    threadBytes: cost(29 * 1024, "bytes", "[M] touched when parked; 1 MiB reserved"),
    taskBytes: cost(0, "bytes", "not used by this model"),
    connectionBytes: cost(18 * 1024, "bytes", "[E] Tomcat, 16 to 20 KB"),
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
  backlog: { value: 100, source: "[S] acceptCount" },
  maxConnections: { value: 8192, source: "[S] AbstractEndpoint" },
  acceptBurst: { value: Infinity, source: "[S] the acceptor loops" },
  waking: {
    lock: "compete-first",
    isReentrant: true,
    semaphore: "compete-first",
    source: "[S] AbstractQueuedSynchronizer.java, ReentrantLock and Semaphore unless fair",
  },
  spread: "whoever-polls",
  timerWait: "exact",
  // [S] LinkedBlockingQueue: take loops `while (count.get() == 0)` on a condition.
  channelsHandOff: false,
  // [S] os_linux.cpp: `os::create_thread` waits for the child, `os::start_thread` lets it go.
  threadStart: "held",
  collector: "g1",
  turn: "batch",
  neutral: false,
};
