/**
 * What runtimes cost on the machine whose measurements `machine/truth.ts` computes with. Costs
 * that were not measured there stay those of the profile.
 */
import primitives from "../../reality/primitives.json";
import type { ProfileName } from "../../scenario/model.ts";
import type { CostName } from "./profile.ts";

const US = 1e3;
const KIB = 1024;

type Overrides = Readonly<Partial<Record<CostName, number>>>;

/** The costs of `profile` on that machine, where they differ from the profile's own. */
export function truthCosts(profile: ProfileName, cores: number): Overrides {
  const single = cores === 1;
  switch (profile) {
    case "cpython-3.11":
      return cpython();
    case "asyncio":
      return asyncio();
    case "node-20":
      return node(single ? primitives.node_1core : primitives.node_2cores);
    case "go":
      return go(single ? primitives.go_1core : primitives.go_2cores);
    case "jvm-platform":
      return jvm(primitives.java_1core);
    default:
      return {};
  }
}

/**
 * Creation beyond what the operating system's own `pthread_create` costs. Measured on one core,
 * where nobody waits for another core, so that all of it is processor time.
 */
function creationNs(us: number): number {
  return Math.round(Math.max(0, us - primitives.os.pthread_create_join_us.median) * US);
}

function cpython(): Overrides {
  const { python_1core: one, python_2cores: two } = primitives;
  return {
    taskCreate: creationNs(one.thread_create_join_us.median),
    lock: Math.round(two.lock_uncontended_ns.median),
    threadBytes: Math.round(two.thread_rss_per_idle_kb_100_1000.median * KIB),
  };
}

/** Measured on one core; the loop never uses two. */
function asyncio(): Overrides {
  const loop = primitives.python_1core;
  const create = loop.asyncio_task_create_await_us.median;
  const turn = loop.asyncio_sleep0_switch_us.median;
  return {
    taskSwitch: Math.round(turn * US),
    taskCreate: Math.round((create - turn) * US),
    // A sleep makes a future and a handle and is called back twice, as awaiting a new task is.
    timer: Math.round((create - turn) * US),
    taskBytes: Math.round(loop.asyncio_rss_per_idle_task_kb_1k_10k.median * KIB),
  };
}

function node(node20: typeof primitives.node_1core): Overrides {
  return {
    taskSwitch: Math.round(node20.setImmediate_turn_us.median * US),
    taskCreate: Math.round(2 * node20.await_promise_us.median * US),
    taskBytes: Math.round(node20.async_fn_rss_per_idle_kb_10k_100k.median * KIB),
  };
}

function go(runtime: typeof primitives.go_1core): Overrides {
  return {
    taskSwitch: Math.round(runtime.gosched_switch_ns.median),
    taskCreate: Math.round(runtime.goroutine_create_join_ns.median),
    lock: Math.round(runtime.mutex_1goroutines_ns.median),
    taskBytes: Math.round(runtime.goroutine_rss_per_idle_kb_10k_100k.median * KIB),
  };
}

function jvm(java: typeof primitives.java_1core): Overrides {
  return {
    taskCreate: creationNs(java.pthread_create_join_us.median),
    lock: Math.round(java.reentrantlock_1threads_ns.median),
    threadBytes: Math.round(java.pthread_rss_per_idle_kb_1k_4k.median * KIB),
  };
}
