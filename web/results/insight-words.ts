/**
 * What is said of each kind of resource. Present tense, active, no blame: what is used up, the
 * arithmetic with this run's figures, the consequence.
 */
import type { LaneResult, ResourceKind, ResourceUse } from "../../engine/api.ts";
import { THIN, duration, exactDuration, number, percent, rate } from "../format.ts";

interface Words {
  /** After "has run out of". */
  readonly scarce: (use: ResourceUse) => string;
  /** After "busiest is". */
  readonly name: (use: ResourceUse) => string;
  /** "Each request ... for 3.1 ms". */
  readonly takes: (use: ResourceUse) => string;
  /** One unit of it. */
  readonly unit: string;
  /** What more of the obvious does not help; told what the lane's tasks are called. */
  readonly consequence: (tasks: string) => string;
}

/** What runs requests, by model: the noun for "more of them". */
const TASKS: Readonly<Record<string, string>> = {
  "event-loop": "coroutines",
  goroutines: "goroutines",
  "virtual-threads": "virtual threads",
};

const longerLine = (tasks: string): string => `More ${tasks} only lengthen the line.`;

const WORDS: Readonly<Record<ResourceKind, Words>> = {
  cpu: {
    scarce: () => "CPU",
    name: () => "the CPU",
    takes: () => "computes",
    unit: "core",
    consequence: () => "Only more cores or less work per request raise that.",
  },
  "cpu-limit": {
    scarce: () => "its CPU quota",
    name: () => "the CPU limit",
    takes: () => "computes",
    unit: "CPU",
    consequence: () => "Cores beyond the quota stand idle while it is throttled.",
  },
  gil: {
    scarce: ({ units }) => (units === 1 ? "GIL" : "GILs"),
    name: () => "the GIL",
    takes: () => "holds the GIL",
    unit: "GIL",
    consequence: () => longerLine("threads"),
  },
  threads: {
    scarce: () => "threads",
    name: () => "the thread pool",
    takes: () => "keeps a thread",
    unit: "thread",
    consequence: () => "",
  },
  loop: {
    scarce: ({ units }) => (units === 1 ? "event loop" : "event loops"),
    name: ({ units }) => (units === 1 ? "the event loop" : "the event loops"),
    takes: () => "keeps a loop busy",
    unit: "loop",
    consequence: () => "What runs on a loop holds up all that waits for it.",
  },
  carriers: {
    scarce: () => "carriers",
    name: () => "the carrier pool",
    takes: () => "keeps a carrier",
    unit: "carrier",
    consequence: () => "",
  },
  executor: {
    scarce: ({ units }) => (units === 1 ? "executor" : "executors"),
    name: () => "the executor",
    takes: () => "keeps an executor",
    unit: "executor",
    consequence: () => "The loop goes on meanwhile, but what is offloaded stands in line.",
  },
  pool: {
    scarce: ({ name }) => shortened(name),
    name: ({ name }) => shortened(name),
    takes: () => "keeps a connection",
    unit: "connection",
    consequence: longerLine,
  },
  lock: {
    scarce: ({ name }) => shortened(name),
    name: ({ name }) => shortened(name),
    takes: ({ name }) => `holds ${shortened(name)}`,
    unit: "lock",
    consequence: longerLine,
  },
};

/** Longest name that a headline has room for. */
const NAME_MAX = 18;

function shortened(name: string): string {
  return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 1)}…`;
}

export function scarce(use: ResourceUse): string {
  return WORDS[use.kind].scarce(use);
}

export function nameOf(use: ResourceUse): string {
  return WORDS[use.kind].name(use);
}

/** "Each request holds the GIL for 3.1 ms, so A stops at 1 ÷ 3.1 ms ≈ 320/s" */
export function ceilingText(use: ResourceUse, subject: string): string {
  const { takes, unit } = WORDS[use.kind];
  const units = use.units === 1 ? "1" : `${number(use.units)} ${unit}s`;
  return (
    `Each request ${takes(use)} for ${exactDuration(use.demandMs)}, so ${subject} at ` +
    `${units} ÷ ${exactDuration(use.demandMs)} ≈ ${rate(use.ceiling)}`
  );
}

/** Who waits for it, and for how long; empty where hardly anybody does. */
export function lineText(use: ResourceUse, { latencyMs }: LaneResult): string {
  if (use.waiting < 0.5) return "";
  const waiting = number(use.waiting);
  // Who waits longer than any request took is none of those that have been served.
  const each = use.waitMs > latencyMs.max ? "" : `, ${duration(use.waitMs)} per request`;
  return `On average ${waiting} wait${waiting === "1" ? "s" : ""} for it${each}.`;
}

export function consequence(use: ResourceUse, model: string): string {
  return WORDS[use.kind].consequence(TASKS[model] ?? "threads");
}

/** What more cores can bring, where one at a time does a share of the computing. */
export function amdahlText(use: ResourceUse): string {
  const { serialShare } = use;
  if (serialShare === undefined) return "";
  return (
    `It covers ${percent(serialShare)} of the computing, so more cores bring at most ` +
    `${number(1 / serialShare)}${THIN}times one.`
  );
}

/** Fewer requests than this say nothing about where a limit is. */
export const FEWEST = 30;
/** A share of failures that deserves a sentence. */
export const FAILING = 0.01;

/** What failed, as a sentence; empty where hardly anything did. */
export function failureText({ errorRate, requests: { failed } }: LaneResult): string {
  if (errorRate < FAILING) return "";
  const most = Math.max(...Object.values(failed));
  return `${percent(errorRate)} of requests fail, most of them ${failureOf(failed, most)}.`;
}

function failureOf(failed: LaneResult["requests"]["failed"], most: number): string {
  if (failed.rejected === most) return "refused because a queue is full";
  if (failed.timeout === most) return "given up by their clients";
  return failed.crash === most ? "lost in crashes" : "with errors";
}

export function joined(sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
