/**
 * Who sends requests: arrivals at a rate, and users who wait for their answer, think and send
 * again (k6's executors). Also what a client's kernel does to get a connection.
 */
import { assert } from "../kernel/assert.ts";
import { compile, type Sampler } from "../kernel/distribution.ts";
import { KeyedDraws } from "../kernel/draws.ts";
import { DUE, NO_EVENT, NOW, type EventQueue } from "../kernel/queue.ts";
import { NONE } from "../kernel/rows.ts";
import { SYN_GIVE_UP_NS, SYN_RETRY_NS, type Listener } from "../machine/listener.ts";
import type { Ledger, TaskId } from "../measure/ledger.ts";
import { PLACE, type RuntimeModel } from "../runtimes/runtime.ts";
import type { LaneModel, Load } from "../scenario/model.ts";
import { ArrivalSource, Profile, rampPoints } from "./arrivals.ts";
import type { RequestEnd, Requests } from "./requests.ts";
import { CONNECTS, IS_INSIDE, KEEPS } from "./task-table.ts";

const ARRIVAL = 20;
const USER = 21;
const SYN = 22;

/**
 * How long a user who was turned away at once needs before it can try again: a round trip on a
 * local network [E]. Without it a refused user would try infinitely often at one instant.
 */
const REFUSED_RETRY_NS = 100_000;

/** A load as it is at present. */
interface Sender {
  readonly load: Load;
  readonly arrivals: ArrivalSource | undefined;
  /** Users over time; undefined where a load has arrivals or a constant number of users. */
  readonly users: Profile | undefined;
  readonly think: Sampler | undefined;
  readonly thoughts: KeyedDraws;
  readonly isInside: boolean;
  /** Factor on the cpu steps of each arrival; empty when all are 1. */
  readonly demand: readonly number[];
  /** Number of the load's first user among all. */
  readonly firstUser: number;
  /** Users that there may be, now or after a change. */
  readonly room: number;
  /** First and number of the connections that requests share. */
  readonly firstConnection: number;
  readonly connections: number;
  readonly endNs: number;
}

export class Clients implements RequestEnd {
  readonly users: number;
  /** Connections that keep their home: users' own, and those that arrivals share. */
  static connectionsOf(model: LaneModel): number {
    return model.loads.reduce((sum, load, i) => sum + roomFor(model, i) + sharedBy(load), 0);
  }

  private readonly senders: Sender[];
  /** The next arrival, by load. */
  private readonly arrivalEvent: Int32Array;
  /** 1: the user is not wanted for the present, or any more; by user. */
  private readonly resting: Uint8Array;
  /** When it will be, as far as that is planned. */
  private readonly returnEvent: Int32Array;
  /** Thoughts so far, by load. */
  private readonly thoughts: Int32Array;
  private readonly thinkNs = new Float64Array(1);
  private readonly loadOfUser: Uint8Array;
  private readonly queue: EventQueue;
  private readonly ledger: Ledger;
  private readonly listener: Listener;
  private readonly requests: Requests;
  private runtime!: RuntimeModel;

  constructor(parts: {
    queue: EventQueue;
    ledger: Ledger;
    listener: Listener;
    requests: Requests;
    model: LaneModel;
  }) {
    this.queue = parts.queue;
    this.ledger = parts.ledger;
    this.listener = parts.listener;
    this.requests = parts.requests;
    const { model } = parts;
    this.senders = senders(model, this.thinkNs);
    this.users = this.senders.reduce((sum, { room }) => sum + room, 0);
    this.thoughts = new Int32Array(model.loads.length);
    this.arrivalEvent = new Int32Array(model.loads.length).fill(NO_EVENT);
    this.loadOfUser = new Uint8Array(this.users);
    this.resting = new Uint8Array(this.users).fill(1);
    this.returnEvent = new Int32Array(this.users).fill(NO_EVENT);
    this.senders.forEach((sender, i) => {
      this.loadOfUser.fill(i, sender.firstUser, sender.firstUser + sender.room);
    });
  }

