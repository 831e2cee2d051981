/**
 * One clock for all lanes. Each lane computes in its own worker; the conductor moves a common
 * target along the virtual time axis and lets every lane catch up with it, one message at a time
 * per lane. It never waits synchronously, and it is the only writer of the run store.
 */
import type { StoreApi } from "zustand/vanilla";
import type {
  MoveQuery,
  ScheduleQuery,
  ScheduleSlices,
  Scenario,
  Progress,
} from "../../engine/api.ts";
import { desk } from "./desk.ts";
import {
  applyLoad,
  applyProgress,
  applyResult,
  createLane,
  endLane,
  isLive,
  isResultStale,
  type MutableLane,
} from "./lane-session.ts";
import { createPace } from "./pace.ts";
import { rememberedEntries } from "./remembered.ts";
import { runStore, type RunState, type Speed } from "./run-store.ts";
import { goBack } from "./go-back.ts";
import { clockNs, durationNs, goalNs, moveTarget, type Moment, type Session } from "./session.ts";
import { spawnWorkerLink, takeLinks, type Engine, type WorkerLink } from "./worker-link.ts";

/** Real time between two looks at the clock: one frame at 60 Hz. */
const TICK_MS = 16;
/** Real time one message may keep a worker busy: short enough to pause within a few frames. */
const BUDGET_MS = 30;
/** A longer pause between ticks (a hidden tab) does not make the target jump. */
const LONGEST_TICK_MS = 100;
/** In slow motion the first sample is long in coming; the old run does not stand in for longer. */
const EMPTY_AFTER_MS = 300;
const RESULT_EVERY_MS = 250;

/** What a conductor needs from outside; tests pass their own. */
export interface ConductorHost {
  /** Written by this conductor only. */
  readonly store: StoreApi<RunState>;
  spawn(): WorkerLink;
  digest(laneDigests: readonly string[]): Promise<string>;
  /** Real time in milliseconds. */
  nowMs(): number;
  /** Entries of its schedule that a lane is to keep, if that is not for the engine to say. */
  remembered?(): number | undefined;
}

interface StartOptions {
  readonly seekNs?: number;
  /** Goes on by itself from there. */
  readonly playOn?: boolean;
  readonly speedFor?: (durationNs: number) => Speed;
}

interface LaneStep {
  readonly progress: Progress;
  readonly ended: boolean;
  /** It was a single event. */
  readonly isEvent?: boolean;
}

export type RequestSchedule = (
  lane: number,
  query: ScheduleQuery,
) => Promise<ScheduleSlices | undefined>;

export class Conductor {
  readonly #host: ConductorHost;
  readonly #store: StoreApi<RunState>;
  #session: Session | undefined;
  #starts = 0;
  #links: WorkerLink[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tickAtMs = 0;
  #dirty = false;
  #watched: { readonly lane: number; readonly query: MoveQuery } | undefined;

  constructor(host: ConductorHost) {
    this.#host = host;
    this.#store = host.store;
  }

