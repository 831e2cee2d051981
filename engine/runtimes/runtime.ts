/**
 * What every runtime model offers to the engine, and what it gets to work with. The request
 * programs and the clients that send them are the workload's; a runtime only decides which task
 * its threads execute when.
 */
import type { GilNow, InsideNow, Place, ThreadRole } from "../api.ts";
import type { EventQueue } from "../kernel/queue.ts";
import type { Ledger, TaskId } from "../measure/ledger.ts";
import type { Trace } from "../measure/trace.ts";
import type { Runtime } from "../scenario/model.ts";
import type { Listener } from "../machine/listener.ts";
import type { Machine, ThreadOwner } from "../machine/machine.ts";
import type { Memory } from "../machine/memory.ts";
import type { CacheLine } from "../sync/cache-line.ts";
import type { CostValues, Profile } from "./profiles/profile.ts";
import type { Stream } from "../kernel/random.ts";
import type { HeapSettings } from "./collectors/index.ts";
import type { ObjectPool, ObjectPools } from "./object-pools.ts";

/** Event kinds from here up belong to the runtime. */
export const RUNTIME_EVENTS = 32;

/** No action: the task goes on with its program. */
export const GO_ON = -1;

/** What a task does next, as `Work.next` tells it. */
export const ACTION = {
  /** Compute for `waitNs`. */
  compute: 0,
  /** Compute for `waitNs` without the GIL. */
  computeReleased: 1,
  /** Wait `waitNs` for the network. */
  io: 2,
  /** Block the thread for `waitNs`. */
  block: 3,
  /** Wait `waitNs` for a timer. */
  sleep: 4,
  /** Go on in the runtime's executor. */
  offload: 5,
  /** Come back from the executor. */
  offloadEnd: 6,
  /** Wait until `RuntimeModel.resume`: the task has been put in a waiting place already. */
  suspend: 7,
  /** The request (or part) has ended; the task's row is gone. */
  finished: 8,
  /** A user inside the runtime begins its next request: where tasks take turns, others go first. */
  yield: 9,
  /** Let the tasks that wait for a turn go first, the one that was woken last before all others. */
  giveWay: 11,
  /** Compute for `waitNs` on behalf of the collector. */
  collect: 10,
} as const;

/** The workload as runtimes see it. */
export interface Work {
  /** Length (ns) of the action that `next` returned; 1 for an offload of slow work, else 0. */
  readonly waitNs: Float64Array;
  /** Goes on with the task's program up to its next action (`ACTION`). */
  next(task: TaskId): number;
  /**
   * Whether what happens to this share of steps happens to the one that `next` returned: the same
   * for a request on every lane.
   */
  happens(task: TaskId, share: number): boolean;
  /** The connection the task's request came over, or NONE. */
  connectionOf(task: TaskId): number;
  /** The process or loop a connection belongs to; NONE while it is not accepted. */
  homeOf(connection: number): number;
  /** The task's connection has been accepted by `home` (a process or a loop). */
  accepted(task: TaskId, home: number): void;
  /** The server closes the task's connection when it has answered. */
  closesAfter(task: TaskId): void;
  /** The server turned the request away. */
  reject(task: TaskId): void;
  /** The process died: what it was serving fails, its connections (`isHome`) are gone. */
  crashProcess(process: number, isHome: (home: number) => boolean): void;
  /** Where each task is served (process or loop), and whose memory it uses; runtimes set both. */
  readonly home: Int32Array;
  readonly process: Int32Array;
  /** The time that the task's select waits for has passed; its place is `selectPlace`. */
  selectTimedOut(task: TaskId): void;
  /**
   * Tries again for the lock that the task was woken for, before its thread has a GIL; false when
   * it must go on waiting. True also for a task that was not woken for a lock.
   */
  contend(task: TaskId): boolean;
  /** What the row of a thread shows (`SLICE`) whose task has been suspended. */
  waitSlice(task: TaskId): number;
  /** Remembers the event that ends the task's present wait, so that a cancellation can cut it. */
  waitingFor(task: TaskId, event: number): void;
}

/** Places that all runtimes have, in the order of `COMMON_PLACES`. */
export const PLACE = {
  client: 0,
  connecting: 1,
  acceptQueue: 2,
  runnable: 3,
  running: 4,
  waitingIo: 5,
  blocked: 6,
  sleeping: 7,
  joining: 8,
  done: 9,
  timeout: 10,
  rejected: 11,
  error: 12,
  crash: 13,
  abandoned: 14,
} as const;

export const COMMON_PLACES: readonly Place[] = [
  { name: "client", label: "clients", kind: "client", group: "client" },
  { name: "connecting", label: "retrying to connect", kind: "client", group: "kernel" },
  { name: "accept-queue", label: "accept queue", kind: "queue", group: "kernel" },
  { name: "runnable", label: "runnable", kind: "ready", group: "runtime" },
  { name: "running", label: "running", kind: "run", group: "runtime" },
  { name: "waiting-io", label: "waiting for I/O", kind: "io", group: "outside" },
  { name: "blocked", label: "blocking call", kind: "blocked", group: "outside" },
  { name: "sleeping", label: "timer", kind: "timer", group: "runtime" },
  { name: "joining", label: "waiting for its parts", kind: "join", group: "runtime" },
  { name: "done", label: "done", kind: "done", group: "end" },
  { name: "failed:timeout", label: "timed out", kind: "failed", group: "end" },
  { name: "failed:rejected", label: "refused", kind: "failed", group: "end" },
  { name: "failed:error", label: "error", kind: "failed", group: "end" },
  { name: "failed:crash", label: "crashed", kind: "failed", group: "end" },
  { name: "abandoned", label: "finished in vain", kind: "failed", group: "end" },
];

