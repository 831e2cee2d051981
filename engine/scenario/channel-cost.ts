/**
 * How channels bound the requests of a lane: who receives waits for who sends, and who sends waits
 * for who receives once the buffer is full. Without this a worker loop that only receives would
 * look as if it could go round endlessly.
 */
import type { LaneModel, Step } from "./model.ts";

/**
 * `counts`: the requests of each load as far as it is up to itself. `users`: all users of the lane,
 * each of whom may be in the middle of a request. What is closed holds nobody up.
 */
export function boundedByPartners(
  lane: LaneModel,
  counts: readonly number[],
  users: number,
): readonly number[] {
  const programs = lane.loads.map((load) => lane.classes[load.class]!.steps);
  if (programs.some((steps) => uses(steps, (step) => (step.kind === "close" ? 1 : 0)) > 0)) {
    return counts;
  }
  return programs.map((steps, i) => {
    let most = counts[i]!;
    for (const step of steps) {
      if (step.kind !== "send" && step.kind !== "receive") continue;
      const partner = step.kind === "send" ? "receive" : "send";
      const offered = programs.reduce(
        (sum, other, j) =>
          sum +
          times(
            counts[j]!,
            uses(other, (it) => operationsOf(it, partner, step.channel)),
          ),
        step.kind === "send" ? lane.channels[step.channel]!.capacity * lane.runtime.processes : 0,
      );
      most = Math.min(most, offered + users);
    }
    return most;
  });
}

/** Endless requests that do nothing are nothing. */
function times(count: number, each: number): number {
  return each === 0 ? 0 : count * each;
}

/** How often a step itself may send or receive. */
function operationsOf(step: Step, kind: "send" | "receive", channel: number): number {
  if (step.kind === kind) return step.channel === channel ? 1 : 0;
  if (step.kind !== "select") return 0;
  const sends = kind === "send";
  return step.cases.some((it) => it.sends === sends && it.channel === channel) ? 1 : 0;
}

/** `count` summed over all steps, those of every branch included. */
function uses(steps: readonly Step[], count: (step: Step) => number): number {
  return steps.reduce(
    (sum, step) =>
      sum + count(step) + listsOf(step).reduce((inner, list) => inner + uses(list, count), 0),
    0,
  );
}

function listsOf(step: Step): readonly (readonly Step[])[] {
  if ("steps" in step) return [step.steps];
  if (step.kind === "choose") return step.branches.map(({ steps }) => steps);
  if (step.kind === "parallel") return step.branches;
  if (step.kind !== "select") return [];
  return [...step.cases.map(({ steps }) => steps), step.timeoutSteps, step.otherwise ?? []];
}
