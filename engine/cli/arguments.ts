/** What the command line asks for: arguments in, one action out, nothing done yet. */
import { didYouMean } from "../scenario/fields.ts";

export type Action =
  | {
      readonly kind: "run";
      readonly source: string;
      readonly json: boolean;
      readonly assertSlo: boolean;
      readonly seed: number | undefined;
      /** Values to change first, in the order given. */
      readonly settings: readonly Setting[];
      /** File with the calibration to run on; undefined: what the scenario says. */
      readonly calibration: string | undefined;
      /** Empty: all of them. */
      readonly lanes: readonly string[];
    }
  | { readonly kind: "validate"; readonly sources: readonly string[] }
  | {
      readonly kind: "calibrate";
      /** Undefined: to standard output. */
      readonly out: string | undefined;
      readonly name: string | undefined;
      readonly isShort: boolean;
    }
  | { readonly kind: "list" }
  | { readonly kind: "link"; readonly source: string }
  | { readonly kind: "open"; readonly link: string }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "usage"; readonly message: string };

export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

export const USAGE = `usage: sim <command>

  run FILE|NAME [--json] [--seed N] [--set PATH=VALUE]... [--lane NAME]... [--assert-slo]
      [--calibration FILE]
                     run a scenario; --json prints the result document
  validate FILE...   check files; one line per problem
  list               the scenarios that ship with it
  link FILE|NAME     print a share link's part after the address
  open LINK          print the scenario in a link
  calibrate [--out FILE] [--name NAME] [--short]
                     measure this machine and the runtimes on it: a calibration document

exit status: 0 fine, 1 a scenario is wrong or a goal is missed, 2 bad usage, 130 interrupted
`;

const COMMANDS = ["run", "validate", "list", "link", "open", "calibrate", "help", "version"];
const LATER = ["export", "sweep"];

export function parseArguments(argv: readonly string[]): Action {
  const [command, ...rest] = argv;
  if (command === undefined) return usage("expected a command");
  if (LATER.includes(command)) return usage(`"${command}" is not supported yet`);
  if (command === "--help" || command === "-h" || rest.includes("--help")) return { kind: "help" };
  switch (command) {
    case "run":
      return runAction(rest);
    case "validate":
      return rest.length > 0
        ? withoutOptions(rest, { kind: "validate", sources: rest })
        : usage("validate: expected at least one file");
    case "link":
      return one(rest, "file or name", (source) => ({ kind: "link", source }));
    case "open":
      return one(rest, "link", (link) => ({ kind: "open", link }));
    case "calibrate":
      return calibrateAction(rest);
    case "list":
    case "help":
      return rest.length === 0 ? { kind: command } : usage(`${command}: expected nothing after it`);
    case "version":
    case "--version":
      return { kind: "version" };
    default:
      return usage(`there is no command "${command}"${didYouMean(command, COMMANDS)}`);
  }
}

function usage(message: string): Action {
  return { kind: "usage", message };
}

function withoutOptions(values: readonly string[], action: Action): Action {
  const option = values.find((value) => value.startsWith("--"));
  return option === undefined ? action : usage(`there is no option "${option}" here`);
}

function one(values: readonly string[], what: string, action: (value: string) => Action): Action {
  const [value] = values;
  if (value === undefined || values.length > 1) return usage(`expected one ${what}`);
  return withoutOptions(values, action(value));
}

// ---- run ----------------------------------------------------------------------------------------

const RUN_OPTIONS = ["--json", "--seed", "--set", "--lane", "--assert-slo", "--calibration"];

function runAction(rest: readonly string[]): Action {
  const sources: string[] = [];
  const settings: Setting[] = [];
  const lanes: string[] = [];
  let [json, assertSlo, seed] = [false, false, undefined as number | undefined];
  let calibration: string | undefined;
  for (let i = 0; i < rest.length; i++) {
    const { name, value, inline } = optionAt(rest, i);
    if (name === undefined) {
      sources.push(rest[i]!);
      continue;
    }
    if (!RUN_OPTIONS.includes(name)) {
      return usage(`there is no option "${name}"${didYouMean(name, RUN_OPTIONS)}`);
    }
    if (name === "--json" || name === "--assert-slo") {
      if (inline) return usage(`${name} takes no value`);
      if (name === "--json") json = true;
      else assertSlo = true;
      continue;
    }
    if (value === undefined) return usage(`${name}: expected a value after it`);
    if (!inline) i++;
    if (name === "--lane") lanes.push(value);
    if (name === "--calibration") calibration = value;
    if (name === "--set") {
      const setting = parseSetting(value);
      if (setting === undefined) return usage(`--set: expected PATH=VALUE, got "${value}"`);
      settings.push(setting);
    }
    if (name === "--seed") {
      if (!/^\d{1,10}$/.test(value))
        return usage(`--seed: expected a whole number, got "${value}"`);
      seed = Number(value);
    }
  }
  return one(sources, "file or name", (source) => ({
    kind: "run",
    source,
    json,
    assertSlo,
    seed,
    settings,
    calibration,
    lanes,
  }));
}

// ---- calibrate ----------------------------------------------------------------------------------

const CALIBRATE_OPTIONS = ["--out", "--name", "--short"];

function calibrateAction(rest: readonly string[]): Action {
  let [out, title, isShort] = [
    undefined as string | undefined,
    undefined as string | undefined,
    false,
  ];
  for (let i = 0; i < rest.length; i++) {
    const { name, value, inline } = optionAt(rest, i);
    if (name === undefined)
      return usage(`calibrate: expected nothing but options, got "${rest[i]!}"`);
    if (!CALIBRATE_OPTIONS.includes(name)) {
      return usage(`there is no option "${name}"${didYouMean(name, CALIBRATE_OPTIONS)}`);
    }
    if (name === "--short") {
      if (inline) return usage(`${name} takes no value`);
      isShort = true;
      continue;
    }
    if (value === undefined) return usage(`${name}: expected a value after it`);
    if (!inline) i++;
    if (name === "--out") out = value;
    else title = value;
  }
  if (title !== undefined && (title === "" || title.length > 80)) {
    return usage("--name: expected 1 to 80 characters");
  }
  return { kind: "calibrate", out, name: title, isShort };
}

/** `--name value` or `--name=value`; `--set a=1` has its own equals sign further on. */
function optionAt(values: readonly string[], at: number) {
  const text = values[at]!;
  if (!text.startsWith("--")) return { name: undefined, value: undefined, inline: false };
  const equals = text.indexOf("=");
  if (equals > 0)
    return { name: text.slice(0, equals), value: text.slice(equals + 1), inline: true };
  return { name: text, value: values[at + 1], inline: false };
}

/** JSON where it is JSON, else the text itself: `threads=50`, `duration=5s`, `gil=false`. */
function parseSetting(text: string): Setting | undefined {
  const equals = text.indexOf("=");
  if (equals < 1) return undefined;
  const path = text.slice(0, equals);
  const value = text.slice(equals + 1);
  try {
    return { path, value: JSON.parse(value) as unknown };
  } catch {
    return { path, value };
  }
}
