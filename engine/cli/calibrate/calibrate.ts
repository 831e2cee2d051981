/**
 * Measures the machine that it runs on: the operating system and whichever of Python, Node, Go and
 * Java it finds. Each runtime's program runs tied to one core, then to two.
 *
 * Left out: what needs other rights or a quiet machine, such as the cost of a futex wake-up, cache
 * refills and the scheduler's tick; those stay as in the reference.
 */
import { cpus, loadavg, release, type } from "node:os";
import type { MeasuredMachineDocument } from "../../scenario/calibration-schema.ts";
import type { Terminal } from "../terminal.ts";
import {
  calibrationDocument,
  parseOutput,
  type RuntimeName,
  type SectionName,
} from "./document.ts";
import {
  coreCount,
  findRuntimes,
  inTemporaryFolder,
  osProgram,
  pinnableCores,
  runProgram,
  type Found,
} from "./programs.ts";

const RUNTIMES: readonly RuntimeName[] = ["python", "node", "go", "java"];

/** Above this many runnable processes on average, the measuring programs do not run alone. */
const BUSY_LOAD = 0.5;

const METHOD =
  "Medians of repeated runs of the programs in engine/cli/calibrate, each tied to one core and to " +
  "two. Hops: a byte through a pipe between two processes, there and back, halved. Creation: " +
  "pthread_create and pthread_join of a thread that returns at once. Sleeps: what was asked for " +
  "against the clock. Beside a busy core: a checksum in C, alone and with a copy on the other core. " +
  "Memory: growth of the resident set per idle unit.";

export interface CalibrateOptions {
  /** Undefined: after the processor. */
  readonly name: string | undefined;
  /** A twentieth of the work, once: for a look, not for figures. */
  readonly isShort: boolean;
  readonly runtimes?: readonly RuntimeName[];
}

interface Job {
  readonly section: SectionName;
  readonly program: Found;
  readonly cores: readonly number[];
}

export function calibrate(
  options: CalibrateOptions,
  terminal: Terminal,
): Promise<MeasuredMachineDocument | undefined> {
  return inTemporaryFolder(async (folder) => {
    const remark = (text: string): void => terminal.err(`${text}\n`);
    if (loadavg()[0]! > BUSY_LOAD) {
      remark("other programs are running: the figures will be too high");
    }
    const found = await findRuntimes(options.runtimes ?? RUNTIMES, folder, remark);
    for (const { name, version } of found) remark(`${name}: ${version}`);
    if (!found.some(({ name }) => name === "python")) {
      remark("without python3 the operating system's costs stay those of the reference");
    }
    const sections: Record<string, object> = {};
    for (const job of jobsFor(found, await pinnableCores())) {
      if (terminal.isInterrupted()) return undefined;
      const section = await done(job, options.isShort ? "short" : "full", terminal);
      if (section !== undefined) sections[job.section] = section;
    }
    if (Object.keys(sections).length === 0) return undefined;
    return calibrationDocument({ ...about(options.name, found), ...sections });
  });
}

function jobsFor(found: readonly Found[], cores: readonly number[]): readonly Job[] {
  const jobs: Job[] = [];
  const python = found.find(({ name }) => name === "python");
  if (python !== undefined) jobs.push({ section: "os", program: osProgram(python), cores: [] });
  for (const program of found) {
    const { name } = program;
    if (cores.length === 0) {
      const section: SectionName = coreCount() > 1 ? `${name}_2cores` : `${name}_1core`;
      jobs.push({ section, program, cores });
      continue;
    }
    jobs.push({ section: `${name}_1core`, program, cores: cores.slice(0, 1) });
    if (cores.length > 1) {
      jobs.push({ section: `${name}_2cores`, program, cores: cores.slice(0, 2) });
    }
  }
  return jobs;
}

async function done(
  { section, program, cores }: Job,
  mode: "full" | "short",
  terminal: Terminal,
): Promise<object | undefined> {
  terminal.err(`measuring ${section} ...`);
  const start = terminal.seconds();
  const reply = await runProgram(program, mode, cores);
  const output =
    reply.kind === "ok"
      ? parseOutput(reply.out)
      : ({ kind: "wrong", message: reply.message } as const);
  if (output.kind === "wrong") {
    terminal.err(` left out: ${output.message}\n`);
    return undefined;
  }
  terminal.err(` ${(terminal.seconds() - start).toFixed(1)} s\n`);
  return output.section;
}

/** Nothing that names the machine's owner: the document may end up in a link. */
function about(name: string | undefined, found: readonly Found[]): object {
  const cpu = (cpus()[0]?.model ?? "").trim().slice(0, 100);
  const cores = coreCount();
  return {
    name: name ?? `${cpu === "" ? "this machine" : cpu}, ${cores} cores`.slice(0, 80),
    date: new Date().toISOString().slice(0, 10),
    ...(cpu === "" ? {} : { cpu }),
    cores,
    system: `${type()} ${release()}`.slice(0, 120),
    versions: Object.fromEntries(found.map(({ name: of, version }) => [of, version.slice(0, 80)])),
    method: METHOD,
  };
}
