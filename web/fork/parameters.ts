/** What can be different from a moment on, as the fork dialog offers it: each with its value now. */
import {
  isList,
  isObject,
  joinPath,
  readOnLane,
  readPath,
  textOf,
  type Json,
  type JsonObject,
} from "../state/document-path.ts";
import { valueAt } from "../state/forks.ts";

export interface Parameter {
  /** As a change sets it. */
  readonly path: string;
  /** "threads", "rate of web" */
  readonly label: string;
  /** As text; empty where the document leaves it to the runtime. */
  readonly present: string;
  readonly kind: "number" | "text";
}

type Found = Omit<Parameter, "present">;

/** Keys of timed steps. */
const TIMED = ["cpu", "io", "block", "sleep"] as const;
/** Steps inside are listed no deeper than they nest. */
const DEPTH_MAX = 8;

export function parametersOf(document: Json, lane: number, atNs: number): readonly Parameter[] {
  const found = [
    ...ofRuntime(document, lane),
    ...ofLoads(document, lane),
    ...ofPrograms(document, lane),
    ...ofPools(document, lane),
    { path: "runtime.backlog", label: "backlog of the socket", kind: "number" as const },
    { path: "machine.memory", label: "memory of the machine", kind: "text" as const },
  ];
  return found.map(({ path, label, kind }) => {
    return { path, label, kind, present: textOf(valueAt(document, lane, path, atNs)) };
  });
}

function ofRuntime(document: Json, lane: number): Found[] {
  const runtime = readPath(document, `lanes[${lane}].runtime`);
  const { model, gil, threads } = isObject(runtime) ? runtime : {};
  const at = (key: string, label: string, kind: Found["kind"] = "number"): Found => ({
    path: `runtime.${key}`,
    label,
    kind,
  });
  const found: Found[] = [];
  if (model === "threads" && typeof threads !== "string") {
    found.push(at("threads", "threads of the pool"), at("queue", "queue of the pool"));
  }
  if (isObject(gil)) found.push(at("gil.switchInterval", "switch interval of the GIL", "text"));
  if (model === "goroutines") {
    found.push(at("gogc", "GOGC"), at("memoryLimit", "GOMEMLIMIT", "text"));
  }
  return found;
}

function ofLoads(document: Json, lane: number): Found[] {
  return named(readOnLane(document, lane, "load"), "load").flatMap(([name, path, load]) => {
    const found: Found[] = [];
    const has = (key: string, label: string, kind: Found["kind"] = "number"): void => {
      if (load[key] !== undefined) found.push({ path: `${path}.${key}`, label, kind });
    };
    has("rate", `rate of ${name}`);
    has("vus", `users of ${name}`);
    const stages = isList(load["stages"]) ? load["stages"] : [];
    stages.forEach((_, i) => {
      const label = `target of ${name}, stage ${i + 1}`;
      found.push({ path: `${path}.stages[${i}].target`, label, kind: "number" });
    });
    if (load["vus"] !== undefined || load["executor"] === "ramping-vus") {
      found.push({ path: `${path}.thinkTime`, label: `think time of ${name}`, kind: "text" });
    }
    found.push({ path: `${path}.timeout`, label: `time-out of ${name}`, kind: "text" });
    return found;
  });
}

function ofPrograms(document: Json, lane: number): Found[] {
  const requests = readOnLane(document, lane, "requests");
  return named(requests, "requests").flatMap(([name, path, request]) => {
    const found: Found[] = [];
    const steps = isList(request["steps"]) ? request["steps"] : [];
    walk(steps, `${path}.steps`, 0, (step, at) => {
      const key = TIMED.find((word) => step[word] !== undefined);
      if (key === undefined) return;
      const length = step[key];
      const label = `${key} of ${name}, step ${stepNumber(at.slice(path.length))}`;
      if (typeof length === "string") found.push({ path: `${at}.${key}`, label, kind: "text" });
      else if (isObject(length) && typeof length["mean"] === "string") {
        found.push({ path: `${at}.${key}.mean`, label: `mean ${label}`, kind: "text" });
      }
    });
    return found;
  });
}

/** `.steps[1].steps[0]` is step 2.1. */
function stepNumber(path: string): string {
  return [...path.matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index) + 1).join(".");
}

/** All steps with their paths, those inside others included. */
function walk(
  steps: readonly Json[],
  path: string,
  depth: number,
  visit: (step: JsonObject, path: string) => void,
): void {
  if (depth > DEPTH_MAX) return;
  steps.forEach((step, i) => {
    if (!isObject(step)) return;
    const at = joinPath(path, i);
    visit(step, at);
    for (const key of ["steps", "offload", "spawn", "choose", "parallel", "default"]) {
      const inner = step[key];
      if (!isList(inner)) continue;
      const isBranches = key === "choose" || inner.every(isList);
      if (!isBranches) walk(inner, `${at}.${key}`, depth + 1, visit);
      else inner.forEach((branch, b) => walkBranch(branch, `${at}.${key}[${b}]`, depth + 1, visit));
    }
  });
}

function walkBranch(
  branch: Json,
  path: string,
  depth: number,
  visit: (step: JsonObject, path: string) => void,
): void {
  if (isList(branch)) walk(branch, path, depth, visit);
  else if (isObject(branch) && isList(branch["steps"])) {
    walk(branch["steps"], `${path}.steps`, depth, visit);
  }
}

function ofPools(document: Json, lane: number): Found[] {
  return named(readOnLane(document, lane, "pools"), "pools").map(([name, path]) => ({
    path: `${path}.size`,
    label: `size of pool ${name}`,
    kind: "number" as const,
  }));
}

/** The entries of an object that are objects themselves: name, path, entry. */
function named(value: Json | undefined, path: string): (readonly [string, string, JsonObject])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) =>
    isObject(entry) ? [[name, joinPath(path, name), entry] as const] : [],
  );
}

/** What was typed, as the document has it. */
export function valueOf(text: string, kind: Parameter["kind"]): Json {
  const plain = text.replaceAll(/[\s\u202f]/g, "");
  return kind === "number" && plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : text;
}