/** Everything a runtime model is built from. */
export interface RuntimeParts {
  readonly queue: EventQueue;
  readonly ledger: Ledger;
  readonly trace: Trace;
  readonly machine: Machine;
  readonly memory: Memory;
  readonly listener: Listener;
  readonly work: Work;
  readonly costs: CostValues;
  readonly profile: Profile;
  readonly random: Stream;
  readonly processes: number;
  /** Connections one process may have open. */
  readonly maxConnections: number;
  /** Index of the first place that the runtime declares itself. */
  readonly firstPlace: number;
  /** Where a task waits in a select, or NONE. */
  readonly selectPlace: number;
  /** Place of arrivals inside that are due and not started yet; NONE where there are none. */
  readonly duePlace: number;
  /** Schedule row of the first row that the runtime declares itself. */
  readonly firstRow: number;
  /** Index of the place of tasks that help the collector or wait for it, or NONE. */
  readonly collectorPlace: number;
  readonly heap: HeapSettings;
  readonly objectPools: readonly ObjectPool[];
}

/** How far the GILs of a lane were held. */
export interface GilUse {
  /** ns in which a thread had the GIL, summed over processes, since the start. */
  readonly heldNs: number;
  readonly switches: number;
}

/** What an event loop's threads have done with their time, since the start. */
export interface LoopUse {
  /** ns in which an executor's threads had work in hand, summed over them. */
  readonly executorNs: number;
  /** ns in which loops slept in their selectors, summed over them. */
  readonly idleNs: number;
}

export interface RuntimeModel extends ThreadOwner {
  /** What a task computes (ns) for one operation on a channel. */
  readonly channelNs: number;
  /** How many homes connections can have: processes, or loops where these own connections. */
  readonly homes: number;
  /** From now on the runtime is set as `runtime` says. */
  retune(runtime: Runtime): void;
  /** Creates the threads and memory that exist before the first request. */
  start(): void;
  /** The kernel has put a new connection into the accept queue. */
  connectionReady(): void;
  /** A request arrived over the open connection of `home`. */
  request(task: TaskId, home: number): void;
  /** A connection of `home` has closed. */
  connectionClosed(home: number): void;
  /** `count` idle connections exist from the start: their memory and threads. */
  openIdle(count: number): void;
  /** A task of the runtime's own begins: a user inside. */
  beginInside(task: TaskId): void;
  /** An arrival inside is due: a timer task of the runtime starts it as soon as it gets to it. */
  beginArrival(task: TaskId): void;
  /** A part of the request `parent` begins. */
  spawn(task: TaskId, parent: TaskId): void;
  /** What a suspended task waited for has come. */
  resume(task: TaskId): void;
  /** The task's present wait ends now instead of when `event` is due. */
  cutShort(task: TaskId, event: number): void;
  /** An event of kind ≥ RUNTIME_EVENTS. */
  handle(kind: number, a: number, b: number): void;
  /**
   * The thread being advanced, if there is one, takes or releases a lock whose word lies in `line`.
   */
  payForLock(line: CacheLine, takes: boolean): void;
  /** The core of the thread being advanced. */
  coreNow(): number;
  /** Whether a task that runs now had better spin than sleep when a lock is taken. */
  maySpin(): boolean;
  /** `task` makes garbage; the answer is GO_ON, OUT_OF_MEMORY or an action. */
  allocated(process: number, bytes: number, task: TaskId): number;
  /** `task` takes memory that lives until `released`; the answer as of `allocated`. */
  held(process: number, bytes: number, task: TaskId): number;
  released(process: number, bytes: number, task: TaskId): void;
  /** `task` takes an object from a pool of them; the answer as of `allocated`. */
  takeObject(process: number, pool: number, task: TaskId): number;
  giveObject(process: number, pool: number): void;
  readonly objects: ObjectPools;
  /** The process is to die of its own fault once the present event is over. */
  condemn(process: number): void;
  /** A process dies: the kernel kills it for its memory, or it has been condemned. */
  killProcess(process: number): void;
  gilUse(): GilUse;
  /** Both 0 where there are no loops. */
  loopUse(): LoopUse;
  /**
   * The task whose thread has the GIL of a process; NONE: a thread that works for no task;
   * undefined: nobody has it, or there is none.
   */
  gilHolder(process: number): TaskId | undefined;
  /**
   * Who has the threads for one of which the task waits, or the core for which the thread waits that
   * serves it; NONE: a thread that works for no task.
   */
  inTheWayOf(task: TaskId): readonly TaskId[];
  /** What a thread is called that belongs to the collector. */
  collectorThread(thread: number): string | undefined;
  /** Switches between tasks that were no thread switches. */
  readonly taskSwitches: number;
  /** What a thread is called in the schedule where it is no plain worker. */
  threadRow(
    thread: number,
  ): { readonly kind: "thread" | "loop"; readonly label: string } | undefined;
  // What those see who look at the present moment; it changes nothing.
  /** The runtime's own parts in the process. */
  insideNow(process: number): InsideNow;
  gilNow(process: number): GilNow | undefined;
  /** Connections that the process has open. */
  connectionsOf(process: number): number;
  isDown(process: number): boolean;
  roleOf(thread: number): ThreadRole;
  /** The task that the thread works for, whether it runs or waits; or NONE. */
  servedBy(thread: number): TaskId;
  /** Labels of the schedule rows that the runtime declares. */
  readonly rows: readonly { readonly kind: "gil" | "loop" | "processor"; readonly label: string }[];
}
