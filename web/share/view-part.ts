/**
 * The part of a link that says where to look: `view=inspector,lane.2,at.42600000000,request.17.order`.
 * It refers to what a run has (a lane, an instant in ns, the 17th order), never to anything inside
 * the program. What it does not know, and what makes no sense, is left out.
 */
import type { RequestName } from "../../engine/api.ts";
import type { CellSpan } from "../state/view-store.ts";

export interface SharedView {
  readonly page?: "inspector";
  /** Index of the selected lane. */
  readonly lane?: number;
  /** Virtual time (ns) at which the run stands. */
  readonly atNs?: number;
  readonly request?: RequestName;
  /** Of which requests the list is. */
  readonly cell?: CellSpan;
}

const PARAMETER = "view=";
const LENGTH_MAX = 1000;

/** Empty where there is nothing to say. */
export function viewPart({ page, lane, atNs, request, cell }: SharedView): string {
  const parts = [
    page,
    lane === undefined ? undefined : `lane.${lane + 1}`,
    atNs === undefined ? undefined : `at.${Math.round(atNs)}`,
    request && `request.${request.number}.${encodeURIComponent(request.request)}`,
    cell && cellPart(cell),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : PARAMETER + parts.join(",");
}

/** What follows the `#` of a link: the scenario's own part, and the view. */
export function splitHash(hash: string): { scenario: string; view: SharedView } {
  const [scenario = "", ...others] = hash.split("&");
  const part = others.find((other) => other.startsWith(PARAMETER)) ?? "";
  if (part.length > LENGTH_MAX) return { scenario, view: {} };
  const found = part.slice(PARAMETER.length).split(",").map(readOne);
  return { scenario, view: Object.assign({}, ...found) as SharedView };
}

/**
 * `cell.2000000001-2500000000-34000000-37100000`: after, until, from, below, in ns; an end that is
 * left out has no limit. Times and latencies are whole, so that limits may be.
 */
function cellPart({ fromNs, toNs, fastestNs, slowestNs }: CellSpan): string {
  const ends = [fromNs, toNs, fastestNs, slowestNs];
  return `cell.${ends.map((ns) => (Number.isFinite(ns) ? Math.ceil(ns) : "")).join("-")}`;
}

const CELL = /^cell\.(\d{1,16})-(\d{0,16})-(\d{1,16})-(\d{0,16})$/;

function readCell(text: string): SharedView {
  const ends = CELL.exec(text)?.slice(1);
  if (ends === undefined) return {};
  const [fromNs = 0, toNs = 0, fastestNs = 0, slowestNs = 0] = ends.map((digits) =>
    digits === "" ? Infinity : Number(digits),
  );
  const isSome = fromNs < toNs && fastestNs < slowestNs;
  return isSome ? { cell: { fromNs, toNs, fastestNs, slowestNs } } : {};
}

function readOne(text: string): SharedView {
  if (text === "inspector") return { page: "inspector" };
  if (text.startsWith("cell.")) return readCell(text);
  const [, name = "", digits = "", rest] = /^([a-z]+)\.(\d{1,16})(?:\.(.+))?$/.exec(text) ?? [];
  const value = Number(digits);
  if (name === "lane" && value >= 1) return { lane: value - 1 };
  if (name === "at") return { atNs: value };
  const request = name === "request" && rest !== undefined ? decoded(rest) : undefined;
  return request === undefined ? {} : { request: { request, number: value } };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
