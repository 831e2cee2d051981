/**
 * The costs of one real machine, built from what was measured on it: a guest with two virtual
 * cores (2.5 GHz Xeon, Linux 6.18, 250 Hz). `calibration: "truth"` computes with these; they are
 * what predictions are scored with against real runtimes on the same machine.
 */
import primitives from "../reality/primitives.json";
import { REFERENCE, type Calibration } from "./calibration.ts";

const { os, go_2cores: go } = primitives;
const US = 1e3;
const MS = 1e6;

/** A hop through a pipe pays for a write and a read besides the switch. */
const pipeCallsNs = os.pipe_write_read_same_thread_us.median * US;

export const TRUTH: Calibration = {
  ...REFERENCE,
  contextSwitchNs: Math.round(os.ctx_thread_pipe_1core_us.median * US - pipeCallsNs),
  wakeIdleNs: Math.round(os.ctx_thread_pipe_2cores_us.median * US - pipeCallsNs),
  // [M] processor time of a nanosleep on an otherwise idle core: 28 to 42 µs for 0.1 to 9 ms
  haltCallNs: 30_000,
  shared: slowdownBesideBusyCore(),
  wakeCallNs: 3_000, // [M] futex_wake took its caller 3 µs and more
  pauseNs: 56, // [D] Intel's optimisation manual: up to 140 cycles since Skylake, at 2.5 GHz
  atomicNs: go.atomic_add_1goroutines_ns.median,
  lineTransferNs: go.atomic_add_2goroutines_ns.median,
  threadCreateNs: Math.round(os.pthread_create_join_us.median * US),
  halts: [
    // A hop between two cores that are never idle for long: the poll before the halt catches it.
    halt(0, [os.ctx_thread_pipe_2cores_us.median * US, os.ctx_thread_pipe_2cores_us.median * US]),
    halt(1 * MS, overshoot(1, os.sleep_1ms_p50.median, os.sleep_1ms_p99.median)),
    halt(10 * MS, overshoot(10, os.sleep_10ms_p50.median, os.sleep_10ms_p99.median)),
  ],
};

/** The spin whose operations depend on each other, alone and beside a busy core. */
function slowdownBesideBusyCore(): Calibration["shared"] {
  const alone = os.spin_latency_bound_alone_ms.median;
  const { median, runs } = os.spin_latency_bound_othercorebusy_ms;
  const spread = (Math.max(...runs) - Math.min(...runs)) / 2;
  return { mean: median / alone - 1, spread: spread / alone };
}

/** What a sleep took beyond its length and the slack of its timer, ns: median and p99. */
function overshoot(sleepMs: number, p50Ms: number, p99Ms: number): [number, number] {
  const late = (ms: number): number => (ms - sleepMs) * MS - REFERENCE.timerSlackNs;
  return [late(p50Ms), late(p99Ms)];
}

function halt(idleNs: number, [medianNs, p99Ns]: [number, number]): Calibration["halts"][number] {
  return { idleNs, medianNs: Math.round(medianNs), p99Ns: Math.round(p99Ns) };
}
