/** Loads of the document: what they are called, and how one executor becomes another. */
import { spaced } from "../format.ts";
import { isList, isObject, type Json, type JsonObject } from "../state/document-path.ts";

export const EXECUTORS = [
  ["constant-arrival-rate", "constant rate"],
  ["ramping-arrival-rate", "ramping rate"],
  ["constant-vus", "constant users"],
  ["ramping-vus", "ramping users"],
  ["trace", "recorded trace"],
] as const;

/** Fields that only one kind of executor has. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  "rate",
  "vus",
  "startRate",
  "startVUs",
  "stages",
  "arrivals",
  "thinkTime",
  "times",
  "rates",
  "demand",
]);

/** "open · Poisson · timeout 2 s": what kind of load it is, in a few words. */
export function loadSummary(load: JsonObject): string {
  const executor = String(load["executor"]);
  const words = executor.endsWith("-vus") ? ["closed"] : ["open", arrivalWord(load)];
  const timeout = load["timeout"];
  if (typeof timeout === "string") words.push(`timeout ${spaced(timeout)}`);
  return words.join(" · ");
}

/** The same load with another executor, at about the level it had. */
export function changeExecutor(load: JsonObject, executor: string): Json {
  const common: Record<string, Json> = { executor };
  for (const [key, value] of Object.entries(load)) {
    if (!OWN_FIELDS.has(key) && key !== "executor") common[key] = value;
  }
  const level = levelOf(load);
  switch (executor) {
    case "constant-arrival-rate":
      return { ...common, rate: level };
    case "ramping-arrival-rate":
      return { ...common, startRate: 0, stages: rampTo(level) };
    case "constant-vus":
      return { ...common, vus: Math.max(1, Math.round(level)) };
    case "ramping-vus":
      return { ...common, startVUs: 0, stages: rampTo(Math.round(level)) };
    default:
      return {
        ...common,
        rates: [
          [0, level],
          [10_000, level],
        ],
      };
  }
}

function rampTo(level: number): Json {
  return [
    { duration: "20s", target: level },
    { duration: "20s", target: level },
  ];
}

/** Highest rate or number of users that the load asks for. */
function levelOf(load: JsonObject): number {
  const { rate, vus, stages, rates } = load;
  if (typeof rate === "number") return rate;
  if (typeof vus === "number") return vus;
  if (isList(stages)) {
    return Math.max(1, ...stages.map((stage) => (isObject(stage) ? Number(stage["target"]) : 0)));
  }
  if (isList(rates))
    return Math.max(1, ...rates.map((pair) => (isList(pair) ? Number(pair[1]) : 0)));
  return 100;
}

function arrivalWord(load: JsonObject): string {
  if (load["executor"] === "trace") return "recorded";
  if (isObject(load["arrivals"])) return String(load["arrivals"]["dist"]);
  return load["arrivals"] === "uniform" ? "evenly spaced" : "Poisson";
}
