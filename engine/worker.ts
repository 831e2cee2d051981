/** The engine as a Web Worker: a shell around one lane's session and the desk. */
import { expose, transfer } from "comlink";
import type {
  Desk,
  Laboratory,
  LaneEngine,
  Progress,
  RequestTimes,
  Scenario,
  ScheduleSlices,
} from "./api.ts";
import { LaneSession } from "./lane-session.ts";
import { decodeLink, encodeLink } from "./link.ts";
import { combine } from "./measure/digest.ts";
import { Replications } from "./replications.ts";
import { Scalability } from "./scalability.ts";
import { parseScenario } from "./scenario/validate.ts";

const clockMs = (): number => performance.now();
const session = new LaneSession(clockMs);
let replications: Replications | undefined;
let scalability: Scalability | undefined;

const endpoint: LaneEngine & Desk & Laboratory = {
  load: async (document, lane, remembered) => session.load(document, lane, remembered),
  advance: async (untilNs, budgetMs) => moved(session.advance(untilNs, budgetMs)),
  watch: async (query) => session.watch(query),
  step: async () => moved(session.step()),
  stepRequest: async (budgetMs) => {
    const step = session.stepRequest(budgetMs);
    return transfer(step, buffersOf(step.progress));
  },
  rewind: async (toNs, budgetMs) => moved(session.rewind(toNs, budgetMs)),
  stepBack: async () => moved(session.stepBack()),
  result: async () => session.result(),
  endBefore: async (ns) => session.endBefore(ns),
  requests: async (query) => session.requests(query),
  requestTimes: async (kind) => movedTimes(session.requestTimes(kind)),
  compareTesters: async (connections) => session.compareTesters(connections),
  inspect: async (request, number) => session.inspect(request, number),
  internals: async () => session.internals(),
  tasksIn: async (place, limit) => session.tasksIn(place, limit),
  schedule: async (query, budgetMs) => movedSlices(session.schedule(query, budgetMs)),
  slice: async (row, atNs) => session.slice(row, atNs),
  findSlice: async (search, fromNs, forward) => session.findSlice(search, fromNs, forward),
  parse: async (source) => parseScenario(source),
  encodeLink: async (document) => {
    const parsed = parseScenario(document);
    return parsed.kind === "ok" ? encodeLink(parsed.scenario) : parsed;
  },
  decodeLink: async (hash) => decodeLink(hash),
  digest: async (laneDigests) => combine(laneDigests),
  startReplications: async (document, most) => {
    replications = new Replications(valid(document), most);
  },
  replicate: async (budgetMs) => {
    if (replications === undefined) throw new Error("no replications have begun");
    return replications.advance(within(budgetMs));
  },
  startScaling: async (document, lane) => {
    scalability = new Scalability(valid(document), lane);
  },
  scale: async (budgetMs) => {
    if (scalability === undefined) throw new Error("no scaling has begun");
    return scalability.advance(within(budgetMs));
  },
};

expose(endpoint);

function valid(document: unknown): Scenario {
  const parsed = parseScenario(document);
  if (parsed.kind === "rejected") throw new Error("the document is not valid");
  return parsed.scenario;
}

/** Tells when so much real time has passed. */
function within(budgetMs: number): () => boolean {
  const endMs = clockMs() + budgetMs;
  return () => clockMs() >= endMs;
}

/** Buffers go over without being copied. */
function moved(progress: Progress): Progress {
  return transfer(progress, buffersOf(progress));
}

function buffersOf(progress: Progress): Transferable[] {
  const { samples, occupancy, edgeCounts, coreBusy, moves } = progress;
  const { timeNs, edge, task, cls, number } = moves ?? {};
  const columns = [samples, occupancy, edgeCounts, coreBusy, timeNs, edge, task, cls, number];
  return columns.flatMap((column) => column?.buffer ?? []);
}

function movedSlices(slices: ScheduleSlices): ScheduleSlices {
  const columns = [slices, slices.followed ?? {}].flatMap((table) =>
    Object.values(table).filter((column) => ArrayBuffer.isView(column)),
  );
  return transfer(
    slices,
    columns.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

function movedTimes(times: RequestTimes): RequestTimes {
  return transfer(times, [times.endedNs.buffer, times.tookNs.buffer]);
}
