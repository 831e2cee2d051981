/**
 * The command line without its process: runs one action against a terminal and answers with the
 * exit status. Results go to standard output, everything else to standard error.
 */
import type { ParseReply, Problem, RunResult, Scenario } from "../api.ts";
import { decodeLink, encodeLink } from "../link.ts";
import { runResult } from "../run-result.ts";
import { prettyJson, prettyText } from "../scenario/canonical.ts";
import { didYouMean } from "../scenario/fields.ts";
import { parseJsonText } from "../scenario/json-text.ts";
import { setPath } from "../scenario/set-path.ts";
import { parseScenario } from "../scenario/validate.ts";
import { ENGINE_VERSION } from "../version.ts";
import { type Action, USAGE, parseArguments } from "./arguments.ts";
import { readScenarioText, readTextFile, shippedNames, writeTextFile } from "./files.ts";
import { reportText } from "./report.ts";
import type { Terminal } from "./terminal.ts";

const FINE = 0;
const WRONG = 1;
const BAD_USAGE = 2;
/** 128 + SIGINT, as shells expect it. */
const INTERRUPTED = 130;

export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const action = parseArguments(argv);
  switch (action.kind) {
    case "run":
      return run(action, terminal);
    case "validate":
      return validate(action.sources, terminal);
    case "list":
      return list(terminal);
    case "link":
      return link(action.source, terminal);
    case "open":
      return open(action.link, terminal);
    case "calibrate":
      return calibrateMachine(action, terminal);
    case "help":
      terminal.out(USAGE);
      return FINE;
    case "version":
      terminal.out(`${ENGINE_VERSION}\n`);
      return FINE;
    case "usage":
      terminal.err(`${action.message}\n\n${USAGE}`);
      return BAD_USAGE;
  }
}

// ---- run ----------------------------------------------------------------------------------------

type RunAction = Extract<Action, { kind: "run" }>;

async function run(action: RunAction, terminal: Terminal): Promise<number> {
  const file = readScenarioText(action.source);
  if (file.kind === "missing") return badUsage(file.message, terminal);
  const measured = readCalibration(action.calibration);
  if (measured.kind === "missing") return badUsage(measured.message, terminal);
  if (measured.kind === "rejected") return wrong(action.calibration!, measured.problems, terminal);
  const reply = changedScenario(file.text, action, measured.value);
  if (reply.kind === "rejected") return wrong(action.source, reply.problems, terminal);
  const { scenario } = reply;
  const names = scenario.lanes.map((lane) => lane.name);
  const unknown = action.lanes.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const listed = names.map((name) => `"${name}"`).join(", ");
    return badUsage(
      `there is no lane "${unknown}"; there is ${listed}${didYouMean(unknown, names)}`,
      terminal,
    );
  }
  const indices = names.flatMap((name, index) =>
    action.lanes.length === 0 || action.lanes.includes(name) ? [index] : [],
  );
  const { runLanes } = await import("./run.ts");
  const { lanes, remarks, isCut } = await runLanes(scenario, indices, terminal);
  const result = runResult(scenario, lanes);
  terminal.out(action.json ? `${JSON.stringify(result, undefined, 2)}\n` : reportText(result));
  for (const remark of remarks) terminal.err(`${remark}\n`);
  if (terminal.isInterrupted()) return INTERRUPTED;
  if (isCut) return WRONG;
  if (!action.assertSlo) return FINE;
  return remarks.length > 0 ? WRONG : goalStatus(result, terminal);
}

/** The scenario of a file after `--calibration`, `--seed` and `--set`. */
function changedScenario(text: string, action: RunAction, calibration: unknown): ParseReply {
  const json = parseJsonText(text);
  if (json.kind === "rejected") return json;
  const seed = action.seed === undefined ? [] : [{ path: "seed", value: action.seed }];
  let document = json.value;
  const settings = [...seed, ...action.settings];
  // A document that is wrong already is reported as such, not as a path that leads nowhere.
  const before = parseScenario(document);
  if (before.kind === "rejected") return before;
  if (calibration !== undefined)
    settings.unshift({ path: "machine.calibration", value: calibration });
  for (const { path, value } of settings) {
    const reply = setPath(document, path, value);
    if (reply.kind === "rejected") return reply;
    ({ document } = reply);
  }
  return parseScenario(document);
}

