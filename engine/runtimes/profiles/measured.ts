/**
 * What runtimes cost on a machine that was measured. Costs that were not measured stay those of
 * the profile; a profile whose runtime was not measured keeps all of its own.
 */
import { REFERENCE } from "../../machine/calibration.ts";
import type { MeasuredMachine, Measurements, ProfileName } from "../../scenario/model.ts";
import type { CostName } from "./profile.ts";

const US = 1e3;
const KIB = 1024;

type Overrides = Readonly<Partial<Record<CostName, number>>>;

/** The costs of `profile` on that machine, where they differ from the profile's own. */
export function measuredCosts(
  machine: MeasuredMachine,
  profile: ProfileName,
  cores: number,
): Overrides {
  const single = cores === 1;
  switch (profile) {
    case "cpython-3.11":
      return cpython(machine);
    case "asyncio":
      return asyncio(both(machine.python_1core, machine.python_2cores));
    case "node-20":
      return node(
        single
          ? both(machine.node_1core, machine.node_2cores)
          : both(machine.node_2cores, machine.node_1core),
      );
    case "go":
      return go(
        single
          ? both(machine.go_1core, machine.go_2cores)
          : both(machine.go_2cores, machine.go_1core),
      );
    case "jvm-platform":
      return jvm(machine);
    case "jvm-virtual":
      return virtualThreads(both(machine.java_1core, machine.java_2cores));
    default:
      return {};
  }
}

/** What `first` has, and the rest of `second`. */
function both(first: Measurements = {}, second: Measurements = {}): Measurements {
  return { ...second, ...first };
}

/** Only what was measured: the others stay as they are. */
function known(costs: Readonly<Partial<Record<CostName, number | undefined>>>): Overrides {
  return Object.fromEntries(
    Object.entries(costs).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Math.max(0, Math.round(value))]],
    ),
  );
}

/** The median in ns or bytes. */
function of(measured: Measurements, name: string, unit: number): number | undefined {
  const median = measured[name]?.median;
  return median === undefined ? undefined : median * unit;
}

/**
 * Creation beyond what the operating system's own `pthread_create` costs. Measured on one core,
 * where nobody waits for another core, so that all of it is processor time.
 */
function creationNs({ os = {} }: MeasuredMachine, us: number | undefined): number | undefined {
  const system = os["pthread_create_join_us"]?.median ?? REFERENCE.threadCreateNs / US;
  return us === undefined ? undefined : Math.max(0, us - system) * US;
}

function cpython(machine: MeasuredMachine): Overrides {
  const one = both(machine.python_1core, machine.python_2cores);
  const two = both(machine.python_2cores, machine.python_1core);
  return known({
    taskCreate: creationNs(machine, of(one, "thread_create_join_us", 1)),
    lock: of(two, "lock_uncontended_ns", 1),
    threadBytes: of(two, "thread_rss_per_idle_kb_100_1000", KIB),
  });
}

/** Measured on one core; the loop never uses two. */
function asyncio(loop: Measurements): Overrides {
  const create = of(loop, "asyncio_task_create_await_us", 1);
  const turn = of(loop, "asyncio_sleep0_switch_us", 1);
  const beyond = create === undefined || turn === undefined ? undefined : (create - turn) * US;
  return known({
    taskSwitch: turn === undefined ? undefined : turn * US,
    taskCreate: beyond,
    // A sleep makes a future and a handle and is called back twice, as awaiting a new task is.
    timer: beyond,
    taskBytes: of(loop, "asyncio_rss_per_idle_task_kb_1k_10k", KIB),
  });
}

function node(node20: Measurements): Overrides {
  return known({
    taskSwitch: of(node20, "setImmediate_turn_us", US),
    taskCreate: of(node20, "await_promise_us", 2 * US),
    taskBytes: of(node20, "async_fn_rss_per_idle_kb_10k_100k", KIB),
  });
}

function go(runtime: Measurements): Overrides {
  return known({
    taskSwitch: of(runtime, "gosched_switch_ns", 1),
    taskCreate: of(runtime, "goroutine_create_join_ns", 1),
    lock: of(runtime, "mutex_1goroutines_ns", 1),
    taskBytes: of(runtime, "goroutine_rss_per_idle_kb_10k_100k", KIB),
  });
}

function jvm(machine: MeasuredMachine): Overrides {
  const java = both(machine.java_1core, machine.java_2cores);
  return known({
    taskCreate: creationNs(machine, of(java, "pthread_create_join_us", 1)),
    lock: of(java, "reentrantlock_1threads_ns", 1),
    threadBytes: of(java, "pthread_rss_per_idle_kb_1k_4k", KIB),
  });
}

/** Measured on one core, where nobody waits for another carrier to wake up. */
function virtualThreads(java: Measurements): Overrides {
  const hop = of(java, "vthread_park_unpark_hop_us", US);
  const create = of(java, "vthread_create_join_us", US);
  return known({
    taskSwitch: hop,
    taskCreate: create === undefined || hop === undefined ? undefined : create - hop,
    taskBytes: of(java, "vthread_rss_per_idle_kb_1k_10k", KIB),
  });
}
