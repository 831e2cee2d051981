/**
 * Every cost zero: the profile that queueing theory is tested with.
 */
import { cost, type Profile } from "./profile.ts";

export const neutral: Profile = {
  label: "neutral runtime",
  costs: {
    cpuFactor: cost(1, "factor", "one by definition"),
    taskSwitch: cost(0, "ns", "zero by definition"),
    taskCreate: cost(0, "ns", "zero by definition"),
    ioCall: cost(0, "ns", "zero by definition"),
    timer: cost(0, "ns", "zero by definition"),
    accept: cost(0, "ns", "zero by definition"),
    poll: cost(0, "ns", "zero by definition"),
    channel: cost(0, "ns", "zero by definition"),
    offload: cost(0, "ns", "zero by definition"),
    offloadProcess: cost(0, "ns", "zero by definition"),
    offloadWorker: cost(0, "ns", "zero by definition"),
    handOff: cost(0, "ns", "zero by definition"),
    lock: cost(0, "ns", "zero by definition"),
    steal: cost(0, "ns", "zero by definition"),
    timerFloor: cost(0, "ns", "zero by definition"),
    processBytes: cost(0, "bytes", "zero by definition"),
    workerBytes: cost(0, "bytes", "zero by definition"),
    threadBytes: cost(0, "bytes", "zero by definition"),
    taskBytes: cost(0, "bytes", "zero by definition"),
    connectionBytes: cost(0, "bytes", "zero by definition"),
    collectGrowth: cost(0, "factor", "freed at once"),
    collectFloor: cost(0, "bytes", "zero by definition"),
    collectScan: cost(Infinity, "bytes/s", "free of charge"),
    collectCopy: cost(Infinity, "bytes/s", "free of charge"),
    collectPause: cost(0, "ns", "zero by definition"),
    restart: cost(0, "ns", "zero by definition"),
  },
  backlog: { value: Infinity, source: "no limit" },
  maxConnections: { value: Infinity, source: "no limit" },
  acceptBurst: { value: Infinity, source: "no limit" },
  waking: {
    lock: "hand-off",
    isReentrant: false,
    semaphore: "hand-off",
    source: "first come, first served by definition",
  },
  spread: "whoever-polls",
  timerWait: "exact",
  // the fair order.
  channelsHandOff: true,
  collector: "none",
  turn: "batch",
  neutral: true,
};