  /** Opens idle connections and schedules everybody's first request. */
  start(runtime: RuntimeModel): void {
    this.runtime = runtime;
    this.senders.forEach((sender, i) => {
      const { load } = sender;
      if (load.origin === "client") this.openConnections(sender);
      if (sender.arrivals !== undefined) this.scheduleArrival(i);
      else for (let user = 0; user < usersOf(load); user++) this.scheduleUser(sender, user);
    });
  }

  /** From now on the loads are as `model` has them; what is under way stays as it was sent. */
  retune(model: LaneModel): void {
    model.loads.forEach((load, i) => {
      const before = this.senders[i]!;
      if (JSON.stringify(load) === JSON.stringify(before.load)) return;
      const sender = retuned(before, load, model.durationNs);
      this.senders[i] = sender;
      if (sender.arrivals === undefined) this.callUsers(sender);
      else if (isPlannedAnew(before, sender)) this.replanArrival(i, sender);
    });
  }

  /** The next arrival comes when the load as it is now has it. */
  private replanArrival(index: number, sender: Sender): void {
    const { clock } = this.queue;
    const { load, arrivals } = sender;
    this.queue.cancel(this.arrivalEvent[index]!);
    arrivals!.retune(load.executor, Math.max(0, clock[NOW]! - load.startNs), clock);
    this.pushArrival(index, sender);
  }

  /** Users that rest begin again when the load now wants them; others find out by themselves. */
  private callUsers(sender: Sender): void {
    for (let user = 0; user < sender.room; user++) {
      const id = sender.firstUser + user;
      if (this.resting[id] === 0) continue;
      this.queue.cancel(this.returnEvent[id]!);
      this.scheduleUser(sender, user);
    }
  }

  private openConnections(sender: Sender): void {
    const idle = Math.max(0, sender.load.connections.count - usersOf(sender.load));
    if (idle === 0) return;
    this.runtime.openIdle(idle);
    for (let i = 0; i < sender.connections; i++) {
      this.requests.setHome(sender.firstConnection + i, i % this.runtime.homes);
    }
  }

  handle(kind: number, a: number, b: number): void {
    switch (kind) {
      case ARRIVAL:
        this.arrive(a);
        break;
      case USER:
        this.userGoes(a);
        break;
      case SYN:
        this.connect(a, b);
        break;
      default:
        assert(false, "not an event of the clients");
    }
  }

  // ---- Arrivals ----------------------------------------------------------------------------------

  private scheduleArrival(index: number): void {
    const sender = this.senders[index]!;
    const { clock } = this.queue;
    sender.arrivals!.next(clock);
    this.pushArrival(index, sender);
  }

  /** Schedules the arrival whose offset from the load's start is in `clock[DUE]`. */
  private pushArrival(index: number, sender: Sender): void {
    const { clock } = this.queue;
    const due = clock[DUE]! + sender.load.startNs;
    clock[DUE] = due;
    if (due === clock[NOW]) this.requests.countInstant();
    this.arrivalEvent[index] = due < sender.endNs ? this.queue.push(ARRIVAL, index, 0) : NO_EVENT;
  }

  private arrive(index: number): void {
    const sender = this.senders[index]!;
    const n = sender.arrivals!.count - 1;
    this.scheduleArrival(index);
    const shared = sender.connections;
    const connection = shared > 0 ? sender.firstConnection + (n % shared) : NONE;
    if (sender.demand.length > 0) this.requests.factor[0] = sender.demand[n]!;
    const how = sender.isInside ? IS_INSIDE : shared > 0 ? KEEPS : this.overNewConnection();
    const task = this.requests.begin(index, NONE, connection, how);
    this.requests.factor[0] = 1;
    if (sender.isInside) this.runtime.beginArrival(task);
    else this.send(task);
  }

