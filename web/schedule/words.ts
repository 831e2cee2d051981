/** The schedule in words: tooltip, list of slices, sentence for screen readers. Pure. */
import type { ScheduleSlices, SliceTable } from "../../engine/api.ts";
import { grouped, instant, nanoseconds, NONE, percent } from "../format.ts";
import { LOOKS } from "./forms.ts";
import type { Span } from "./window.ts";

export interface SliceWords {
  readonly title: string;
  readonly more: string;
}

/** "main#20417": the request of a slice; undefined where it is nobody's. */
function requestLabel(
  classes: readonly string[],
  { cls, number }: Pick<SliceTable, "cls" | "number">,
  index: number,
): string | undefined {
  const name = classes[cls[index] ?? -1];
  return name === undefined ? undefined : `${name}#${number[index]}`;
}

/** "T07 waiting for the GIL 19.2 ms", with the request and its start; undefined for no slice. */
export function sliceWords(slices: ScheduleSlices, index: number): SliceWords | undefined {
  const row = slices.rows[slices.row[index] ?? -1];
  const look = LOOKS[slices.state[index] ?? -1];
  if (row === undefined || look === undefined) return undefined;
  const start = slices.start[index]!;
  const lasts = nanoseconds(slices.end[index]! - start);
  if (slices.slices[index]! > 1) {
    return {
      title: `${row.label} about ${grouped(slices.slices[index]!)} slices in ${lasts}`,
      more: `${shares(slices, index)}, mostly ${look.doing}; zoom in to tell them apart`,
    };
  }
  const request = requestLabel(slices.classes, slices, index);
  const thread = slices.threads[slices.thread[index]!];
  const whose =
    thread !== undefined
      ? `thread ${thread}`
      : request === undefined
        ? "for no request"
        : `request ${request}`;
  return {
    title: `${row.label} ${look.doing} ${lasts}`,
    more: `${whose}, since ${instant(start, 6)} s`,
  };
}

function shares({ busyNs, activeNs, start, end }: ScheduleSlices, index: number): string {
  const lasts = end[index]! - start[index]!;
  const running = percent(busyNs[index]! / lasts);
  return `running ${running}, idle ${percent(1 - activeNs[index]! / lasts)}`;
}

export interface ListedSlice {
  readonly key: string;
  readonly start: string;
  readonly state: string;
  readonly duration: string;
  readonly request: string;
  readonly wokenBy: string;
  /** Where it is, ns. */
  readonly atNs: number;
}

/** The slices of one row in order of time, at most `most`. */
export function listRow(slices: ScheduleSlices, row: number, most: number): ListedSlice[] {
  const indices = Array.from(slices.row.keys()).filter((i) => slices.row[i] === row);
  indices.sort((a, b) => slices.start[a]! - slices.start[b]!);
  return indices.slice(0, most).map((i) => ({
    key: `${slices.start[i]} ${slices.state[i]}`,
    start: `${instant(slices.start[i]!, 6)} s`,
    state: stateWords(slices, i),
    duration: nanoseconds(slices.end[i]! - slices.start[i]!),
    request: slices.threads[slices.thread[i]!] ?? requestLabel(slices.classes, slices, i) ?? NONE,
    wokenBy: wakerWords(slices, i),
    atNs: slices.start[i]!,
  }));
}

function wakerWords({ threads, waker }: ScheduleSlices, i: number): string {
  return waker[i] === -1 ? "timer or interrupt" : (threads[waker[i]!] ?? "");
}

function stateWords(slices: ScheduleSlices, i: number): string {
  const name = LOOKS[slices.state[i]!]?.name ?? "";
  return slices.slices[i]! > 1 ? `${name} and others, ${shares(slices, i)}` : name;
}

/** "Schedule of lane A from 42.580 to 42.620 s, 13 rows. cpu0 runs 38 % of the time, cpu1 …" */
export function describeSchedule(letter: string, slices: ScheduleSlices, span: Span): string {
  const busy = slices.rows.flatMap((row, index) =>
    row.kind === "core" ? [`${row.label} ${percent(runningShare(slices, index, span))}`] : [],
  );
  const range = `from ${instant(span.fromNs)} to ${instant(span.toNs)} s`;
  const cores = busy.length === 0 ? "" : ` Busy: ${busy.join(", ")}.`;
  const missing = gapsIn(slices, span).map(
    ({ fromNs, toNs }) => `${instant(fromNs)} to ${instant(toNs)} s`,
  );
  const gap = missing.length === 0 ? "" : ` Not recorded: ${missing.join(", ")}.`;
  return `Schedule of lane ${letter} ${range}, ${slices.rows.length} rows.${cores}${gap}`;
}

/** What of the span is not recorded. */
function gapsIn({ gaps }: ScheduleSlices, span: Span): Span[] {
  return gaps
    .map(({ fromNs, toNs }) => {
      return { fromNs: Math.max(fromNs, span.fromNs), toNs: Math.min(toNs, span.toNs) };
    })
    .filter(({ fromNs, toNs }) => fromNs < toNs);
}

/** How much of the span that is, 0 to 1. */
export function unrecordedShare(slices: ScheduleSlices, span: Span): number {
  const ns = gapsIn(slices, span).reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
  return ns / (span.toNs - span.fromNs);
}

/** Share of the span during which the row runs something. */
function runningShare(slices: ScheduleSlices, row: number, span: Span): number {
  let runNs = 0;
  for (let i = 0; i < slices.row.length; i += 1) {
    if (slices.row[i] !== row) continue;
    const [start, end] = [slices.start[i]!, slices.end[i]!];
    const inside = Math.min(end, span.toNs) - Math.max(start, span.fromNs);
    if (inside > 0) runNs += slices.busyNs[i]! * (inside / (end - start));
  }
  return runNs / (span.toNs - span.fromNs);
}
