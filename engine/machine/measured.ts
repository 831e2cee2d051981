/**
 * The operating system's costs from measurements of one machine. What was not measured there stays
 * as in the reference; nothing but the measurements' own overhead is taken off.
 */
import type { Measurements } from "../scenario/model.ts";
import { REFERENCE, type Calibration } from "./calibration.ts";

const US = 1e3;
const MS = 1e6;

/** `go`: what Go's programs measured on two cores, atomic operations among it. */
export function measuredCalibration(os: Measurements, go: Measurements = {}): Calibration {
  const oneCore = os["ctx_thread_pipe_1core_us"] ?? os["ctx_process_pipe_1core_us"];
  const twoCores = os["ctx_thread_pipe_2cores_us"] ?? os["ctx_process_pipe_2cores_us"];
  // A hop through a pipe pays for a write and a read besides the switch.
  const pipeNs = (os["pipe_write_read_same_thread_us"]?.median ?? 0) * US;
  const hopNs = (hop: { readonly median: number } | undefined, otherwise: number): number =>
    hop === undefined ? otherwise : Math.max(0, Math.round(hop.median * US - pipeNs));
  const created = os["pthread_create_join_us"]?.median;
  return {
    ...REFERENCE,
    contextSwitchNs: hopNs(oneCore, REFERENCE.contextSwitchNs),
    wakeIdleNs: hopNs(twoCores, REFERENCE.wakeIdleNs),
    // What a sleep costs is the switch away and back, and what halting the core costs besides.
    haltCallNs: Math.max(0, Math.round((os["sleep_cpu_us"]?.median ?? 0) * US)),
    shared: slowdownBesideBusyCore(os),
    threadCreateNs:
      created === undefined ? REFERENCE.threadCreateNs : Math.max(0, Math.round(created * US)),
    atomicNs: Math.max(0, go["atomic_add_1goroutines_ns"]?.median ?? REFERENCE.atomicNs),
    lineTransferNs: Math.max(
      0,
      go["atomic_add_2goroutines_ns"]?.median ?? REFERENCE.lineTransferNs,
    ),
    halts: halts(os, twoCores?.median),
  };
}

/** The spin whose operations depend on each other, alone and beside a busy core. */
function slowdownBesideBusyCore(os: Measurements): Calibration["shared"] {
  const alone = os["spin_latency_bound_alone_ms"]?.median ?? 0;
  const beside = os["spin_latency_bound_othercorebusy_ms"];
  if (beside === undefined || alone <= 0) return REFERENCE.shared;
  const { median, runs = [] } = beside;
  const spread = runs.length === 0 ? 0 : (Math.max(...runs) - Math.min(...runs)) / 2;
  return { mean: Math.max(0, median / alone - 1), spread: spread / alone };
}

/**
 * A hop between two cores that are never idle for long tells what coming back takes while the host
 * still polls; sleeps of 1 and 10 ms what it takes from a halted core.
 */
function halts(os: Measurements, hopUs: number | undefined): Calibration["halts"] {
  const found: Calibration["halts"][number][] = [];
  if (hopUs !== undefined) found.push(halt(0, hopUs * US, hopUs * US));
  for (const sleepMs of [1, 10]) {
    const p50 = os[`sleep_${sleepMs}ms_p50`]?.median;
    const p99 = os[`sleep_${sleepMs}ms_p99`]?.median;
    if (p50 === undefined || p99 === undefined) return [];
    found.push(halt(sleepMs * MS, lateNs(sleepMs, p50), lateNs(sleepMs, p99)));
  }
  return found;
}

/** What a sleep took beyond its length and the slack of its timer, ns. */
function lateNs(sleepMs: number, tookMs: number): number {
  return (tookMs - sleepMs) * MS - REFERENCE.timerSlackNs;
}

/** On a machine that is early for its slack there is nothing left: a nanosecond. */
function halt(idleNs: number, medianNs: number, p99Ns: number): Calibration["halts"][number] {
  const median = Math.max(1, Math.round(medianNs));
  return { idleNs, medianNs: median, p99Ns: Math.max(median, Math.round(p99Ns)) };
}
