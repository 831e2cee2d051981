/**
 * What is said of each kind of resource. Present tense, active, no blame: what is used up, the
 * arithmetic with this run's figures, the consequence.
 */
import type { ResourceKind, ResourceUse } from "../../engine/api.ts";
import { THIN, duration, number, percent, rate } from "../format.ts";

interface Words {
  /** After "has run out of". */
  readonly scarce: (use: ResourceUse) => string;
  /** After "busiest is". */
  readonly name: (use: ResourceUse) => string;
  /** "Each request ... for 3.1 ms". */
  readonly takes: (use: ResourceUse) => string;
  /** One unit of it. */
  readonly unit: string;
  /** What more of the obvious does not help. */
  readonly consequence: string;
}

const WORDS: Readonly<Record<ResourceKind, Words>> = {
  cpu: {
    scarce: () => "CPU",
    name: () => "the CPU",
    takes: () => "computes",
    unit: "core",
    consequence: "Only more cores or less work per request raise that.",
  },
  "cpu-limit": {
    scarce: () => "its CPU quota",
    name: () => "the CPU limit",
    takes: () => "computes",
    unit: "CPU",
    consequence: "Cores beyond the quota stand idle while it is throttled.",
  },
  gil: {
    scarce: ({ units }) => (units === 1 ? "GIL" : "GILs"),
    name: () => "the GIL",
    takes: () => "holds the GIL",
    unit: "GIL",
    consequence: "More threads only lengthen the line.",
  },
  threads: {
    scarce: () => "threads",
    name: () => "the thread pool",
    takes: () => "keeps a thread",
    unit: "thread",
    consequence: "",
  },
  loop: {
    scarce: ({ units }) => (units === 1 ? "event loop" : "event loops"),
    name: ({ units }) => (units === 1 ? "the event loop" : "the event loops"),
    takes: () => "keeps a loop busy",
    unit: "loop",
    consequence: "What runs on a loop holds up all that waits for it.",
  },
  carriers: {
    scarce: () => "carriers",
    name: () => "the carrier pool",
    takes: () => "keeps a carrier",
    unit: "carrier",
    consequence: "",
  },
  pool: {
    scarce: ({ name }) => shortened(name),
    name: ({ name }) => shortened(name),
    takes: () => "keeps a connection",
    unit: "connection",
    consequence: "More threads only lengthen the line.",
  },
  lock: {
    scarce: ({ name }) => shortened(name),
    name: ({ name }) => shortened(name),
    takes: ({ name }) => `holds ${shortened(name)}`,
    unit: "lock",
    consequence: "More threads only lengthen the line.",
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
    `Each request ${takes(use)} for ${duration(use.demandMs)}, so ${subject} at ` +
    `${units} ÷ ${duration(use.demandMs)} ≈ ${rate(use.ceiling)}`
  );
}

/** Who waits for it, and for how long; empty where hardly anybody does. */
export function lineText(use: ResourceUse): string {
  if (use.waiting < 0.5) return "";
  const waiting = number(use.waiting);
  return `On average ${waiting} wait${waiting === "1" ? "s" : ""} for it, ${duration(use.waitMs)} per request.`;
}

export function consequence(use: ResourceUse): string {
  return WORDS[use.kind].consequence;
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
