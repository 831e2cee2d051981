/** Lanes of the document: how a card sums one up, and how one model becomes another. */
import { grouped, instant, NONE, percent, spaced, THIN } from "../format.ts";
import { isList, isObject, textOf, type Json, type JsonObject } from "../state/document-path.ts";
import { nsOfText, setOf } from "../state/forks.ts";

/** Lanes one can add here; a document may have two more. */
export const LANES_IN_FORM = 4;

export const MODELS = [
  ["threads", "threads"],
  ["event-loop", "event loop"],
  ["goroutines", "goroutines"],
  ["virtual-threads", "virtual threads"],
] as const;

/** Models whose threads may need a GIL. */
const GIL_MODELS: readonly string[] = ["threads", "event-loop"];

const NEUTRAL = ["neutral", "neutral (no costs)"] as const;

const PROFILES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  threads: [
    NEUTRAL,
    ["cpython-3.11", "CPython 3.11"],
    ["cpython-3.13t", "CPython 3.13, no GIL"],
    ["jvm-platform", "JVM platform threads"],
  ],
  "event-loop": [
    NEUTRAL,
    ["asyncio", "asyncio"],
    ["uvloop", "uvloop"],
    ["node-20", "Node.js 20"],
    ["netty", "Netty"],
  ],
  goroutines: [["go", "Go"], ["go-fasthttp", "Go, fasthttp"], NEUTRAL],
  "virtual-threads": [["jvm-virtual", "JVM virtual threads"], NEUTRAL],
};

/** What a new lane of each model starts as. */
const NEW_RUNTIME: Readonly<Record<string, JsonObject>> = {
  threads: { model: "threads", profile: "jvm-platform", threads: 200 },
  "event-loop": { model: "event-loop", profile: "asyncio" },
  goroutines: { model: "goroutines", profile: "go" },
  "virtual-threads": { model: "virtual-threads", profile: "jvm-virtual" },
};

/** Profiles of models that do without "neutral" where the document names none. */
const DEFAULT_PROFILE: Readonly<Record<string, string>> = {
  goroutines: "go",
  "virtual-threads": "jvm-virtual",
};

/** Parameters that every model has; all others belong to one model. */
const SHARED = ["processes", "backlog", "maxConnections", "reusePort"];

export function profilesOf(model: string): readonly (readonly [string, string])[] {
  return PROFILES[model] ?? [];
}

/** The profile of a runtime, also where the document leaves it to the model's default. */
export function profileOf({ profile, model }: JsonObject): string {
  return String(profile ?? DEFAULT_PROFILE[String(model)] ?? "neutral");
}

export function changeModel(runtime: JsonObject, model: string): Json {
  const next: Record<string, Json> = { ...(NEW_RUNTIME[model] ?? { model }) };
  for (const key of SHARED) {
    const value = runtime[key];
    if (value !== undefined) next[key] = value;
  }
  return next;
}

/** Another lane after `lanes`, on the first model that none of them uses. */
export function newLane(lanes: readonly Json[]): Json {
  const used = new Set(lanes.map((lane) => runtimeOf(lane)["model"]));
  const [model = "threads", label = "threads"] = MODELS.find(([word]) => !used.has(word)) ?? [];
  return { name: uniqueName(label, lanes), runtime: NEW_RUNTIME[model] ?? { model } };
}

export function duplicateLane(lane: Json, lanes: readonly Json[]): Json {
  const name = isObject(lane) ? String(lane["name"]) : "lane";
  return { ...(isObject(lane) ? lane : {}), name: uniqueName(name, lanes) };
}

/** The card's small print: model and parameters that the document sets. */
export function laneChips(lane: Json): string[] {
  const runtime = runtimeOf(lane);
  const chips: string[] = [];
  const { threads, processes, queue, loops, gomaxprocs, backlog, executor, costs } = runtime;
  const { parallelism, pinned } = runtime;
  if (typeof threads === "number") chips.push(counted(threads, "thread"));
  else if (threads !== undefined) chips.push(`a thread ${textOf(threads).replace("-", " ")}`);
  if (typeof loops === "number") chips.push(counted(loops, "loop"));
  if (gomaxprocs !== undefined) chips.push(`GOMAXPROCS ${String(gomaxprocs)}`);
  if (runtime["gogc"] !== undefined) chips.push(`GOGC ${textOf(runtime["gogc"])}`);
  if (runtime["collector"] === "zgc") chips.push("ZGC");
  if (typeof parallelism === "number") chips.push(counted(parallelism, "carrier"));
  if (typeof pinned === "number") chips.push(`${percent(pinned)} pinned`);
  if (typeof processes === "number") chips.push(counted(processes, "process"));
  if (queue !== undefined) chips.push(`queue ${String(queue)}`);
  if (isObject(executor)) chips.push(...executorChips(executor));
  if (isObject(runtime["gil"]))
    chips.push(`switch ${spaced(textOf(runtime["gil"]["switchInterval"]))}`);
  if (backlog !== undefined) chips.push(`backlog ${String(backlog)}`);
  if (isObject(costs)) chips.push("own costs");
  if (isObject(lane) && isObject(lane["overrides"])) {
    chips.push(...Object.keys(lane["overrides"]).map((key) => `own ${key}`));
  }
  return [profileLabel(runtime), ...chips, ...changeTexts(lane)];
}

/** What is different from a moment on: "from 12.500 s: threads 64". */
export function changeTexts(lane: Json): string[] {
  const changes = isObject(lane) ? lane["changes"] : undefined;
  if (!isList(changes)) return [];
  return changes.map((change) => {
    const at = isObject(change) ? instant(nsOfText(textOf(change["at"])), 3) : NONE;
    const values = Object.entries(setOf(change)).map(
      ([path, value]) => `${path.replace(/^(runtime|load|requests|pools)\./, "")} ${textOf(value)}`,
    );
    return `from ${at}${THIN}s: ${values.join(", ")}`;
  });
}

/** "GIL" where the document switches it on, or the profile has one. */
export function hasGil(runtime: JsonObject): boolean {
  const profile = profileOf(runtime);
  if (!GIL_MODELS.includes(String(runtime["model"]))) return false;
  if (runtime["gil"] !== undefined) return runtime["gil"] !== false;
  return profile === "cpython-3.11" || profile === "asyncio" || profile === "uvloop";
}

function profileLabel(runtime: JsonObject): string {
  const model = String(runtime["model"]);
  const profile = profileOf(runtime);
  const label = profilesOf(model).find(([word]) => word === profile)?.[1];
  return profile === "neutral" ? `${model}, neutral` : (label ?? profile);
}

function executorChips({ threads, workers, processes }: JsonObject): string[] {
  if (typeof workers === "number") return [`executor: ${counted(workers, "worker")}`];
  if (typeof processes === "number") return [`executor: ${counted(processes, "process")}`];
  return typeof threads === "number" ? [`executor: ${counted(threads, "thread")}`] : [];
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

function runtimeOf(lane: Json): JsonObject {
  return isObject(lane) && isObject(lane["runtime"]) ? lane["runtime"] : {};
}

function uniqueName(name: string, lanes: readonly Json[]): string {
  const taken = new Set(lanes.map((lane) => (isObject(lane) ? lane["name"] : undefined)));
  if (!taken.has(name)) return name;
  const stem = name.replace(/ \d+$/, "");
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number++;
  return `${stem} ${number}`;
}
