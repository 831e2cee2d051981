/**
 * The costs of one real machine, built from what was measured on it: a guest with two virtual
 * cores (2.5 GHz Xeon, Linux 6.18, 250 Hz). `calibration: "truth"` computes with these; they are
 * what predictions are scored with against real runtimes on the same machine.
 */
import primitives from "../reality/primitives.json";
import type { Calibration } from "./calibration.ts";
import { measuredCalibration } from "./measured.ts";

export const TRUTH: Calibration = {
  ...measuredCalibration(primitives.os, primitives.go_2cores),
  pauseNs: 56, // [D] Intel's optimisation manual: up to 140 cycles since Skylake, at 2.5 GHz
  // [M] processor time of a nanosleep on an otherwise idle core: 28 to 42 µs for 0.1 to 9 ms
  haltCallNs: 30_000,
  // [M] slices of two or four threads that compute: 3.96 to 4.05 ms, 10th to 90th percentile
  tickLateNs: 85_000,
  leastCpus: 2,
  // [M] futex_wake took its caller 3 to 20 µs; the most where a core has to be brought back
  wakeCallNs: 3_000,
  wakeHaltedCallNs: 20_000,
};
