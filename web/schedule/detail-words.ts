/** What is known of a slice, in words. Pure. */
import type { RequestName, SliceDetail, Woken } from "../../engine/api.ts";
import { instant, nanoseconds } from "../format.ts";
import { LOOKS } from "./forms.ts";
import type { PickedSlice } from "./schedule-store.ts";

/** Of those it woke, so many are named. */
const NAMED = 4;

/** "T07 waiting for the GIL 19.2 ms", and line by line what led to it and what came of it. */
export function detailWords(picked: PickedSlice): { title: string; lines: string[] } {
  const { row, state, start, end, detail, step } = picked;
  const doing = LOOKS[state]?.doing ?? "";
  const title = `${row.label} ${doing} ${nanoseconds(end - start)}`;
  if (detail === undefined) return { title, lines: [`since ${instant(start, 6)} s`] };
  const lines = [
    [
      detail.dataSinceNs === undefined
        ? `since ${instant(start, 6)} s`
        : `has data since ${instant(detail.dataSinceNs, 6)} s`,
      wentFirst(detail),
    ],
    [wokenBy(detail)],
    [woke(detail)],
    [whose(detail), step],
  ];
  const written = lines.map((parts) => parts.filter((part) => part !== undefined));
  return {
    title,
    lines: [
      ...written.slice(0, -1).map((parts) => parts.join("; ")),
      written.at(-1)!.join(" · "),
    ].filter((line) => line !== ""),
  };
}

function wentFirst({ wentFirst: others }: SliceDetail): string | undefined {
  if (others === undefined) return undefined;
  const threads = others.threads === 1 ? "1 thread" : `${others.threads} threads`;
  return `${threads} went first${others.times > others.threads ? `, ${others.times} times` : ""}`;
}

function wokenBy({ wokenBy: by, state, start, end }: SliceDetail): string | undefined {
  if (by === undefined) return undefined;
  const forWhom = by.request === undefined ? "" : ` for ${requestName(by.request)}`;
  const who = by.row === undefined ? "a timer or interrupt" : `${by.row.label}${forWhom}`;
  if (by.atNs === end && by.atNs !== start) return `ended by ${who}`;
  const delay = LOOKS[state]?.state === "run" ? nanoseconds(start - by.atNs) : undefined;
  return `woken by ${who}${delay === undefined ? "" : ` ${delay} before`}`;
}

function woke({ woke: others }: SliceDetail): string | undefined {
  if (others.length === 0) return undefined;
  const nameOf = ({ row, request: its }: Woken) => (its ? requestName(its) : row.label);
  const names = [...new Set(others.map(nameOf))];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return `woke ${names.slice(0, NAMED).join(", ")}${more}`;
}

function whose({ request, thread, row }: SliceDetail): string | undefined {
  if (thread !== undefined) return `thread ${thread}`;
  if (request !== undefined) return `request ${requestName(request)}`;
  return row.kind === "thread" ? "for no request" : undefined;
}

function requestName({ request, number }: RequestName): string {
  return `${request}#${number}`;
}
