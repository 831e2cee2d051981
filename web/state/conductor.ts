/**
 * One clock for all lanes. Each lane computes in its own worker; the conductor moves a common target
 * along the virtual time axis and lets every lane catch up with it, one message at a time per lane.
 * It never waits synchronously, and it is the only writer of the run store.
 */
import type { ScheduleSlices, Scenario } from "../../engine/api.ts";
import { desk } from "./desk.ts";
import {
  applyLoad,
  applyProgress,
  applyResult,
  createLane,
  endLane,
  isLive,
  type MutableLane,
} from "./lane-session.ts";
import { createPace, type Pace } from "./pace.ts";
import { runStore, type RunState, type Speed } from "./run-store.ts";
import { spawnWorkerLink, type WorkerLink } from "./worker-link.ts";

/** Real time between two looks at the clock: one frame at 60 Hz. */
const TICK_MS = 16;
/** Real time one message may keep a worker busy: short enough to pause within a few frames. */
const BUDGET_MS = 30;
/** At full speed lanes may be this share of the run apart. */
const LEAD_SHARE = 1 / 50;
/** At a set speed the target may be this much real time ahead of the slowest lane. */
const LEAD_MS = 150;
/** A longer pause between ticks (a hidden tab) does not make the target jump. */
const LONGEST_TICK_MS = 100;
const RESULT_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 2000;

interface Session {
  readonly document: Scenario;
  readonly lanes: readonly MutableLane[];
  readonly pace: Pace;
  targetNs: number;
  /** Virtual time at which to pause; Infinity when there is none. Reached at full speed. */
  stopAtNs: number;
  /** True once this run replaces the one before on the screen. */
  shown: boolean;
  ended: boolean;
}

/** What a conductor needs from outside; tests pass their own. */
export interface ConductorHost {
  spawn(): WorkerLink;
  digest(laneDigests: readonly string[]): Promise<string>;
  /** Real time in milliseconds. */
  nowMs(): number;
}

export interface Conductor {
  /** Drops the present run and starts one of `document`. */
  start(document: Scenario): Promise<void>;
  play(): void;
  pause(): void;
  restart(): void;
  /** One event of lane `lane`; the other lanes follow to its time. */
  step(lane: number): Promise<void>;
  /** Runs to `ns` at full speed and pauses there; starts over where `ns` lies in the past. */
  seek(ns: number): void;
  setSpeed(speed: Speed): void;
  requestSchedule: RequestSchedule;
}

export type RequestSchedule = (
  lane: number,
  fromNs: number,
  toNs: number,
  maxRows: number,
) => Promise<ScheduleSlices | undefined>;

