/**
 * What a lane's `changes` make of its document: the one it begins with, then one for each moment at
 * which values are set. Which values may be set while a lane runs is decided here by their paths,
 * and in `change-rules.ts` by what becomes of the model.
 */
import type { Problem } from "../api.ts";
import { isRecord } from "./fields.ts";
import { laneDocument } from "./overrides.ts";
import { pathText } from "./plain-data.ts";
import type { Scenario } from "./schema.ts";
import { parsePath, setPath, type SetReply } from "./set-path.ts";
import { durationNs } from "./units.ts";

/** A lane's document from a moment on. */
export interface Phase {
  readonly atNs: number;
  readonly document: Scenario;
}

/** Values that a running lane reads anew, and all below them; `*` stands for any one name. */
const LIVE: readonly string[] = [
  "load.*.rate",
  "load.*.arrivals",
  "load.*.startRate",
  "load.*.startVUs",
  "load.*.stages",
  "load.*.vus",
  "load.*.thinkTime",
  "load.*.rates",
  "load.*.duration",
  "load.*.timeout",
  "load.*.cancel",
  "requests.*.steps",
  "pools.*.size",
  "pools.*.acquireTimeout",
  "machine.memory",
  "machine.cpus",
  "runtime.threads",
  "runtime.queue",
  "runtime.backlog",
  "runtime.gil.switchInterval",
  "runtime.gogc",
  "runtime.memoryLimit",
  "runtime.parallelism",
  "runtime.pinned",
];

/** Why others do not change, and what to do instead. */
const FIXED: readonly (readonly [string, string])[] = [
  ["runtime.model", "a process keeps the runtime it was started with: compare two lanes instead"],
  ["runtime.profile", "a process keeps the runtime it was started with: compare two lanes instead"],
  ["runtime.gomaxprocs", "the Ps are made when a lane starts: give another lane more or fewer"],
  ["runtime", "the runtime reads this when it starts: set it for the whole run of another lane"],
  [
    "machine.cores",
    "a machine keeps its cores while it runs: give another lane more from the start",
  ],
  ["machine", "the machine is what it is from the start: set it for the whole run of another lane"],
  ["load.*.executor", "users do not become arrivals while they run: add a load that starts later"],
  ["load", "a load keeps this while it runs: add a load that starts later"],
  ["pools", "the pool is made with this: set it for the whole run of another lane"],
  ["channels", "a channel keeps its buffer: set it for the whole run of another lane"],
  ["locks", "a lock is made with this: set it for the whole run of another lane"],
  ["requests", "of a program only what its steps say may change: set it for the whole run"],
];

/** The lane's phases, the first from 0 on. The scenario has been validated. */
export function lanePhases(scenario: Scenario, lane: number): readonly Phase[] {
  const phases = [{ atNs: 0, document: laneDocument(scenario, lane) }];
  for (const { at, set } of scenario.lanes[lane]?.changes ?? []) {
    const reply = changed(phases.at(-1)!.document, lane, set);
    if (reply.kind === "rejected") throw new Error("a change that was not validated");
    phases.push({ atNs: durationNs(at), document: reply.document as Scenario });
  }
  return phases;
}

/** The document with the values set, not yet validated, or what is wrong with their paths. */
export function changed(
  document: Scenario,
  lane: number,
  set: Readonly<Record<string, unknown>>,
): SetReply {
  let result: unknown = document;
  for (const [path, value] of Object.entries(set)) {
    const message = pathProblem(document, path);
    if (message !== undefined) return { kind: "rejected", problems: [{ path, message }] };
    const reply = setPath(result, isOfRuntime(path) ? `lanes[${lane}].${path}` : path, value);
    if (reply.kind === "rejected") return rejectedAt(path, reply.problems);
    result = reply.document;
  }
  return { kind: "ok", document: result };
}

function isOfRuntime(path: string): boolean {
  return parsePath(path)?.[0] === "runtime";
}

function rejectedAt(path: string, problems: readonly Problem[]): SetReply {
  return { kind: "rejected", problems: problems.map(({ message }) => ({ path, message })) };
}

/** Undefined when what is at `path` may change while a lane runs. */
function pathProblem(document: Scenario, path: string): string | undefined {
  const parts = parsePath(path);
  if (parts === undefined) return "expected a path such as runtime.threads or load.users.vus";
  const [part, name] = parts;
  if (part === "load" || part === "requests" || part === "pools" || part === "channels") {
    const there = document[part] ?? {};
    if (isRecord(there) && !Object.hasOwn(there, String(name))) {
      return `there is no ${pathText(parts.slice(0, 2))}`;
    }
  }
  if (LIVE.some((pattern) => isBelow(parts, pattern))) return undefined;
  const why = FIXED.find(([pattern]) => isBelow(parts, pattern))?.[1];
  return (
    why ?? "this holds for the whole run: expected a value of load, requests, pools or runtime"
  );
}

function isBelow(parts: readonly (string | number)[], pattern: string): boolean {
  return pattern
    .split(".")
    .every((key, i) => i < parts.length && (key === "*" || key === parts[i]));
}
