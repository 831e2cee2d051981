/**
 * The measuring programs and what runs them. No shell is involved: programs are started with a
 * list of arguments, a time limit, and a limit on what they may print.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { coresOf, type RuntimeName } from "./document.ts";

const VERSION_LIMIT_MS = 10_000;
const BUILD_LIMIT_MS = 60_000;
const PROGRAM_LIMIT_MS = 60_000;
const OUTPUT_MAX = 1 << 20;

type Reply =
  | { readonly kind: "ok"; readonly out: string; readonly err: string }
  | { readonly kind: "failed"; readonly message: string };

/** A runtime that was found: how to start its measuring program. */
export interface Found {
  readonly name: RuntimeName;
  readonly version: string;
  readonly command: string;
  readonly before: readonly string[];
}

function start(command: string, argv: readonly string[], limitMs: number): Promise<Reply> {
  const options = {
    timeout: limitMs,
    killSignal: "SIGKILL",
    maxBuffer: OUTPUT_MAX,
    // Go may build what is here, and fetch nothing.
    env: { ...process.env, GOTOOLCHAIN: "local", GOPROXY: "off", GO111MODULE: "off" },
  } as const;
  return new Promise((resolve) => {
    execFile(command, argv, options, (error, out, err) => {
      if (error === null) resolve({ kind: "ok", out, err });
      else if (error.killed === true) {
        resolve({ kind: "failed", message: `took longer than ${limitMs / 1000} s` });
      } else resolve({ kind: "failed", message: firstLine(err) || error.message });
    });
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0]!.slice(0, 200);
}

/** Beside this file in the repository, in `engine/cli/calibrate/` seen from the built program. */
function programFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  if (existsSync(join(folder, "measure.py"))) return folder;
  for (let up = 0; up < 3; up++) {
    folder = dirname(folder);
    const candidate = join(folder, "engine/cli/calibrate");
    if (existsSync(join(candidate, "measure.py"))) return candidate;
  }
  throw new Error("the folder engine/cli/calibrate/ is missing: install the program anew");
}

// ---- What there is ------------------------------------------------------------------------------

const VERSION_ARGUMENTS: Readonly<Record<RuntimeName, readonly [string, string]>> = {
  python: ["python3", "--version"],
  node: [process.execPath, "--version"],
  go: ["go", "version"],
  java: ["java", "-version"],
};

/** The runtimes of this machine; `remark` is told of those that are missing. */
export async function findRuntimes(
  names: readonly RuntimeName[],
  folder: string,
  remark: (text: string) => void,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const name of names) {
    const [command, argument] = VERSION_ARGUMENTS[name];
    const reply = await start(command, [argument], VERSION_LIMIT_MS);
    if (reply.kind === "failed") {
      remark(`${name}: not found, left out`);
      continue;
    }
    const version = firstLine(reply.out) || firstLine(reply.err);
    const program = await programOf(name, folder);
    if (program.kind === "failed") remark(`${name}: left out: ${program.message}`);
    else found.push({ name, version, command: program.command, before: program.before });
  }
  return found;
}

type Program =
  | { readonly kind: "ok"; readonly command: string; readonly before: readonly string[] }
  | { readonly kind: "failed"; readonly message: string };

async function programOf(name: RuntimeName, folder: string): Promise<Program> {
  const source = (file: string): string => join(programFolder(), file);
  switch (name) {
    case "python":
      return { kind: "ok", command: "python3", before: [source("measure.py"), "python"] };
    case "node":
      return { kind: "ok", command: process.execPath, before: [source("measure.mjs")] };
    case "java":
      return { kind: "ok", command: "java", before: [source("Measure.java")] };
    case "go": {
      const binary = join(folder, "measure");
      const reply = await start(
        "go",
        ["build", "-o", binary, source("measure.go")],
        BUILD_LIMIT_MS,
      );
      return reply.kind === "ok" ? { kind: "ok", command: binary, before: [] } : reply;
    }
  }
}

/** The operating system is measured by the Python program's other half. */
export function osProgram(python: Found): Found {
  return { ...python, before: [python.before[0]!, "os"] };
}

// ---- Running them -------------------------------------------------------------------------------

/** Which cores a program may be tied to; empty where nothing can be tied. */
export async function pinnableCores(): Promise<readonly number[]> {
  const reply = await start("taskset", ["--version"], VERSION_LIMIT_MS);
  if (reply.kind === "failed" || !existsSync("/proc/self/status")) return [];
  const status = readFileSync("/proc/self/status", "utf8");
  return coresOf(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? "");
}

/** How many cores there are to measure on, whether or not a program can be tied to them. */
export function coreCount(): number {
  return availableParallelism();
}

/** Runs a measuring program, on these cores alone unless there are none. */
export function runProgram(
  program: Found,
  mode: "full" | "short",
  cores: readonly number[],
): Promise<Reply> {
  const argv = [...program.before, mode];
  return cores.length === 0
    ? start(program.command, argv, PROGRAM_LIMIT_MS)
    : start("taskset", ["-c", cores.join(","), program.command, ...argv], PROGRAM_LIMIT_MS);
}

/** A folder for what has to be built, gone afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "interleave-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
