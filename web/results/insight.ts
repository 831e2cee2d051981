/**
 * The insight of a lane: which resource binds it, by which law, with this run's figures. The
 * engine measures and divides; this file chooses what is worth saying and says it.
 */
import type { LaneResult, ResourceUse, Textbook } from "../../engine/api.ts";
import { THIN, bytes, duration, number, percent, rate } from "../format.ts";
import { NOBODY, USED_UP, bindingOf, fullWithin } from "../state/binding.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { asksForNoMore, headroom, usersText } from "./insight-room.ts";
import {
  FAILING,
  FEWEST,
  amdahlText,
  capitalised,
  ceilingText,
  consequence,
  failureText,
  joined,
  lineText,
  nameOf,
  scarce,
} from "./insight-words.ts";
import type { LawId } from "./laws.ts";
import { errorText } from "./theory.ts";

export interface Insight {
  /** Subject, verb, one fact; the lane's letter first; at most sixty characters. */
  readonly title: string;
  readonly text: string;
  /** The law it rests on, then others that it used; empty where none was needed. */
  readonly laws: readonly LawId[];
  /** The place whose tasks are the evidence; undefined: nothing to look at. */
  readonly place: string | undefined;
}

/** From here on it may be used up at the peak. */
const AT_PEAK = 0.6;
/** Below this the CPU is certainly not what is missing, as a share. */
const CPU_IDLE = 0.7;
/** undefined until something has been measured, or the lane has stopped. */
export function insightOf(lane: LaneRun): Insight | undefined {
  const { result, letter } = lane;
  if (lane.status === "stopped" && lane.reason !== undefined) {
    return stoppedInsight(letter, lane.reason);
  }
  if (result === undefined || result.measuredSeconds <= 0) return undefined;
  const binding = bindingOf(result);
  if (hasRunOutOfMemory(result)) return outOfMemory(letter, binding, result);
  if (binding === undefined) return nothingDone(letter, result);
  const { completed } = result.requests;
  if (completed < FEWEST && lane.status !== "finished") return tooEarly(letter, completed);
  if (lane.textbook !== undefined) return textbookInsight(letter, lane.textbook, result);
  if (isUsedUp(binding, result)) return usedUp(lane, binding, result);
  return headroom(lane, binding, result);
}

/**
 * Used up all the time, or, where requests fail, for most of it: a load that rises and falls leaves
 * room on average and none at its peak.
 */
export function isUsedUp(use: ResourceUse, { errorRate }: LaneResult): boolean {
  return use.used >= USED_UP || (use.used >= AT_PEAK && errorRate >= FAILING && use.waiting > 0);
}

function usedUp(lane: LaneRun, use: ResourceUse, result: LaneResult): Insight {
  const { letter } = lane;
  const isCpu = use.kind === "cpu" || use.kind === "cpu-limit";
  const idle = !isCpu && result.cpu.utilization < CPU_IDLE;
  const beside = idle ? ` while CPU sits at ${percent(result.cpu.utilization)}` : "";
  const serial = use.serialShare ?? 0;
  const amdahl = serial > 0.5 && serial < 0.999 ? amdahlText(use) : "";
  const line = lineText(use, result);
  const { bounds } = result;
  const few = use.waiting < NOBODY && bounds !== undefined && asksForNoMore(bounds, result);
  const sentences = [
    `${ceilingText(use, `${letter} stops`)}${beside}.`,
    few ? usersText(bounds) : amdahl || line,
    failureText(result) || (few ? "" : remedy(lane, use, result)),
  ];
  const laws: LawId[] = [use.units === 1 ? "utilisation" : "bottleneck"];
  if (few) laws.push("bounds");
  else if (amdahl !== "") laws.push("amdahl");
  else if (line !== "") laws.push("little");
  return { title: usedUpTitle(letter, use, idle), text: joined(sentences), laws, place: use.place };
}

function usedUpTitle(letter: string, use: ResourceUse, idle: boolean): string {
  if (use.waiting < NOBODY) return `${letter} keeps ${nameOf(use)} busy, and nobody waits.`;
  if (use.used < USED_UP) return `${letter} runs out of ${scarce(use)} at its peak.`;
  return `${letter} has run out of ${scarce(use)}${idle ? ", not out of CPU" : ""}.`;
}

