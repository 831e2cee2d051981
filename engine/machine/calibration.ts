/**
 * What the operating system costs: the constants of the machine model, each with its source.
 *
 * Tags: [S] read in the kernel's source (Linux 6.12), [M] measured, [D] documented, [R] well known,
 * [E] an estimate.
 */

export interface Calibration {
  /** Direct cost of switching a core to another thread, ns, system time. */
  readonly contextSwitchNs: number;
  /** From wake-up to running on a core that was idle, ns. */
  readonly wakeIdleNs: number;
  /**
   * The same by how long the core had been idle, the shortest first: virtual cores that have
   * halted come back late, and now and then very late. Empty: `wakeIdleNs` always.
   */
  readonly halts: readonly Halt[];
  /** What going idle and coming back costs the thread that wakes a core that halted, ns. */
  readonly haltCallNs: number;
  /**
   * By how much a burst takes longer while another core is busy, as shares: the mean and half the
   * range that was seen. Virtual cores may be hardware threads of one core.
   */
  readonly shared: { readonly mean: number; readonly spread: number };
  /** What the waker pays for the system call that wakes another thread, ns, system time. */
  readonly wakeCallNs: number;
  /** The same when the other thread's core has halted, so that the interrupt leaves the guest. */
  readonly wakeHaltedCallNs: number;
  /** How late a timer of an ordinary thread fires, ns. */
  readonly timerSlackNs: number;
  /** Creating a thread, ns, system time of the creator or, where nobody creates, of the thread. */
  readonly threadCreateNs: number;
  /** A trivial system call, ns. */
  readonly systemCallNs: number;
  /** One PAUSE instruction of a thread that spins, ns. */
  readonly pauseNs: number;
  /** An atomic operation on a cache line that the core has to itself, ns. */
  readonly atomicNs: number;
  /** The same on a line that another core had last, ns. */
  readonly lineTransferNs: number;
  /** A thread that ran on another core less than this ago is left there by the balancer, ns. */
  readonly cacheHotNs: number;
  /** The timer tick at which slices end, ns. */
  readonly tickNs: number;
  /** A tick comes up to this much late, ns. */
  readonly tickLateNs: number;
  /** CPUs that the machine has at least; a program may be kept to fewer of them. */
  readonly leastCpus: number;
  /** Whether a wake-up may look at fewer cores the busier they are (`SIS_UTIL`). */
  readonly limitsIdleSearch: boolean;
  /** Base slice on a machine with one CPU, ns; it grows with the logarithm of the CPUs. */
  readonly baseSliceNs: number;
  /** Kernel memory of an idle TCP connection, bytes. */
  readonly socketBytes: number;
  /** Longest accept queue the kernel allows (somaxconn). */
  readonly somaxconn: number;
}

/** Wake-up latency of a core that has been idle for `idleNs`: median and 99th percentile, ns. */
export interface Halt {
  readonly idleNs: number;
  readonly medianNs: number;
  readonly p99Ns: number;
}

export const REFERENCE: Calibration = {
  contextSwitchNs: 1_700, // [R] 1.2 to 2.2 µs, Bendersky 2018
  wakeIdleNs: 4_500, // [E] 3 to 6 µs on bare metal; 14 µs measured on a guest
  halts: [],
  shared: { mean: 0, spread: 0 },
  haltCallNs: 0, // [E] below a microsecond on bare metal
  wakeHaltedCallNs: 600, // nothing halts on bare metal in this sense
  wakeCallNs: 600, // [E] futex_wake, 0.3 to 1 µs
  timerSlackNs: 50_000, // [S] init_task.c
  threadCreateNs: 20_000, // [E] 10 to 35 µs create and join in C; 20.3 µs [M]
  systemCallNs: 120, // [M] a trivial system call
  pauseNs: 40, // [D] Intel's optimisation manual: up to 140 cycles since Skylake, at 3.5 GHz
  atomicNs: 5.5, // [E] 5 to 6 ns; 5.9 to 6.5 measured
  lineTransferNs: 40, // [E] 20 to 80 ns between cores of a socket
  cacheHotNs: 500_000, // [S] sysctl_sched_migration_cost
  tickNs: 4_000_000, // [M] 250 Hz, Debian
  tickLateNs: 0, // [E] a microsecond or two on bare metal
  leastCpus: 1,
  limitsIdleSearch: true, // [S] features.h since 6.0
  baseSliceNs: 700_000, // [S] fair.c sysctl_sched_base_slice, before scaling
  socketBytes: 3 * 1024, // [E] 2 to 4 KB idle
  somaxconn: 4096, // [D] ip-sysctl.rst
};

/** Every cost zero, the scheduler's policy unchanged: what theory is tested with. */
export const NEUTRAL: Calibration = {
  ...REFERENCE,
  contextSwitchNs: 0,
  wakeIdleNs: 0,
  wakeCallNs: 0,
  wakeHaltedCallNs: 0,
  timerSlackNs: 0,
  threadCreateNs: 0,
  systemCallNs: 0,
  pauseNs: 0,
  atomicNs: 0,
  lineTransferNs: 0,
  cacheHotNs: 0,
  // Theory knows no server that is idle while somebody waits.
  limitsIdleSearch: false,
  socketBytes: 0,
};

/** The slice a thread asks for: 0.7 ms × (1 + ⌊log2(min(CPUs, 8))⌋) [S] `fair.c`. */
export function sliceNs(calibration: Calibration, cores: number): number {
  const cpus = Math.min(Math.max(cores, calibration.leastCpus), 8);
  const scale = 1 + (31 - Math.clz32(cpus));
  return calibration.baseSliceNs * scale;
}
