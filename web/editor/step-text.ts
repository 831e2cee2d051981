/** How a step of the program reads in one line. */
import { duration, number, percent, THIN } from "../format.ts";
import { isList, isObject, type Json } from "../state/document-path.ts";
import type { IconName } from "../ui/icons.tsx";
import { meanMs } from "./distribution.ts";
import type { StepKind } from "./program.ts";

const ICONS: Readonly<Record<StepKind, IconName>> = {
  cpu: "cpu",
  io: "io",
  block: "block",
  sleep: "clock",
  offload: "branch",
  acquire: "pool",
  lock: "lock",
  rlock: "lock",
  wlock: "lock",
  atomic: "cpu",
  parallel: "branch",
  send: "io",
  receive: "io",
  close: "block",
  select: "branch",
  spawn: "branch",
  choose: "branch",
  alloc: "memory",
  hold: "memory",
  fail: "warning",
  panic: "warning",
};

export const STEP_LABELS: Readonly<Record<StepKind, string>> = {
  cpu: "compute",
  io: "wait for I/O",
  block: "block the thread",
  sleep: "sleep",
  offload: "offload to executor",
  acquire: "take from pool",
  lock: "lock",
  rlock: "lock for reading",
  wlock: "lock for writing",
  atomic: "atomic operation",
  parallel: "in parallel",
  send: "send",
  receive: "receive",
  close: "close channel",
  select: "select",
  spawn: "spawn, wait for nobody",
  choose: "one of",
  alloc: "allocate",
  hold: "hold memory",
  fail: "fail",
  panic: "panic",
};

export function stepIcon(kind: StepKind | undefined): IconName {
  return kind === undefined ? "warning" : ICONS[kind];
}

export function stepText(step: Json, kind: StepKind | undefined): string {
  if (kind === undefined || !isObject(step)) return "unknown step";
  if (kind === "cpu" && step["gil"] === "released") return "compute, GIL released";
  if (kind === "acquire") return `pool ${String(step["acquire"])}`;
  if (kind === "lock") return `lock ${String(step["lock"])}`;
  if (kind === "rlock") return `read in ${String(step["rlock"])}`;
  if (kind === "wlock") return `write in ${String(step["wlock"])}`;
  if (kind === "atomic") return `atomic ${String(step["atomic"])}`;
  if (kind === "send") return `send to ${String(step["send"])}`;
  if (kind === "receive") return `receive from ${String(step["receive"])}`;
  if (kind === "close") return `close ${String(step["close"])}`;
  if (kind === "select") return `select: ${caseNames(step)}`;
  return STEP_LABELS[kind];
}

/** The figure at the end of the row, with its unit apart so that figures line up. */
export function stepValue(step: Json, kind: StepKind | undefined): { value: string; unit: string } {
  if (kind === undefined || !isObject(step)) return { value: "", unit: "" };
  const own = step[kind];
  switch (kind) {
    case "cpu":
    case "io":
    case "block":
    case "sleep":
      return split(duration(meanMs(own) ?? Number.NaN));
    case "alloc":
    case "hold":
      return split(String(own).replace(/(?<=\d)(?=[A-Za-z])/, " "));
    case "fail":
    case "panic":
      return split(typeof own === "number" ? percent(own) : String(own));
    case "select":
      return { value: number(isList(own) ? own.length : 0), unit: "cases" };
    case "parallel":
    case "choose":
      return { value: number(isList(own) ? own.length : Number(own)), unit: "branches" };
    case "atomic":
      return typeof step["ops"] === "number"
        ? { value: number(step["ops"]), unit: "times" }
        : { value: "", unit: "" };
    case "offload":
    case "acquire":
    case "lock":
    case "rlock":
    case "wlock":
    case "send":
    case "receive":
    case "close":
    case "spawn":
      return { value: "", unit: "" };
  }
}

/** "jobs, 50ms, default": what the select waits for. */
function caseNames(step: { readonly [key: string]: Json }): string {
  const { select } = step;
  const cases = isList(select) ? select : [];
  const names = cases.map((one) =>
    isObject(one) ? String(one["receive"] ?? one["send"] ?? one["timeout"]) : "?",
  );
  return [...names, ...(step["default"] === undefined ? [] : ["default"])].join(", ");
}

function split(text: string): { value: string; unit: string } {
  // Thin spaces group thousands too: the unit is what follows the last one.
  const at = Math.max(text.lastIndexOf(" "), text.lastIndexOf(THIN));
  return at < 0
    ? { value: text, unit: "" }
    : { value: text.slice(0, at), unit: text.slice(at + 1) };
}