export function createConductor(host: ConductorHost): Conductor {
  let session: Session | undefined;
  let starts = 0;
  let links: WorkerLink[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tickAtMs = 0;
  let dirty = false;

  async function start(document: Scenario, stopAtNs = Infinity): Promise<void> {
    const run = ++starts;
    if (session !== undefined) session.ended = true;
    links = await takeLinks(links, document.lanes.length, host.spawn);
    if (run !== starts) return;
    const lanes = links.map((link, index) => createLane(document, index, link));
    const pace = createPace(host.nowMs());
    const next = { document, lanes, pace, targetNs: 0, stopAtNs, shown: false, ended: false };
    session = next;
    runStore.setState({ status: "running" });
    await Promise.all(lanes.map((lane) => loadLane(next, lane)));
    if (run !== starts) return;
    touch();
    if (next.lanes.every((lane) => !isLive(lane))) void end(next);
    wake();
  }

  async function loadLane(of: Session, lane: MutableLane): Promise<void> {
    try {
      applyLoad(lane, await lane.link.call((e) => e.load(of.document, lane.run.index)));
    } catch (error) {
      fail(lane, error);
    }
  }

  function wake(): void {
    if (timer !== undefined || session === undefined) return;
    tickAtMs = host.nowMs();
    timer = setTimeout(tick, 0);
  }

  function tick(): void {
    timer = undefined;
    if (session === undefined) return;
    const nowMs = host.nowMs();
    moveTarget(session, Math.min(nowMs - tickAtMs, LONGEST_TICK_MS));
    tickAtMs = nowMs;
    for (const lane of session.lanes) drive(session, lane);
    if (dirty) publish(session, nowMs);
    const busy = session.lanes.some((lane) => lane.link.busy);
    if (busy || runStore.getState().status === "running") timer = setTimeout(tick, TICK_MS);
  }

  /** Sends a lane on its way to the goal, unless it is there or still under way. */
  function drive(of: Session, lane: MutableLane): void {
    if (of !== session || of.ended || !isLive(lane) || lane.link.busy) return;
    const goal = goalNs(of);
    if (lane.run.nowNs >= goal && (goal > 0 || lane.arrived)) return;
    void advance(of, lane, goal);
  }

  async function advance(of: Session, lane: MutableLane, goal: number): Promise<void> {
    try {
      const progress = await lane.link.call((e) => e.advance(goal, BUDGET_MS));
      if (of !== session || of.ended) return;
      applyProgress(lane, progress);
      touch();
      await refreshResult(lane, progress.kind !== "running");
    } catch (error) {
      if (of !== session || of.ended) return;
      fail(lane, error);
    }
    if (of !== session || of.ended) return;
    settle(of);
    drive(of, lane);
  }

  async function refreshResult(lane: MutableLane, final: boolean): Promise<void> {
    const nowMs = host.nowMs();
    if (!final && nowMs - lane.resultAtMs < RESULT_EVERY_MS) return;
    lane.resultAtMs = nowMs;
    applyResult(lane, await lane.link.call((e) => e.result()));
    touch();
  }

  /** Pauses where the run was asked to, and ends it with its last lane. */
  function settle(of: Session): void {
    const open = of.lanes.some((lane) => isLive(lane) || lane.link.busy);
    if (!open) void end(of);
    else if (clockNs(of) >= of.stopAtNs) {
      of.stopAtNs = Infinity;
      pause();
    }
  }

  async function end(of: Session): Promise<void> {
    if (of.ended) return;
    of.ended = true;
    const finished = of.lanes.filter((lane) => lane.run.status === "finished");
    const digests = finished.flatMap((lane) => lane.run.result?.digest ?? []);
    const complete = digests.length === of.lanes.length;
    const digest = complete ? await host.digest(digests).catch(() => undefined) : undefined;
    if (of !== session) return;
    publish(of, host.nowMs());
    runStore.setState({
      status: finished.length > 0 ? "finished" : "stopped",
      ...(digest === undefined ? {} : { digest }),
    });
  }

  function fail(lane: MutableLane, error: unknown): void {
    // The worker's state is unknown after an error, so the next run gets a new one.
    lane.link.terminate();
    endLane(lane, "stopped", error instanceof Error ? error.message : String(error));
    touch();
  }

  function touch(): void {
    dirty = true;
    wake();
  }

  function publish(of: Session, nowMs: number): void {
    const state = runStore.getState();
    const arrived = of.lanes.every((lane) => lane.arrived) || state.status !== "running";
    if (!of.shown && !arrived && state.lanes.length > 0) return;
    dirty = false;
    of.shown = true;
    const { digest: _old, ...rest } = state;
    const clock = clockNs(of);
    const events = of.lanes.reduce((sum, lane) => sum + lane.run.events, 0);
    of.pace.note(nowMs, events, clock);
    const next: RunState = {
      ...rest,
      lanes: of.lanes.map((lane) => lane.run),
      clockNs: clock,
      durationNs: Math.max(...of.lanes.map((lane) => lane.durationNs), 0),
      warmupNs: Math.max(...of.lanes.map((lane) => lane.warmupNs), 0),
      revision: state.revision + 1,
      eventsPerSecond: of.pace.eventsPerSecond(),
      achievedSpeed: of.pace.speed(),
    };
    runStore.setState(next, true);
  }

  function play(): void {
    const { status } = runStore.getState();
    if (status === "finished" || status === "stopped") restart();
    else if (status === "paused" && session !== undefined) {
      session.targetNs = clockNs(session);
      session.pace.reset(host.nowMs());
      runStore.setState({ status: "running" });
      wake();
    }
  }

  function pause(): void {
    if (runStore.getState().status !== "running") return;
    runStore.setState({ status: "paused" });
    if (session !== undefined) session.stopAtNs = Infinity;
    touch();
  }

  function restart(): void {
    if (session !== undefined) void start(session.document);
  }

  async function step(index: number): Promise<void> {
    pause();
    const of = session;
    const lane = of?.lanes[index];
    if (of === undefined || lane === undefined || !isLive(lane)) return;
    try {
      const progress = await lane.link.call((e) => e.step());
      if (of !== session) return;
      applyProgress(lane, progress);
      await refreshResult(lane, true);
    } catch (error) {
      fail(lane, error);
    }
    touch();
    settle(of);
  }

  function seek(ns: number): void {
    if (session === undefined) return;
    if (session.ended || ns < clockNs(session)) {
      void start(session.document, ns);
      return;
    }
    session.stopAtNs = ns;
    session.pace.reset(host.nowMs());
    runStore.setState({ status: "running" });
    wake();
  }

  function setSpeed(speed: Speed): void {
    runStore.setState({ speed });
    if (session === undefined) return;
    session.targetNs = clockNs(session);
    session.pace.reset(host.nowMs());
  }

  async function requestSchedule(
    ...[lane, fromNs, toNs, maxRows]: Parameters<RequestSchedule>
  ): Promise<ScheduleSlices | undefined> {
    const of = session;
    const link = of?.lanes[lane]?.link;
    if (link === undefined || link.dead || of?.shown !== true) return undefined;
    return link.call((e) => e.schedule(fromNs, toNs, maxRows)).catch(() => undefined);
  }

  return { start, play, pause, restart, step, seek, setSpeed, requestSchedule };
}

export const conductor = createConductor({
  spawn: spawnWorkerLink,
  digest: (laneDigests) => desk.digest(laneDigests),
  nowMs: () => performance.now(),
});

/** What the trace ring of a lane remembers of [fromNs, toNs]; undefined when no lane can answer. */
export const requestSchedule: RequestSchedule = conductor.requestSchedule;

/** One idle link per lane; a worker that does not answer in time is replaced. */
async function takeLinks(
  old: readonly WorkerLink[],
  count: number,
  spawn: () => WorkerLink,
): Promise<WorkerLink[]> {
  for (const surplus of old.slice(count)) surplus.terminate();
  const links: WorkerLink[] = [];
  for (let index = 0; index < count; index++) links.push(old[index] ?? spawn());
  return Promise.all(
    links.map(async (link) => {
      const answered = await Promise.race([link.settled().then(() => true), late()]);
      if (answered && !link.dead) return link;
      link.terminate();
      return spawn();
    }),
  );
}

function late(): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS, false));
}