/** What would help, or would not: more of what is used up may meet the next limit at once. */
function remedy({ model }: LaneRun, use: ResourceUse, result: LaneResult): string {
  const next = fullWithin(use, result);
  if (next === undefined) return consequence(use, model);
  return `${capitalised(nameOf(next))} is full as well: only both together raise that.`;
}

export function hasRunOutOfMemory({ memoryBytes, requests, errorRate }: LaneResult): boolean {
  return errorRate >= FAILING && requests.failed.crash > 0 && memoryBytes.peak > memoryBytes.limit;
}

/** Whatever else was full: a process that is killed takes all of its requests with it. */
function outOfMemory(letter: string, use: ResourceUse | undefined, result: LaneResult): Insight {
  const { memoryBytes, cpu } = result;
  const idle = cpu.utilization < CPU_IDLE;
  const beside = use && `; ${nameOf(use)} is used to ${percent(use.used)}`;
  return {
    title: `${letter} has run out of memory${idle ? ", not out of CPU" : ""}.`,
    text: joined([
      `It wanted more than the ${bytes(memoryBytes.limit)} there are, and the kernel killed the process that held most.`,
      failureText(result),
      `What requests hold while they are in flight is what ran out${beside ?? ""}.`,
    ]),
    laws: ["little"],
    place: undefined,
  };
}

/** Of a textbook queue theory says all that there is to say. */
function textbookInsight(letter: string, textbook: Textbook, result: LaneResult): Insight {
  const { queue, law, isLimit, exact } = textbook;
  const { latencyMs, throughput } = result;
  const figures: readonly (readonly [string, number | undefined, number, string])[] = [
    ["mean", exact.meanMs, latencyMs.mean, duration(exact.meanMs)],
    ["p99", exact.p99Ms, latencyMs.p99, duration(exact.p99Ms ?? NaN)],
    ["throughput", exact.throughput, throughput, rate(exact.throughput)],
  ];
  const told = figures.flatMap(([name, is, was, text]) =>
    is === undefined ? [] : [`${name} ${text} (this run ${errorText(was, is)})`],
  );
  const [low, high] = result.confidence.meanMs;
  const inside = exact.meanMs >= low && exact.meanMs <= high;
  const sentences = [
    `Theory says ${told.join(", ")}.`,
    isLimit ? "It holds in the limit of time slices much shorter than the work." : "",
    Number.isFinite(high)
      ? `The exact mean lies ${inside ? "within" : "outside"} this run’s 95${THIN}% interval, ${duration(low)} to ${duration(high)}.`
      : "",
  ];
  return {
    title: `${letter} is an ${queue} queue.`,
    text: joined(sentences),
    laws: [law],
    place: bindingOf(result)?.place,
  };
}

function nothingDone(letter: string, result: LaneResult): Insight {
  return {
    title: `${letter} has completed nothing so far.`,
    text: joined([
      "No request has been completed since the warm-up, so there is no rate to explain.",
      failureText(result),
    ]),
    laws: [],
    place: undefined,
  };
}

function tooEarly(letter: string, completed: number): Insight {
  return {
    title: `${letter} has completed too little to name a limit.`,
    text: `${number(completed)} of at least ${FEWEST} requests have been completed since the warm-up. Let it run on.`,
    laws: [],
    place: undefined,
  };
}

const DEADLOCK = "deadlock: ";

/** Why a lane goes no further says more than what limited it until then. */
function stoppedInsight(letter: string, reason: string): Insight {
  const isDeadlock = reason.startsWith(DEADLOCK);
  const text = isDeadlock ? reason.slice(DEADLOCK.length) : reason;
  const isLimit = /^(the run needs )?more than /.test(reason);
  return {
    title: isDeadlock
      ? `${letter} is in a deadlock.`
      : isLimit
        ? `${letter} needs more than the model can compute.`
        : `${letter} has stopped.`,
    text: `${capitalised(text)}${text.endsWith(".") ? "" : "."}`,
    laws: isLimit ? ["model-limits"] : [],
    place: undefined,
  };
}
