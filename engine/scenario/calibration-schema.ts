/**
 * Whose costs hold: a name, or what `calibrate` has measured on a machine. Each measurement's name
 * ends in its unit; a median of several runs counts, the runs tell how far they agree.
 */
import * as z from "zod";
import { choice, isRecord, list, numberFrom, object, oneOf, text, whole } from "./fields.ts";

const RUNS_MAX = 20;

/** Memory per unit is a difference, which may come out below zero. */
const figure = numberFrom(-1e6, 1e9);

/** Stands once in the published JSON Schema, wherever it is used. */
function defined<T>(name: string, schema: z.ZodType<T>): z.ZodType<T, T> {
  return choice<T>(
    name,
    () => [schema],
    () => schema,
  );
}

const measurement = defined(
  "measurement",
  object({ median: figure, runs: list(figure, 0, RUNS_MAX, "runs").optional() }),
);

function section(name: string, measurements: readonly string[]) {
  const shape = Object.fromEntries(measurements.map((one) => [one, measurement.optional()]));
  return defined(`measured ${name}`, object(shape));
}

/** The operating system: hops through a pipe, creation, sleeps, a core beside a busy one. */
const os = section("operating system", [
  "ctx_process_pipe_1core_us",
  "ctx_process_pipe_2cores_us",
  "ctx_thread_pipe_1core_us",
  "ctx_thread_pipe_2cores_us",
  "pipe_write_read_same_thread_us",
  "pthread_create_join_us",
  "sleep_1ms_p50",
  "sleep_1ms_p99",
  "sleep_10ms_p50",
  "sleep_10ms_p99",
  "sleep_cpu_us",
  "spin_latency_bound_alone_ms",
  "spin_latency_bound_othercorebusy_ms",
]);

const python = section("python", [
  "thread_create_join_us",
  "thread_switch_lock_us",
  "lock_uncontended_ns",
  "gil_sleep1ms_with_hog_p50",
  "gil_sleep1ms_with_hog_p99",
  "switchinterval_ms",
  "asyncio_sleep0_switch_us",
  "asyncio_task_create_await_us",
  "asyncio_rss_per_idle_task_kb_1k_10k",
  "thread_rss_per_idle_kb_100_1000",
]);

const go = section("go", [
  "gosched_switch_ns",
  "goroutine_create_join_ns",
  "chan_pingpong_hop_ns",
  "mutex_1goroutines_ns",
  "atomic_add_1goroutines_ns",
  "atomic_add_2goroutines_ns",
  "goroutine_rss_per_idle_kb_10k_100k",
]);

const node = section("node", [
  "setImmediate_turn_us",
  "await_promise_us",
  "setTimeout_1ms_p50",
  "setTimeout_1ms_p99",
  "async_fn_rss_per_idle_kb_10k_100k",
]);

const java = section("java", [
  "pthread_create_join_us",
  "pthread_park_unpark_hop_us",
  "reentrantlock_1threads_ns",
  "synchronized_1threads_ns",
  "atomic_add_1threads_ns",
  "pthread_rss_per_idle_kb_1k_4k",
]);

/** What a machine was found to be; each runtime on one core and, where there are more, on two. */
export const measuredMachine = object({
  name: text(1, 80),
  date: text(0, 40).optional(),
  cpu: text(0, 120).optional(),
  cores: whole(1, 4096).optional(),
  system: text(0, 120).optional(),
  versions: object({
    python: text(0, 80).optional(),
    go: text(0, 80).optional(),
    node: text(0, 80).optional(),
    java: text(0, 80).optional(),
  }).optional(),
  /** How it was measured. */
  method: text(0, 2000).optional(),
  os: os.optional(),
  python_1core: python.optional(),
  python_2cores: python.optional(),
  go_1core: go.optional(),
  go_2cores: go.optional(),
  node_1core: node.optional(),
  node_2cores: node.optional(),
  java_1core: java.optional(),
  java_2cores: java.optional(),
});

export type MeasuredMachineDocument = z.output<typeof measuredMachine>;

const calibrationName = oneOf(["reference", "truth"]);

export const calibration = choice<"reference" | "truth" | MeasuredMachineDocument>(
  "calibration",
  () => [calibrationName, measuredMachine],
  (value) => (isRecord(value) ? measuredMachine : calibrationName),
);
