/**
 * The insight of a lane: which resource binds it, by which law, with this run's figures. The
 * engine measures and divides; this file chooses what is worth saying and says it.
 */
import type { Bounds, LaneResult, ResourceUse, Textbook } from "../../engine/api.ts";
import { THIN, bytes, duration, number, percent, rate } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { amdahlText, ceilingText, consequence, lineText, nameOf, scarce } from "./insight-words.ts";
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

/** From here on a resource counts as used up. */
const USED_UP = 0.895;
/** From here on it may be used up at the peak. */
const AT_PEAK = 0.6;
/** Below this the CPU is certainly not what is missing, as a share. */
const CPU_IDLE = 0.7;
/** Fewer requests than this say nothing about where a limit is. */
const FEWEST = 30;
/** A closed load this near to what its users can ask for is limited by them. */
const NEAR = 0.95;
/** A share of failures that deserves a sentence. */
const FAILING = 0.01;

/** undefined until something has been measured, or the lane has stopped. */
export function insightOf(lane: LaneRun): Insight | undefined {
  const { result, letter } = lane;
  if (lane.status === "stopped" && lane.reason !== undefined) {
    return stoppedInsight(letter, lane.reason);
  }
  if (result === undefined || result.measuredSeconds <= 0) return undefined;
  const binding = bindingOf(result);
  if (binding === undefined) {
    const text = "No request has been completed since the warm-up, so there is no rate to explain.";
    return { title: `${letter} has completed nothing so far.`, text, laws: [], place: undefined };
  }
  const { completed } = result.requests;
  if (completed < FEWEST && lane.status !== "finished") return tooEarly(letter, completed);
  if (lane.textbook !== undefined) return textbookInsight(letter, lane.textbook, result);
  if (hasRunOutOfMemory(result)) return outOfMemory(letter, binding, result);
  if (isUsedUp(binding, result)) return usedUp(letter, binding, result);
  return headroom(letter, binding, result);
}

/**
 * Used up all the time, or, where requests fail, for most of it: a load that rises and falls leaves
 * room on average and none at its peak.
 */
export function isUsedUp(use: ResourceUse, { errorRate }: LaneResult): boolean {
  return use.used >= USED_UP || (use.used >= AT_PEAK && errorRate >= FAILING && use.waiting > 0);
}

/** The resource that the engine's bottleneck names. */
export function bindingOf({ resources, bottleneck }: LaneResult): ResourceUse | undefined {
  return resources.find(({ place }) => place === bottleneck.place) ?? resources[0];
}

function usedUp(letter: string, use: ResourceUse, result: LaneResult): Insight {
  const isCpu = use.kind === "cpu" || use.kind === "cpu-limit";
  const idle = !isCpu && result.cpu.utilization < CPU_IDLE;
  const nobodyWaits = use.waiting < 0.01;
  const title = nobodyWaits
    ? `${letter} keeps ${nameOf(use)} busy, and nobody waits.`
    : use.used >= USED_UP
      ? `${letter} has run out of ${scarce(use)}${idle ? ", not out of CPU" : ""}.`
      : `${letter} runs out of ${scarce(use)} at its peak.`;
  const beside = idle ? ` while CPU sits at ${percent(result.cpu.utilization)}` : "";
  const serial = use.serialShare ?? 0;
  const amdahl = serial > 0.5 && serial < 0.999 ? amdahlText(use) : "";
  const line = lineText(use);
  const failing = failureText(result);
  const sentences = [
    `${ceilingText(use, `${letter} stops`)}${beside}.`,
    amdahl === "" ? line : amdahl,
    failing || consequence(use),
  ];
  const laws: LawId[] = [use.units === 1 ? "utilisation" : "bottleneck"];
  if (amdahl !== "") laws.push("amdahl");
  else if (line !== "") laws.push("little");
  return { title, text: joined(sentences), laws, place: use.place };
}

function hasRunOutOfMemory({ memoryBytes, requests, errorRate }: LaneResult): boolean {
  return errorRate >= FAILING && requests.failed.crash > 0 && memoryBytes.peak > memoryBytes.limit;
}