function moveTarget(session: Session, elapsedMs: number): void {
  const { status, speed } = runStore.getState();
  if (status !== "running") return;
  const clock = clockNs(session);
  const duration = Math.max(...session.lanes.map((lane) => lane.durationNs), 0);
  if (!Number.isFinite(speed) || Number.isFinite(session.stopAtNs)) {
    session.targetNs = Math.min(session.stopAtNs, duration, clock + duration * LEAD_SHARE);
    return;
  }
  const perMs = speed * 1e6;
  const wished = session.targetNs + elapsedMs * perMs;
  session.targetNs = Math.min(duration, Math.max(clock, Math.min(wished, clock + LEAD_MS * perMs)));
}

/** Where lanes should get to: the target, or, while paused, to the lane that is furthest. */
function goalNs(session: Session): number {
  if (runStore.getState().status === "running") return session.targetNs;
  return Math.max(0, ...session.lanes.filter(isLive).map((lane) => lane.run.nowNs));
}

/** What every live lane has reached; at the end, what the longest lane reached. */
function clockNs(session: Session): number {
  const live = session.lanes.filter(isLive);
  if (live.length > 0) return Math.min(...live.map((lane) => lane.run.nowNs));
  return Math.max(0, ...session.lanes.map((lane) => lane.run.nowNs));
}
