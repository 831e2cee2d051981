/**
 * Request programs: the tree of steps of a class, flattened to instructions that a task walks
 * through with a program counter. Every draw of a step is keyed by the step's path, so that
 * request n costs the same on every lane.
 */
import { compile, type Sampler } from "../kernel/distribution.ts";
import type { Distribution, Step } from "../scenario/model.ts";

export const OP = {
  cpu: 0,
  cpuReleased: 1,
  io: 2,
  block: 3,
  sleep: 4,
  offload: 5,
  offloadEnd: 6,
  choose: 7,
  jump: 8,
  hold: 9,
  alloc: 10,
  fail: 11,
  acquire: 12,
  release: 13,
  fork: 14,
  end: 15,
  lock: 20,
  atomic: 21,
} as const;

/** One instruction; all have the same shape so that the interpreter stays monomorphic. */
export interface Instruction {
  readonly op: number;
  /** Keys the draws of this step. */
  readonly path: number;
  /** Duration of cpu, io, block, sleep. */
  readonly sampler: Sampler;
  /**
   * Bytes of hold and alloc, probability of fail, time-out (ns) of acquire, operations of atomic,
   * 1 in a lock that is shared and in an offload of slow work.
   */
  readonly value: number;
  /** Target of jump, pool or lock, line of atomic, parts to wait for in fork. */
  index: number;
  /** choose: where each branch begins; fork: where each part begins. */
  readonly targets: Int32Array;
  /** choose: cumulated probabilities. */
  readonly shares: Float64Array;
}

const NO_SAMPLER = compile({ kind: "constant", ns: 0 });
const NO_TARGETS = new Int32Array(0);
const NO_SHARES = new Float64Array(0);

export function compileProgram(steps: readonly Step[]): Instruction[] {
  const program: Instruction[] = [];
  const paths = { next: 0 };
  appendSteps(program, steps, paths);
  append(program, OP.end, paths.next, {});
  return program;
}

interface Paths {
  next: number;
}

function appendSteps(program: Instruction[], steps: readonly Step[], paths: Paths): void {
  for (const step of steps) appendStep(program, step, paths);
}

function appendStep(program: Instruction[], step: Step, paths: Paths): void {
  const path = paths.next++;
  switch (step.kind) {
    case "cpu":
      appendTimed(program, step.gil === "released" ? OP.cpuReleased : OP.cpu, path, step.demand);
      break;
    case "io":
      appendTimed(program, OP.io, path, step.wait);
      break;
    case "block":
      appendTimed(program, OP.block, path, step.wait);
      break;
    case "sleep":
      appendTimed(program, OP.sleep, path, step.wait);
      break;
    case "offload":
      append(program, OP.offload, path, { value: step.slow === true ? 1 : 0 });
      appendSteps(program, step.steps, paths);
      append(program, OP.offloadEnd, path, {});
      break;
    case "choose":
      appendChoice(program, step.branches, path, paths);
      break;
    case "hold":
      append(program, OP.hold, path, { value: step.bytes });
      break;
    case "alloc":
      append(program, OP.alloc, path, { value: step.bytes });
      break;
    case "fail":
      append(program, OP.fail, path, { value: step.p });
      break;
    case "acquire":
      append(program, OP.acquire, path, { index: step.pool, value: step.timeoutNs });
      appendSteps(program, step.steps, paths);
      append(program, OP.release, path, {});
      break;
    case "lock":
      append(program, OP.lock, path, { index: step.lock, value: step.shared ? 1 : 0 });
      appendSteps(program, step.steps, paths);
      append(program, OP.release, path, {});
      break;
    case "atomic":
      append(program, OP.atomic, path, { index: step.line, value: step.ops });
      break;
    case "parallel":
      appendFork(program, step.branches, step.wait, { path, paths });
      break;
  }
}

function appendTimed(program: Instruction[], op: number, path: number, d: Distribution): void {
  append(program, op, path, { sampler: compile(d) });
}

/** choose → branch 1 … jump end → branch 2 … jump end → end; no branch drawn: straight to end. */
function appendChoice(
  program: Instruction[],
  branches: readonly { readonly p: number; readonly steps: readonly Step[] }[],
  path: number,
  paths: Paths,
): void {
  const targets = new Int32Array(branches.length + 1);
  const shares = new Float64Array(branches.length);
  append(program, OP.choose, path, { targets, shares });
  const jumps: Instruction[] = [];
  let share = 0;
  branches.forEach((branch, i) => {
    share += branch.p;
    shares[i] = share;
    targets[i] = program.length;
    appendSteps(program, branch.steps, paths);
    jumps.push(append(program, OP.jump, path, {}));
  });
  targets[branches.length] = program.length;
  for (const jump of jumps) jump.index = program.length;
}

/** fork, jump over the parts, part 1 … end, part 2 … end, and on. */
function appendFork(
  program: Instruction[],
  branches: readonly (readonly Step[])[],
  wait: number,
  at: { path: number; paths: Paths },
): void {
  const targets = new Int32Array(branches.length);
  append(program, OP.fork, at.path, { index: wait, targets });
  const over = append(program, OP.jump, at.path, {});
  let shared: { steps: readonly Step[]; target: number } | undefined;
  branches.forEach((steps, i) => {
    // `"parallel": 10` repeats one list: its parts share instructions and differ in their salt.
    if (shared?.steps === steps) {
      targets[i] = shared.target;
      return;
    }
    targets[i] = program.length;
    shared = { steps, target: program.length };
    appendSteps(program, steps, at.paths);
    append(program, OP.end, at.path, {});
  });
  over.index = program.length;
}

function append(
  program: Instruction[],
  op: number,
  path: number,
  rest: Partial<Omit<Instruction, "op" | "path">>,
): Instruction {
  const instruction: Instruction = {
    op,
    path,
    sampler: rest.sampler ?? NO_SAMPLER,
    value: rest.value ?? 0,
    index: rest.index ?? 0,
    targets: rest.targets ?? NO_TARGETS,
    shares: rest.shares ?? NO_SHARES,
  };
  program.push(instruction);
  return instruction;
}