/** Whatever else was full: a process that is killed takes all of its requests with it. */
function outOfMemory(letter: string, use: ResourceUse, result: LaneResult): Insight {
  const { memoryBytes, cpu } = result;
  const idle = cpu.utilization < CPU_IDLE;
  return {
    title: `${letter} has run out of memory${idle ? ", not out of CPU" : ""}.`,
    text: joined([
      `It wanted more than the ${bytes(memoryBytes.limit)} there are, and the kernel killed the process that held most.`,
      failureText(result),
      `What requests hold while they are in flight is what ran out; ${nameOf(use)} is used to ${percent(use.used)}.`,
    ]),
    laws: ["little"],
    place: undefined,
  };
}

function headroom(letter: string, use: ResourceUse, result: LaneResult): Insight {
  const { bounds, throughput } = result;
  if (bounds !== undefined && throughput >= bounds.byUsers * NEAR) {
    return limitedByUsers(letter, bounds, use, result);
  }
  const sentences = [
    `${ceilingText(use, `${nameOf(use)} would be full`)}; ${letter} is at ${rate(throughput)}.`,
    failureText(result) || lineText(use),
    weakness(result),
  ];
  const loses = result.errorRate >= FAILING;
  return {
    title: loses
      ? `${letter} loses ${percent(result.errorRate)} of its requests and is not full.`
      : `${letter} has room: busiest is ${nameOf(use)}, at ${percent(use.used)}.`,
    text: joined(sentences),
    laws: [use.units === 1 ? "utilisation" : "bottleneck"],
    place: use.place,
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

function limitedByUsers(
  letter: string,
  bounds: Bounds,
  use: ResourceUse,
  result: LaneResult,
): Insight {
  const { users, demandMs, thinkMs, byUsers, knee } = bounds;
  const cycle = thinkMs > 0 ? `(${duration(demandMs)} + ${duration(thinkMs)})` : duration(demandMs);
  const who = `${number(users)} user${users === 1 ? "" : "s"}`;
  return {
    title: `${letter} is limited by its users: nothing is full.`,
    text: joined([
      `A request takes ${duration(demandMs)} alone, so ${who} ask for ${number(users)} ÷ ${cycle} ≈ ${rate(byUsers)} at most.`,
      knee > users ? `Only from about ${number(knee)} users on would ${nameOf(use)} be full.` : "",
      failureText(result),
    ]),
    laws: ["bounds"],
    place: use.place,
  };
}

function tooEarly(letter: string, completed: number): Insight {
  return {
    title: `${letter}: too little measured to name a limit.`,
    text: `${number(completed)} of at least ${FEWEST} requests have been completed since the warm-up. Let it run on.`,
    laws: [],
    place: undefined,
  };
}

/** What failed, as a sentence; empty where hardly anything did. */
function failureText({ errorRate, requests: { failed } }: LaneResult): string {
  if (errorRate < FAILING) return "";
  const most = Math.max(...Object.values(failed));
  return `${percent(errorRate)} of requests fail, most of them ${failureOf(failed, most)}.`;
}

function failureOf(failed: LaneResult["requests"]["failed"], most: number): string {
  if (failed.rejected === most) return "refused because a queue is full";
  if (failed.timeout === most) return "given up by their clients";
  return failed.crash === most ? "lost in crashes" : "with errors";
}

/** Half an interval wider than this share of its middle is too wide to rely on. */
const WIDE = 0.2;

/** What is missing where the evidence is weak. */
function weakness({ confidence: { throughput: interval }, throughput }: LaneResult): string {
  const half = (interval[1] - interval[0]) / 2;
  if (!Number.isFinite(half) || half <= WIDE * throughput) return "";
  return `The rate is known to ±${THIN}${percent(half / throughput)} only: a longer run would tell more.`;
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
    text: `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`,
    laws: isLimit ? ["model-limits"] : [],
    place: undefined,
  };
}

function joined(sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}
