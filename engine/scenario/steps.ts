/** Walking through the steps of a lane model. */
import type { Step } from "./model.ts";

/** The steps and all steps inside them, in the order in which they are written. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [step, ...allSteps(innerSteps(step))]);
}

function innerSteps(step: Step): readonly Step[] {
  if ("steps" in step) return step.steps;
  if (step.kind === "choose") return step.branches.flatMap((branch) => branch.steps);
  if (step.kind === "select") {
    const { cases, timeoutSteps, otherwise = [] } = step;
    return [...cases.flatMap((one) => one.steps), ...timeoutSteps, ...otherwise];
  }
  // Parts that are written once and repeated are one list.
  return step.kind === "parallel" ? [...new Set(step.branches)].flat() : [];
}
