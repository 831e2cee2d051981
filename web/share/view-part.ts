/**
 * The part of a link that says where to look: `view=inspector,lane.2,at.42600000000,request.17.order`.
 * It refers to what a run has (a lane, an instant in ns, the 17th order), never to anything inside
 * the program. What it does not know, and what makes no sense, is left out.
 */
import type { RequestName } from "../../engine/api.ts";

export interface SharedView {
  readonly page?: "inspector";
  /** Index of the selected lane. */
  readonly lane?: number;
  /** Virtual time (ns) at which the run stands. */
  readonly atNs?: number;
  readonly request?: RequestName;
}

const PARAMETER = "view=";
const LENGTH_MAX = 1000;

/** Empty where there is nothing to say. */
export function viewPart({ page, lane, atNs, request }: SharedView): string {
  const parts = [
    page,
    lane === undefined ? undefined : `lane.${lane + 1}`,
    atNs === undefined ? undefined : `at.${Math.round(atNs)}`,
    request && `request.${request.number}.${encodeURIComponent(request.request)}`,
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

function readOne(text: string): SharedView {
  if (text === "inspector") return { page: "inspector" };
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
