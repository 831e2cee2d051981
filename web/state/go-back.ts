/**
 * The way back of a run: every lane returns to the same moment. Lanes keep snapshots, so it is a
 * matter of milliseconds; where it takes longer, a newer wish ends it.
 */
import { applyProgress, applyResult, type MutableLane } from "./lane-session.ts";
import type { Moment, Session } from "./session.ts";

/** Real time one message may keep a worker busy. */
const BUDGET_MS = 100;

type Fail = (lane: MutableLane, error: unknown) => void;

export async function goBack(of: Session, moment: Moment, fail: Fail): Promise<void> {
  const toNs = "ns" in moment ? moment.ns : await stepLaneBack(of, moment.eventBackOf, fail);
  if (toNs === undefined) return;
  const stepped = "ns" in moment ? undefined : of.lanes[moment.eventBackOf];
  // A lane that a newer wish stopped on its way back may have to go forth again.
  const others = of.lanes.filter((lane) => lane !== stepped && canReach(lane, toNs));
  await Promise.all(others.map((lane) => attempt(lane, fail, () => bringLane(of, lane, toNs))));
}

/** The time of the lane after that, ns. */
async function stepLaneBack(of: Session, index: number, fail: Fail): Promise<number | undefined> {
  const lane = of.lanes[index];
  if (lane === undefined) return undefined;
  await attempt(lane, fail, async () => {
    applyProgress(lane, await lane.link.call((e) => e.stepBack()));
    await refresh(lane);
  });
  return lane.run.nowNs;
}

function canReach({ run, done }: MutableLane, toNs: number): boolean {
  return run.nowNs > toNs || (run.nowNs < toNs && !done);
}

async function bringLane(of: Session, lane: MutableLane, toNs: number): Promise<void> {
  if (lane.run.nowNs > toNs) {
    applyProgress(lane, await lane.link.call((e) => e.rewind(toNs, BUDGET_MS)));
  }
  while (lane.run.status === "running" && lane.run.nowNs < toNs && of.goal === undefined) {
    applyProgress(lane, await lane.link.call((e) => e.advance(toNs, BUDGET_MS)));
  }
  await refresh(lane);
}

async function refresh(lane: MutableLane): Promise<void> {
  lane.done = lane.run.status !== "running";
  applyResult(lane, await lane.link.call((e) => e.result()));
}

async function attempt(lane: MutableLane, fail: Fail, work: () => Promise<void>): Promise<void> {
  if (lane.link.dead || lane.table === undefined) return;
  try {
    await work();
  } catch (error) {
    fail(lane, error);
  }
}
