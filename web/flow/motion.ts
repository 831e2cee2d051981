/** What moves in the flow at this frame: which lane is watched, which dots there are, how far on. */
import type { MoveQuery, Topology } from "../../engine/api.ts";
import type { Conductor } from "../state/conductor.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { batchesAfter, type MoveBatch } from "../state/move-feed.ts";
import type { RunState } from "../state/run-store.ts";
import { type DotPlan, isStill, NO_PLAN, planDots, planText } from "./dot-plan.ts";
import { type Dot, Dots, LONGEST_WAYS, type Pace } from "./dots.ts";
import type { FlowLayout } from "./layout.ts";
import { edgeNow } from "./state.ts";
import { legsOf, type Track } from "./tracks.ts";
import { TrafficMeter } from "./traffic.ts";

/** CSS pixels per second of real time, on every edge. */
const PIXELS_PER_SECOND = 90;
/** A frame that comes later than this does not make dots jump. */
const LONGEST_FRAME_MS = 100;
/** A batch that takes dots further than this, in seconds of real time, is a jump. */
const JUMP_SECONDS = 1;
const PLAN_EVERY_MS = 500;
/** More moves than this of one batch would not fit on the edges. */
const MOST_MOVES = 512;
/** On the way back this much virtual time before the moment is worth computing again, ns. */
const LONGEST_LOOKBACK_NS = 2e8;
/** CSS pixels of the busiest edge, and of any that is used at all. */
const WIDEST = 7;
const NARROWEST = 1.25;

interface Frame {
  readonly nowMs: number;
  readonly reducedMotion: boolean;
  /** CSS pixels per unit of the drawing. */
  readonly scale: number;
}

export class Motion {
  /** Batches of the lane that have been taken in. */
  seen = 0;
  text = "";
  /** Width of each drawn edge; undefined where it says nothing. */
  widths: (number | undefined)[] = [];
  private readonly layout: FlowLayout;
  private readonly tracks: readonly Track[];
  private readonly conductor: Pick<Conductor, "watchMoves">;
  private readonly model: Dots;
  private meter = new TrafficMeter();
  private plan: DotPlan = NO_PLAN;
  private plannedAtMs = -Infinity;
  private plannedSpeed = NaN;
  private frameAtMs = 0;
  private feed: LaneRun["moves"];
  private watched = "";
  /** What a run at full speed passed last: shown where it stops. */
  private jumped: MoveBatch | undefined;

  constructor(
    topology: Topology,
    layout: FlowLayout,
    tracks: readonly Track[],
    conductor: Pick<Conductor, "watchMoves">,
  ) {
    this.layout = layout;
    this.tracks = tracks;
    this.conductor = conductor;
    this.model = new Dots(
      legsOf(topology, layout),
      tracks.map(({ length }) => length),
    );
  }

  get dots(): readonly Dot[] {
    return this.model.dots;
  }

  /** Takes in what is new and goes on to this frame; true while something will move by itself. */
  frame(run: RunState, lane: LaneRun, frame: Frame): boolean {
    const { nowMs, scale } = frame;
    const elapsedMs = Math.min(LONGEST_FRAME_MS, Math.max(0, nowMs - this.frameAtMs));
    this.frameAtMs = nowMs;
    this.follow(lane);
    this.makePlan(run, lane, frame);
    const running = run.status === "running";
    const pace = { unitsPerSecond: PIXELS_PER_SECOND / scale, speed: run.speed, running };
    const over = run.status === "finished" || run.status === "stopped";
    if (running || over) this.model.release();
    if (this.plan.still) this.model.clear();
    else {
      this.model.advance((pace.unitsPerSecond * elapsedMs) / 1000, !running && !over);
      this.takeIn(lane, pace);
    }
    const { length } = this.model.dots;
    return length > 0 && (running || over || this.model.hasStepped);
  }

  stop(): void {
    this.conductor.watchMoves(0, undefined);
  }

  /** Another lane, or another run of it, begins with nothing on its way. */
  private follow({ moves }: LaneRun): void {
    if (moves === this.feed) return;
    this.feed = moves;
    this.seen = moves?.count ?? 0;
    this.meter = new TrafficMeter();
    this.jumped = undefined;
    this.plannedSpeed = NaN;
    this.model.clear();
  }

  private takeIn({ moves }: LaneRun, pace: Pace): void {
    if (moves === undefined) return;
    const shown = (track: number): boolean => !this.plan.wide.has(track);
    for (const batch of batchesAfter(moves, this.seen)) {
      const seconds = (batch.toNs - batch.fromNs) / (pace.speed * 1e9);
      if (pace.running && seconds > JUMP_SECONDS) {
        this.model.clear();
        this.jumped = batch;
      } else {
        this.jumped = undefined;
        this.model.add(batch, pace, shown);
      }
    }
    this.seen = moves.count;
    if (this.jumped === undefined || pace.running) return;
    this.model.add(this.jumped, pace, shown);
    this.jumped = undefined;
  }

  private makePlan(run: RunState, lane: LaneRun, frame: Frame): void {
    const { nowMs, scale, reducedMotion } = frame;
    const { speed, achievedSpeed, status } = run;
    this.meter.note(lane, nowMs);
    const isSameSpeed = this.plannedSpeed === speed;
    // A run that stands still has no traffic to plan dots for: those of its moments stay comparable.
    const mayWait =
      status === "running" ? nowMs - this.plannedAtMs < PLAN_EVERY_MS : !this.plan.still;
    if (isSameSpeed && mayWait && this.plan.still === isStill(speed, reducedMotion)) return;
    this.plannedAtMs = nowMs;
    this.plannedSpeed = speed;
    const reached = status === "running" && achievedSpeed > 0 && isSameSpeed;
    const pace = reached ? Math.min(speed, achievedSpeed) : speed;
    const perVirtualSecond = this.meter.perVirtualSecond(this.layout);
    const before = this.plan;
    this.plan = planDots(
      {
        speed,
        reducedMotion,
        perSecond: perVirtualSecond.map((rate) => rate * pace),
        travelSeconds: this.tracks.map(({ length }) => (length * scale) / PIXELS_PER_SECOND),
      },
      this.plan,
    );
    if (this.plan.every !== before.every) this.model.clear();
    this.text = planText(this.plan);
    this.widths = this.widthsOf(lane, perVirtualSecond);
    this.watch(lane.index, speed);
  }

  /** In proportion to the rates, so that twice as wide is twice as many. */
  private widthsOf(lane: LaneRun, perVirtualSecond: readonly number[]): (number | undefined)[] {
    const { wide, still } = this.plan;
    const rates = still
      ? this.layout.edges.map((edge) => {
          const { forward, backward } = edgeNow(lane, edge);
          return forward + backward;
        })
      : perVirtualSecond;
    const most = Math.max(...rates);
    return rates.map((rate, track) =>
      (still || wide.has(track)) && rate > 0
        ? Math.max(NARROWEST, (WIDEST * rate) / most)
        : undefined,
    );
  }

  private watch(lane: number, speed: number): void {
    const { every, still } = this.plan;
    const longest = Math.max(...this.tracks.map(({ length }) => length)) / PIXELS_PER_SECOND;
    const lookbackNs = Math.min(LONGEST_LOOKBACK_NS, LONGEST_WAYS * longest * speed * 1e9);
    const query: MoveQuery | undefined = still
      ? undefined
      : { every, most: MOST_MOVES, lookbackNs };
    const key = JSON.stringify([lane, query]);
    if (key === this.watched) return;
    this.watched = key;
    this.conductor.watchMoves(lane, query);
  }
}