  private overNewConnection(): number {
    return this.listener.isFull ? 0 : CONNECTS;
  }

  // ---- Users -------------------------------------------------------------------------------------

  /** The user begins when its load wants it. */
  private scheduleUser(sender: Sender, user: number): void {
    const { load, users } = sender;
    const now = this.queue.clock[NOW]!;
    const offset = Math.max(0, now - load.startNs);
    const due = load.startNs + (users === undefined ? offset : users.firstAbove(user, offset));
    this.rests(sender.firstUser + user, due, sender.endNs);
  }

  /** The user is wanted again at `due`, unless the load is over by then. */
  private rests(user: number, due: number, endNs: number): void {
    this.resting[user] = 1;
    this.queue.clock[DUE] = due;
    this.returnEvent[user] = due < endNs ? this.queue.push(USER, user, 0) : NO_EVENT;
  }

  /** The user sends its next request, unless it is not wanted (any more, or for the present). */
  private userGoes(user: number): void {
    const index = this.loadOfUser[user]!;
    const sender = this.senders[index]!;
    const { load } = sender;
    const now = this.queue.clock[NOW]!;
    if (now >= sender.endNs) {
      this.rests(user, Infinity, sender.endNs);
      return;
    }
    if (sender.users !== undefined) {
      const back = sender.users.firstAbove(user - sender.firstUser, now - load.startNs);
      const due = load.startNs + back;
      if (due > now) {
        this.rests(user, due, sender.endNs);
        return;
      }
    }
    this.resting[user] = 0;
    this.requests.countInstant();
    const how = sender.isInside ? IS_INSIDE : load.connections.keepAlive ? KEEPS : 0;
    const task = this.requests.begin(index, user, sender.isInside ? NONE : user, how);
    if (sender.isInside) this.runtime.beginInside(task);
    else this.send(task);
  }

  answered(index: number, user: number, failed: boolean): void {
    if (user === NONE) return;
    const sender = this.senders[index]!;
    let wait = this.think(index, sender);
    if (failed && wait === 0) wait = REFUSED_RETRY_NS;
    this.queue.clock[DUE] = this.queue.clock[NOW]! + wait;
    this.queue.push(USER, user, 0);
  }

  disconnected(home: number): void {
    this.runtime.connectionClosed(home);
  }

  thinkInside(index: number, user: number): number {
    const sender = this.senders[index]!;
    const now = this.queue.clock[NOW]!;
    const think = this.think(index, sender);
    const then = now + think;
    const offset = then - sender.load.startNs;
    const back =
      sender.users === undefined
        ? offset
        : sender.users.firstAbove(user - sender.firstUser, offset);
    if (Math.max(then, sender.load.startNs + back) < sender.endNs) return think + back - offset;
    this.rests(user, Infinity, sender.endNs);
    return -1;
  }

  private think(index: number, sender: Sender): number {
    if (sender.think === undefined) return 0;
    const n = this.thoughts[index]!;
    this.thoughts[index] = n + 1;
    sender.thoughts.draw(sender.think, n, 0);
    return this.thinkNs[0]!;
  }

  // ---- Connections -------------------------------------------------------------------------------

  /** Over the connection it has, or over a new one. */
  private send(task: TaskId): void {
    const home = this.requests.homeOf(this.requests.connectionOf(task));
    if (home !== NONE) this.runtime.request(task, home);
    else this.connect(task, 0);
  }

  /** SYN number `attempt`: into the accept queue, or dropped without a word and sent again. */
  private connect(task: TaskId, attempt: number): void {
    if (this.requests.isAbandoned(task)) {
      this.requests.endUnserved(task);
      return;
    }
    if (attempt > SYN_RETRY_NS.length) {
      this.requests.reject(task);
      return;
    }
    if (this.listener.offer(task, attempt > 0)) {
      this.ledger.move(task, PLACE.acceptQueue);
      this.runtime.connectionReady();
      return;
    }
    this.ledger.move(task, PLACE.connecting);
    const { clock } = this.queue;
    const since = attempt === 0 ? 0 : SYN_RETRY_NS[attempt - 1]!;
    const next = attempt < SYN_RETRY_NS.length ? SYN_RETRY_NS[attempt]! : SYN_GIVE_UP_NS;
    clock[DUE] = clock[NOW]! + next - since;
    this.queue.push(SYN, task, attempt + 1);
  }
}