/** What a calibration file holds; whether it is right is found out with the scenario it goes into. */
function readCalibration(file: string | undefined) {
  if (file === undefined) return { kind: "ok", value: undefined } as const;
  const reply = readTextFile(file);
  return reply.kind === "missing" ? reply : parseJsonText(reply.text);
}

/** Claims that fail, goals included, miss their mark; undecided ones are told but do no harm. */
function goalStatus(result: RunResult, terminal: Terminal): number {
  let status = FINE;
  for (const lane of result.lanes) {
    for (const { metric, value, verdict } of lane.claims) {
      if (verdict === "holds") continue;
      terminal.err(`${lane.name}: ${metric} ${verdict}, got ${value ?? "no value"}\n`);
      if (verdict === "fails") status = WRONG;
    }
  }
  return status;
}

// ---- calibrate ----------------------------------------------------------------------------------

async function calibrateMachine(
  action: Extract<Action, { kind: "calibrate" }>,
  terminal: Terminal,
): Promise<number> {
  const { calibrate } = await import("./calibrate/calibrate.ts");
  const document = await calibrate(action, terminal);
  if (document === undefined) {
    if (terminal.isInterrupted()) return INTERRUPTED;
    terminal.err("nothing could be measured\n");
    return WRONG;
  }
  const text = prettyJson(document);
  if (action.out === undefined) terminal.out(text);
  else {
    const problem = writeTextFile(action.out, text);
    if (problem !== undefined) return badUsage(problem, terminal);
    terminal.err(`written to ${action.out}\n`);
  }
  return FINE;
}

// ---- Documents ----------------------------------------------------------------------------------

function validate(sources: readonly string[], terminal: Terminal): number {
  let status = FINE;
  for (const source of sources) {
    const file = readScenarioText(source);
    if (file.kind === "missing") {
      status = badUsage(file.message, terminal);
      continue;
    }
    const reply = parseScenario(file.text);
    if (reply.kind === "rejected") {
      status = Math.max(status, wrong(source, reply.problems, terminal));
    }
  }
  return status;
}

function list(terminal: Terminal): number {
  const names = shippedNames();
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const title = shippedTitle(name);
    terminal.out(`${name.padEnd(width)}  ${title}\n`);
  }
  return FINE;
}

function shippedTitle(name: string): string {
  const file = readScenarioText(name);
  const reply = file.kind === "ok" ? parseScenario(file.text) : undefined;
  return reply?.kind === "ok" ? reply.scenario.name : "(cannot be read)";
}

async function link(source: string, terminal: Terminal): Promise<number> {
  const file = readScenarioText(source);
  if (file.kind === "missing") return badUsage(file.message, terminal);
  const reply = parseScenario(file.text);
  if (reply.kind === "rejected") return wrong(source, reply.problems, terminal);
  const made = await encodeLink(reply.scenario);
  if (made.kind === "rejected") return wrong(source, made.problems, terminal);
  terminal.out(`#${made.hash}\n`);
  return FINE;
}

async function open(text: string, terminal: Terminal): Promise<number> {
  const reply = await decodeLink(text);
  if (reply.kind === "rejected") return wrong("link", reply.problems, terminal);
  const scenario: Scenario = reply.scenario;
  terminal.out(prettyText(scenario));
  return FINE;
}

function badUsage(message: string, terminal: Terminal): number {
  terminal.err(`${message}\n`);
  return BAD_USAGE;
}

/** One line per problem. */
function wrong(source: string, problems: readonly Problem[], terminal: Terminal): number {
  for (const { path, message } of problems) {
    terminal.err(`${source}: ${path === "" ? "" : `${path}: `}${message}\n`);
  }
  return WRONG;
}
