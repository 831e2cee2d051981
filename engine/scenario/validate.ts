/**
 * From anything to a scenario, or to every problem that stands in the way. Order matters: is it
 * JSON, is it plain data, is it of the right shape, do its parts fit together, do the lanes'
 * overrides and changes fit in, can it be computed in bearable time. What comes out is safe to
 * simulate.
 */
import type { ParseReply, Problem } from "../api.ts";
import { changeProblem } from "./change-rules.ts";
import { changed } from "./changes.ts";
import { costProblem } from "./cost.ts";
import { show } from "./fields.ts";
import { parseJsonText } from "./json-text.ts";
import { laneModel, modelOf } from "./lane-model.ts";
import { laneDocument } from "./overrides.ts";
import { pathText, plainDataProblems } from "./plain-data.ts";
import { ruleProblems } from "./rules.ts";
import { type Scenario, scenarioSchema } from "./schema.ts";
import { durationNs } from "./units.ts";

/** A document with more mistakes than this is the wrong document. */
const PROBLEMS_MAX = 50;

/** `input` is JSON text or a document. The keys of the answer stand in the order of the format. */
export function parseScenario(input: unknown): ParseReply {
  let value = input;
  if (typeof input === "string") {
    const reply = parseJsonText(input);
    if (reply.kind === "rejected") return reply;
    value = reply.value;
  }
  const plain = plainDataProblems(value);
  if (plain.length > 0) return rejected(plain);
  const reply = parseDocument(value);
  if (reply.kind === "rejected") return reply;
  const { scenario } = reply;
  for (const problemsOf of [overrideProblems, changeProblems]) {
    const problems = scenario.lanes.flatMap((_, lane) => problemsOf(scenario, lane));
    if (problems.length > 0) return rejected(problems);
  }
  const costs = scenario.lanes.flatMap((_, lane) => laneCostProblems(scenario, lane));
  return costs.length > 0 ? rejected(costs) : reply;
}

function laneCostProblems(scenario: Scenario, lane: number): readonly Problem[] {
  const model = laneModel(scenario, lane);
  const excess = costProblem(model);
  if (excess === undefined) {
    // Each phase is held to what the whole run may cost.
    return model.changes.flatMap(({ model: next }, i) => {
      const message = costProblem(next)?.message;
      return message === undefined ? [] : [{ path: `lanes[${lane}].changes[${i}]`, message }];
    });
  }
  const { part, message } = excess;
  if (part === "runtime") return [{ path: `lanes[${lane}].runtime`, message }];
  const hasOverrides = scenario.lanes[lane]!.overrides !== undefined;
  return [{ path: hasOverrides ? `lanes[${lane}].overrides` : part, message }];
}

function parseDocument(value: unknown): ParseReply {
  const reply = scenarioSchema.safeParse(value);
  if (!reply.success) {
    return rejected(
      reply.error.issues.map(({ path, message }) => ({ path: pathText(path), message })),
    );
  }
  const problems = ruleProblems(reply.data);
  return problems.length > 0 ? rejected(problems) : { kind: "ok", scenario: reply.data };
}

/** The base document is right, so whatever is wrong with the merged one is the override's doing. */
function overrideProblems(scenario: Scenario, lane: number): readonly Problem[] {
  if (scenario.lanes[lane]!.overrides === undefined) return [];
  const reply = parseDocument(laneDocument(scenario, lane));
  if (reply.kind === "ok") return [];
  const prefix = `lanes[${lane}].overrides`;
  return reply.problems.map(({ path, message }) => ({
    path: path === "" || path.startsWith("[") ? prefix + path : `${prefix}.${path}`,
    message,
  }));
}

/** Each change is tried on what the ones before it have made of the document. */
function changeProblems(scenario: Scenario, lane: number): readonly Problem[] {
  const { changes = [] } = scenario.lanes[lane]!;
  const first = laneDocument(scenario, lane);
  let document = first;
  let lastNs = 0;
  for (const [i, { at, set }] of changes.entries()) {
    const path = `lanes[${lane}].changes[${i}]`;
    const atNs = durationNs(at);
    if (atNs < lastNs || atNs >= durationNs(first.duration)) {
      const message = `expected a moment within the run ("${first.duration}") and after the change before, got "${at}"`;
      return [{ path: `${path}.at`, message }];
    }
    const next = changedDocument(document, lane, set);
    if (next.kind === "rejected") {
      return next.problems.map((it) => ({ ...it, path: `${path}.set[${show(it.path)}]` }));
    }
    const before = modelOf(document, lane, first.machine);
    const message = changeProblem(before, modelOf(next.scenario, lane, first.machine));
    if (message !== undefined) return [{ path: `${path}.set`, message }];
    document = next.scenario;
    lastNs = atNs;
  }
  return [];
}

/** A problem's path is that of the value that was set, or where the document is wrong with it. */
function changedDocument(
  document: Scenario,
  lane: number,
  set: Readonly<Record<string, unknown>>,
): ParseReply {
  const reply = changed(document, lane, set);
  return reply.kind === "rejected" ? reply : parseDocument(reply.document);
}

function rejected(problems: readonly Problem[]): ParseReply {
  const seen = new Set<string>();
  const distinct = problems.filter(({ path, message }) => {
    const key = `${path}: ${message}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
  return { kind: "rejected", problems: distinct.slice(0, PROBLEMS_MAX) };
}
