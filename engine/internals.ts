/**
 * What a simulation does at this very moment: cores, threads, the runtime's own parts, what tasks
 * wait for each other with, and who is in a place. It is read off the state that is there anyway,
 * for those who ask; the run does not notice. What a thread does is what its row of the schedule
 * shows, so the schedule must be recorded.
 */
import type {
  CoreNow,
  Internals,
  PlaceTasks,
  ProcessNow,
  ResourceNow,
  SliceState,
  ThreadNow,
} from "./api.ts";
import { NONE } from "./kernel/rows.ts";
import type { TaskId } from "./measure/ledger.ts";
import { SLICE } from "./measure/trace.ts";
import type { Simulation } from "./simulation.ts";

// What is listed one by one; of the rest there are counts alone.
const CORES_LISTED = 64;
const PROCESSES_LISTED = 32;
/** Of all processes together, but at least one of each. */
const THREADS_LISTED = 256;
const HOLDERS_LISTED = 8;
const TASKS_LISTED = 200;

const STATES = Object.keys(SLICE) as SliceState[];

export function internalsOf(simulation: Simulation): Internals {
  const { nowNs, events, model, machine, listener } = simulation;
  const { processes } = model.runtime;
  const listed = Math.min(processes, PROCESSES_LISTED);
  const { of, others } = threadsByProcess(simulation, listed);
  const most = Math.max(1, Math.floor(THREADS_LISTED / listed));
  const sockets = model.runtime.reusePort ? listed : 1;
  return {
    nowNs,
    events,
    cores: Array.from({ length: Math.min(machine.cores, CORES_LISTED) }, (_, core) =>
      coreNow(simulation, core),
    ),
    processes: of.map((threads, process) => processNow(simulation, process, { threads, most })),
    others: others.map((thread) => threadNow(simulation, thread)),
    resources: resourcesNow(simulation),
    accepting: Array.from({ length: sockets }, (_, socket) => listener.sizeFor(socket)),
  };
}

function coreNow(simulation: Simulation, core: number): CoreNow {
  const { machine, trace } = simulation;
  const thread = machine.threadOn(core);
  return {
    state: STATES[trace.stateOf(core)]!,
    thread,
    label: thread === NONE ? "" : labelOf(simulation, thread),
    queued: machine.queuedOn(core),
  };
}

/** The living threads of the first `listed` processes, and those that belong to none. */
function threadsByProcess(
  { machine, model }: Simulation,
  listed: number,
): { of: number[][]; others: number[] } {
  const of: number[][] = Array.from({ length: listed }, () => []);
  const others: number[] = [];
  for (let thread = 0; thread < machine.threads.high; thread++) {
    if (!machine.isAlive(thread)) continue;
    const process = machine.process[thread]!;
    if (process === NONE || process >= model.runtime.processes) others.push(thread);
    else of[process]?.push(thread);
  }
  return { of, others };
}

function processNow(
  simulation: Simulation,
  process: number,
  { threads, most }: { readonly threads: readonly number[]; readonly most: number },
): ProcessNow {
  const { runtime, memory, trace } = simulation;
  const states = STATES.map(() => 0);
  for (const thread of threads) states[trace.stateOf(simulation.rowOfThread(thread))]! += 1;
  const gil = runtime.gilNow(process);
  return {
    down: runtime.isDown(process),
    memoryBytes: memory.ofProcess(process),
    connections: runtime.connectionsOf(process),
    threads: threads.slice(0, most).map((thread) => threadNow(simulation, thread)),
    states,
    ...(gil === undefined ? {} : { gil }),
    inside: runtime.insideNow(process),
  };
}

function threadNow(simulation: Simulation, thread: number): ThreadNow {
  const { runtime, requests, trace } = simulation;
  const collects = runtime.collectorThread(thread) !== undefined;
  const role = collects ? "collector" : runtime.roleOf(thread);
  // Goroutines and virtual threads of the runtime itself are no tasks.
  const task = collects || role === "helper" ? NONE : runtime.servedBy(thread);
  return {
    thread,
    label: labelOf(simulation, thread),
    role,
    state: STATES[trace.stateOf(simulation.rowOfThread(thread))]!,
    ...(task < 0 ? {} : { request: requests.requestNameOf(task) }),
  };
}

function labelOf(simulation: Simulation, thread: number): string {
  return simulation.scheduleRow(simulation.rowOfThread(thread)).label;
}

// ---- Pools, locks, channels ---------------------------------------------------------------------

function resourcesNow(simulation: Simulation): ResourceNow[] {
  const { model, requests, ledger, topology } = simulation;
  const { pools, locks, channels } = model;
  if (topology.resources.length === 0) return [];
  const holders = requests.holdersNow();
  const waiting = topology.resources.map(({ place }) => ledger.countOf(place));
  const held = (by: readonly TaskId[], n: number): ResourceNow => ({
    inUse: by.length,
    open: 1,
    holders: by.slice(0, HOLDERS_LISTED).map((task) => requests.requestNameOf(task)),
    waiting: waiting[n]!,
    receiving: 0,
    closed: false,
  });
  return [
    ...pools.map((_, pool) => {
      const { inUse, open } = requests.pools[pool]!;
      return { ...held(holders.ofPool(pool), pool), inUse, open };
    }),
    ...locks.map((_, lock) => held(holders.ofLock(lock), pools.length + lock)),
    ...channels.map((_, channel): ResourceNow => {
      const { held: inUse, sending, receiving, closed } = requests.channels!.look(channel);
      return { inUse, open: inUse, holders: [], waiting: sending, receiving, closed };
    }),
  ];
}

// ---- Who is in a place --------------------------------------------------------------------------

export function tasksIn(simulation: Simulation, place: number, limit: number): PlaceTasks {
  const { ledger, requests, nowNs } = simulation;
  const most = Math.max(0, Math.min(limit, TASKS_LISTED));
  const first: TaskId[] = [];
  let total = 0;
  for (let task = 0; task < ledger.tasks.high; task++) {
    if (ledger.place[task] !== place) continue;
    total++;
    insertBySince(simulation, first, task);
    if (first.length > most) first.pop();
  }
  const tasks = first.map((task) => ({
    request: requests.requestNameOf(task),
    isPart: requests.isPart(task),
    sinceNs: ledger.sinceOf(task),
    beganNs: ledger.beganAt(task),
  }));
  return { nowNs, total, tasks };
}

/** Behind all that came at the same time or before it; lists are short and mostly in order. */
function insertBySince({ ledger }: Simulation, tasks: TaskId[], task: TaskId): void {
  const since = ledger.sinceOf(task);
  let at = tasks.length;
  while (at > 0 && ledger.sinceOf(tasks[at - 1]!) > since) at--;
  tasks.splice(at, 0, task);
}