function senders(model: LaneModel, thinkNs: Float64Array): Sender[] {
  let firstUser = 0;
  let firstShared = model.loads.reduce((sum, _, i) => sum + roomFor(model, i), 0);
  return model.loads.map((load, i) => {
    const { executor } = load;
    const users = executor.kind === "ramping-vus" ? usersOver(executor) : undefined;
    const room = roomFor(model, i);
    const sender: Sender = {
      load,
      arrivals:
        usersOf(load) === 0 && !("thinkTime" in executor)
          ? new ArrivalSource(model.seed, load)
          : undefined,
      users,
      think: "thinkTime" in executor ? thinkSampler(executor.thinkTime) : undefined,
      thoughts: new KeyedDraws(model.seed, `thoughts of ${load.name}`, thinkNs),
      isInside: load.origin === "inside",
      demand: executor.kind === "trace" ? executor.demand : [],
      firstUser,
      room,
      firstConnection: firstShared,
      connections: sharedBy(load),
      endNs: endOf(load, model.durationNs),
    };
    firstUser += room;
    firstShared += sharedBy(load);
    return sender;
  });
}

/** The load after a change: the same users and arrivals, whose number and pace may be others. */
function retuned(before: Sender, load: Load, runNs: number): Sender {
  const { executor } = load;
  return {
    ...before,
    load,
    users: "thinkTime" in executor ? usersOver(executor) : undefined,
    think: "thinkTime" in executor ? thinkSampler(executor.thinkTime) : undefined,
    endNs: endOf(load, runNs),
  };
}

function isPlannedAnew(before: Sender, after: Sender): boolean {
  const isSame = JSON.stringify(before.load.executor) === JSON.stringify(after.load.executor);
  return !isSame || before.endNs !== after.endNs;
}

/** When the load ends, in a run of `runNs`. */
function endOf({ executor, startNs, durationNs }: Load, runNs: number): number {
  const rampNs =
    executor.kind === "ramping-vus"
      ? executor.ramp.stages.reduce((sum, stage) => sum + stage.durationNs, 0)
      : Infinity;
  return Math.min(runNs, startNs + Math.min(durationNs, rampNs));
}

/** How many users are wanted over time, from the load's start on. */
function usersOver(executor: Extract<Load["executor"], { thinkTime: unknown }>): Profile {
  if (executor.kind === "ramping-vus") return new Profile(rampPoints(executor.ramp));
  return new Profile([
    [0, executor.vus],
    [1, executor.vus],
  ]);
}

/** The most users a load has at any time of the lane. */
function roomFor(model: LaneModel, index: number): number {
  const models = [model, ...model.changes.map((change) => change.model)];
  return models.reduce((most, { loads }) => Math.max(most, usersOf(loads[index]!)), 0);
}

function thinkSampler(thinkTime: Parameters<typeof compile>[0]): Sampler | undefined {
  return thinkTime.kind === "constant" && thinkTime.ns === 0 ? undefined : compile(thinkTime);
}

/** Users a load has at most. */
function usersOf(load: Load): number {
  const { executor } = load;
  if (executor.kind === "constant-vus") return executor.vus;
  if (executor.kind !== "ramping-vus") return 0;
  return executor.ramp.stages.reduce((most, s) => Math.max(most, s.target), executor.ramp.from);
}

/** Connections that the arrivals of a load share. */
function sharedBy(load: Load): number {
  const open = usersOf(load) === 0 && load.origin === "client" && load.connections.keepAlive;
  return open ? load.connections.count : 0;
}