  /**
   * Drops the present run and starts one of `document`, to stop at `seekNs` if that is given, at
   * the speed that `speedFor` finds right for its length (virtual ns) or else at the present one.
   */
  async start(document: Scenario, options: StartOptions = {}): Promise<void> {
    const { seekNs, speedFor, playOn = false } = options;
    const run = ++this.#starts;
    if (this.#session !== undefined) this.#session.ended = true;
    this.#links = await takeLinks(this.#links, document.lanes.length, () => this.#host.spawn());
    if (run !== this.#starts) return;
    const lanes = this.#links.map((link, index) => createLane(document, index, link));
    const pace = createPace(this.#host.nowMs());
    const next: Session = {
      document,
      lanes,
      pace,
      targetNs: 0,
      wishedNs: 0,
      startMs: this.#host.nowMs(),
      stopAtNs: seekNs ?? Infinity,
      sprint: seekNs !== undefined,
      playOn,
      loaded: false,
      shown: false,
      ended: false,
      goal: undefined,
      returning: false,
    };
    this.#session = next;
    this.#store.setState({ status: "running" });
    await Promise.all(lanes.map((lane) => this.#loadLane(next, lane)));
    if (run !== this.#starts) return;
    next.loaded = true;
    if (speedFor !== undefined) this.setSpeed(speedFor(durationNs(next)));
    this.#touch();
    if (lanes.every((lane) => lane.done)) void this.#end(next);
    this.#wake();
  }

  async #loadLane(of: Session, lane: MutableLane): Promise<void> {
    try {
      const reply = await lane.link.call((e) =>
        e.load(of.document, lane.run.index, this.#host.remembered?.()),
      );
      applyLoad(lane, reply);
      // A worker that has just been spawned knows nothing of it.
      if (this.#watched?.lane === lane.run.index) await this.#tellWatch(lane);
    } catch (error) {
      this.#fail(lane, error);
    }
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#session === undefined) return;
    this.#tickAtMs = this.#host.nowMs();
    this.#timer = setTimeout(() => this.#tick(), 0);
  }

  #tick(): void {
    this.#timer = undefined;
    if (this.#session === undefined) return;
    const nowMs = this.#host.nowMs();
    const elapsedMs = Math.min(nowMs - this.#tickAtMs, LONGEST_TICK_MS);
    if (this.#session.loaded) moveTarget(this.#session, this.#store.getState(), elapsedMs);
    this.#tickAtMs = nowMs;
    for (const lane of this.#session.lanes) this.#drive(this.#session, lane);
    if (this.#dirty) this.#publish(this.#session, nowMs);
    const busy = this.#session.lanes.some((lane) => lane.link.busy);
    if (busy || this.#store.getState().status === "running") {
      this.#timer = setTimeout(() => this.#tick(), TICK_MS);
    }
  }

  /** Sends a lane on its way to the goal, unless it is there or still under way. */
  #drive(of: Session, lane: MutableLane): void {
    if (of !== this.#session || of.ended || !of.loaded || of.returning) return;
    if (lane.run.status !== "running" || lane.link.busy) return;
    const state = this.#store.getState();
    const goal = goalNs(of, state);
    if (lane.run.nowNs < goal || (goal === 0 && !lane.arrived)) {
      void this.#advance(of, lane, goal);
    } else if (state.status === "paused" && isResultStale(lane)) void this.#catchUp(of, lane);
  }

  /** A run that stands still shows the figures of the instant at which it stands. */
  async #catchUp(of: Session, lane: MutableLane): Promise<void> {
    try {
      await this.#refreshResult(lane, true);
    } catch (error) {
      if (of === this.#session && !of.ended) this.#fail(lane, error);
    }
  }

  async #advance(of: Session, lane: MutableLane, goal: number): Promise<void> {
    const before = lane.run.nowNs;
    try {
      const progress = await lane.link.call((e) => e.advance(goal, BUDGET_MS));
      // On the way back what was still under way arrives first, and is of no interest any more.
      if (of !== this.#session || of.ended || of.returning) return;
      applyProgress(lane, progress);
      this.#touch();
      await this.#refreshResult(lane, progress.kind !== "running");
    } catch (error) {
      if (of !== this.#session || of.ended) return;
      this.#fail(lane, error);
    }
    if (of !== this.#session || of.ended || of.returning) return;
    this.#settle(of);
    moveTarget(of, this.#store.getState(), 0);
    // Without progress, asking again at once would be a busy loop; the next tick asks.
    if (lane.run.nowNs > before) this.#drive(of, lane);
  }

  async #refreshResult(lane: MutableLane, final: boolean): Promise<void> {
    const nowMs = this.#host.nowMs();
    if (!final && nowMs - lane.resultAtMs < RESULT_EVERY_MS) return;
    lane.resultAtMs = nowMs;
    applyResult(lane, await lane.link.call((e) => e.result()));
    if (!isLive(lane)) lane.done = true;
    this.#touch();
  }

  /** Pauses where the run was asked to, and ends it with its last lane. */
  #settle(of: Session): void {
    if (of.lanes.every((lane) => lane.done)) void this.#end(of);
    else if (clockNs(of) >= of.stopAtNs) {
      const { playOn } = of;
      this.pause();
      if (playOn) this.play();
    }
  }

  async #end(of: Session): Promise<void> {
    if (of.ended) return;
    of.ended = true;
    const finished = of.lanes.filter((lane) => lane.run.status === "finished");
    // A lane that stopped in a deadlock or at a limit has come to a result too; one that broke hasn't.
    const ended = of.lanes.filter((lane) => !isResultStale(lane));
    const digests = ended.flatMap((lane) => lane.run.result?.digest ?? []);
    const complete = digests.length === of.lanes.length;
    const digest = complete ? await this.#host.digest(digests).catch(() => undefined) : undefined;
    // Who has gone back meanwhile is not at the end any more.
    if (of !== this.#session || !of.ended) return;
    this.#publish(of, this.#host.nowMs());
    this.#store.setState({
      status: finished.length > 0 ? "finished" : "stopped",
      ...(digest === undefined ? {} : { digest }),
    });
  }

  #fail(lane: MutableLane, error: unknown): void {
    // The worker's state is unknown after an error, so the next run gets a new one.
    lane.link.terminate();
    endLane(lane, "stopped", error instanceof Error ? error.message : String(error));
    this.#touch();
  }

  #touch(): void {
    this.#dirty = true;
    this.#wake();
  }

  #publish(of: Session, nowMs: number): void {
    const state = this.#store.getState();
    if (of.returning) return;
    if (!of.shown && state.lanes.length > 0 && !hasArrived(of, state, nowMs)) return;
    this.#dirty = false;
    of.shown = true;
    const { digest: _old, ...rest } = state;
    const clock = clockNs(of);
    const events = of.lanes.reduce((sum, lane) => sum + lane.run.events, 0);
    of.pace.note(nowMs, events, clock);
    const next: RunState = {
      ...rest,
      lanes: of.lanes.map((lane) => lane.run),
      clockNs: clock,
      durationNs: durationNs(of),
      warmupNs: Math.max(0, ...of.lanes.map((lane) => lane.warmupNs)),
      revision: state.revision + 1,
      eventsPerSecond: of.pace.eventsPerSecond(),
      achievedSpeed: of.pace.speed(),
    };
    this.#store.setState(next, true);
  }

  play(): void {
    const { status } = this.#store.getState();
    if (status === "finished" || status === "stopped") this.restart();
    else if (status === "paused" && this.#session !== undefined) {
      this.#session.wishedNs = clockNs(this.#session);
      this.#session.pace.reset(this.#host.nowMs());
      this.#store.setState({ status: "running" });
      this.#wake();
    }
  }

  toggle(): void {
    if (this.#store.getState().status === "running") this.pause();
    else this.play();
  }

  pause(): void {
    if (this.#store.getState().status !== "running") return;
    this.#store.setState({ status: "paused" });
    if (this.#session !== undefined) {
      this.#session.stopAtNs = Infinity;
      this.#session.sprint = false;
      this.#session.playOn = false;
      // At once, so that nobody sees the run paused at an instant that it has left already.
      this.#publish(this.#session, this.#host.nowMs());
    }
    this.#touch();
  }

  restart(): void {
    if (this.#session !== undefined) void this.start(this.#session.document);
  }

  /** One event of a lane; the other lanes follow to its time. */
  step(index: number): Promise<void> {
    return this.#stepLane(index, async (engine) => {
      return { progress: await engine.step(), ended: true, isEvent: true };
    });
  }

  /** Up to the end of a lane's next request; the other lanes follow to its time. */
  stepRequest(index: number): Promise<void> {
    return this.#stepLane(index, (engine) => engine.stepRequest(BUDGET_MS));
  }

  /** Asks until the step has ended, unless the run goes on or another one begins meanwhile. */
  async #stepLane(index: number, ask: (engine: Engine) => Promise<LaneStep>): Promise<void> {
    this.pause();
    const of = this.#session;
    const lane = of?.lanes[index];
    if (of === undefined || lane === undefined || !isLive(lane)) return;
    try {
      let step: LaneStep;
      do {
        step = await lane.link.call(ask);
        if (of !== this.#session) return;
        applyProgress(lane, step.progress, step.isEvent);
        this.#touch();
      } while (!step.ended && isLive(lane) && this.#store.getState().status === "paused");
      await this.#refreshResult(lane, true);
    } catch (error) {
      this.#fail(lane, error);
    }
    this.#touch();
    this.#settle(of);
  }

  /** Back to the last end of a request of a lane; the other lanes follow to its time. */
  async stepRequestBack(index: number): Promise<void> {
    const of = this.#session;
    const lane = of?.lanes[index];
    if (of === undefined || lane === undefined) return;
    const endedNs = await this.ask(index, (engine) => engine.endBefore(lane.run.nowNs));
    if (endedNs !== undefined && of === this.#session) this.seek(endedNs);
  }

  /** Takes back one event of a lane; the other lanes follow to its time. */
  stepBack(index: number): void {
    const lane = this.#session?.lanes[index];
    if (this.#session === undefined || lane === undefined || lane.table === undefined) return;
    void this.#goBack(this.#session, { eventBackOf: index });
  }

  /** Goes to `ns` and pauses there: forth at full speed, or back to where the run has been. */
  seek(ns: number): void {
    if (this.#session === undefined) return;
    // A pointer's instant may lie between two nanoseconds, a clock's never does.
    const wholeNs = Math.max(0, Math.floor(ns));
    if (wholeNs < clockNs(this.#session) || this.#session.returning) {
      void this.#goBack(this.#session, { ns: wholeNs });
      return;
    }
    if (this.#session.ended) return;
    this.#session.stopAtNs = wholeNs;
    this.#session.sprint = true;
    this.#session.pace.reset(this.#host.nowMs());
    this.#store.setState({ status: "running" });
    this.#wake();
  }

  /** Moments are asked for faster than lanes get there: of those that wait the last one counts. */
  async #goBack(of: Session, goal: Moment): Promise<void> {
    of.goal = goal;
    if (of.returning || !of.loaded) return;
    of.returning = true;
    of.stopAtNs = Infinity;
    of.sprint = false;
    while (of.goal !== undefined && of === this.#session) {
      const next = of.goal;
      of.goal = undefined;
      await goBack(of, next, (lane, error) => this.#fail(lane, error));
      if (of !== this.#session) return;
      of.targetNs = clockNs(of);
      of.ended = of.lanes.every((lane) => lane.done);
      this.#store.setState({ status: of.ended ? "stopped" : "paused" });
      of.returning = false;
      this.#publish(of, this.#host.nowMs());
      of.returning = of.goal !== undefined;
    }
    of.pace.reset(this.#host.nowMs());
    this.#wake();
  }

  setSpeed(speed: Speed): void {
    this.#store.setState({ speed });
    if (this.#session === undefined) return;
    this.#session.wishedNs = clockNs(this.#session);
    this.#session.pace.reset(this.#host.nowMs());
  }

  /** Has one lane tell its moves, and no other; without `query` no lane does. */
  watchMoves(lane: number, query: MoveQuery | undefined): void {
    this.#watched = query && { lane, query };
    for (const one of this.#session?.lanes ?? []) {
      // A lane that cannot be told shows that it is gone in other ways.
      if (!one.link.dead) void this.#tellWatch(one).catch(() => undefined);
    }
  }

  #tellWatch({ link, run }: MutableLane): Promise<void> {
    const query = this.#watched?.lane === run.index ? this.#watched.query : undefined;
    return link.call((e) => e.watch(query));
  }

  /** Indices of the present run's lanes. */
  get lanes(): readonly number[] {
    return this.#session?.lanes.map((_, index) => index) ?? [];
  }

  /** Asks a lane's engine something that changes nothing; undefined when it cannot answer. */
  async ask<T>(lane: number, question: (engine: Engine) => Promise<T>): Promise<T | undefined> {
    const of = this.#session;
    const asked = of?.lanes[lane];
    if (asked?.table === undefined || asked.link.dead || of?.shown !== true) return undefined;
    const answer = await asked.link.call(question).catch(() => undefined);
    // Meanwhile the lane could not be sent on; it need not wait for the next tick.
    this.#drive(of, asked);
    return answer;
  }
}

/** True when a run has enough to show to replace the one before. */
function hasArrived(of: Session, state: RunState, nowMs: number): boolean {
  if (state.status !== "running") return true;
  if (!of.lanes.every((lane) => lane.arrived)) return false;
  const sampled = of.lanes.every((lane) => lane.done || lane.run.samples.count > 0);
  return sampled || nowMs - of.startMs > EMPTY_AFTER_MS;
}

export const conductor = new Conductor({
  store: runStore,
  spawn: spawnWorkerLink,
  digest: (laneDigests) => desk.digest(laneDigests),
  nowMs: () => performance.now(),
  remembered: rememberedEntries,
});

/** Real time that a lane may spend on what its recording has forgotten, a question. */
const REBUILD_MS = 60;

/** A stretch of a lane's schedule; undefined when no lane can answer. */
export const requestSchedule: RequestSchedule = (lane, query) =>
  conductor.ask(lane, (engine) => engine.schedule(query, REBUILD_MS));
