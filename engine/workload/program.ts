/**
 * Request programs: the tree of steps of a class, flattened to instructions that a task walks
 * through with a program counter. Every draw of a step is keyed by the step's path, so that
 * request n costs the same on every lane.
 */
import { compile, type Sampler } from "../kernel/distribution.ts";
import { NONE } from "../kernel/rows.ts";
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
  send: 40,
  receive: 41,
  close: 42,
  select: 43,
  spawn: 44,
  panic: 45,
  lock: 20,
  atomic: 21,
  holdPooled: 60,
  allocPooled: 61,
} as const;

/** One instruction; all have the same shape so that the interpreter stays monomorphic. */
export interface Instruction {
  readonly op: number;
  /** Keys the draws of this step. */
  readonly path: number;
  /** Duration of cpu, io, block, sleep. */
  readonly sampler: Sampler;
  /**
   * Bytes of hold and alloc, probability of fail and panic, time-out (ns) of acquire and select,
   * operations of atomic, 1 in a lock that is shared and in an offload of slow
   * work.
   */
  readonly value: number;
  /** Target of jump; pool, pool of objects, lock or channel; line of atomic; parts to wait for in fork. */
  index: number;
  /**
   * choose, fork, spawn: where each branch or part begins; select: each case, then the time-out and
   * the default, or NONE.
   */
  readonly targets: Int32Array;
  /** choose: cumulated probabilities. */
  readonly shares: Float64Array;
  /** select: 2 × channel of each case, one more where it sends. */
  readonly operations: Int32Array;
}

const NO_SAMPLER = compile({ kind: "constant", ns: 0 });
const NO_TARGETS = new Int32Array(0);
const NO_SHARES = new Float64Array(0);
const NO_OPERATIONS = new Int32Array(0);

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
      appendMemory(program, step, path);
      break;
    case "alloc":
      appendMemory(program, step, path);
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
    case "send":
    case "receive":
    case "close":
      append(program, OP[step.kind], path, { index: step.channel });
      break;
    case "select":
      appendSelect(program, step, path, paths);
      break;
    case "spawn":
      appendSpawn(program, step.steps, path, paths);
      break;
    case "panic":
      append(program, OP.panic, path, { value: step.p });
      break;
  }
}

function appendMemory(
  program: Instruction[],
  { kind, bytes, objectPool }: Extract<Step, { bytes: number }>,
  path: number,
): void {
  if (objectPool === undefined) append(program, OP[kind], path, { value: bytes });
  else append(program, OP[`${kind}Pooled`], path, { value: bytes, index: objectPool });
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

/** select → case 1 … jump end → … → time-out … jump end → default … jump end → end. */
function appendSelect(
  program: Instruction[],
  step: Extract<Step, { kind: "select" }>,
  path: number,
  paths: Paths,
): void {
  const { cases, timeoutNs, timeoutSteps, otherwise } = step;
  const n = cases.length;
  const targets = new Int32Array(n + 2).fill(NONE);
  const operations = Int32Array.from(cases, (it) => 2 * it.channel + (it.sends ? 1 : 0));
  append(program, OP.select, path, { targets, operations, value: timeoutNs });
  const lists = [
    ...cases.map(({ steps }) => steps),
    timeoutNs < Infinity ? timeoutSteps : undefined,
    otherwise,
  ];
  const jumps: Instruction[] = [];
  lists.forEach((steps, i) => {
    if (steps === undefined) return;
    targets[i] = program.length;
    appendSteps(program, steps, paths);
    jumps.push(append(program, OP.jump, path, {}));
  });
  for (const jump of jumps) jump.index = program.length;
}

/** spawn, jump over what is spawned, its steps … end, and on. */
function appendSpawn(
  program: Instruction[],
  steps: readonly Step[],
  path: number,
  paths: Paths,
): void {
  const targets = new Int32Array(1);
  append(program, OP.spawn, path, { targets });
  const over = append(program, OP.jump, path, {});
  targets[0] = program.length;
  appendSteps(program, steps, paths);
  append(program, OP.end, path, {});
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
    operations: rest.operations ?? NO_OPERATIONS,
  };
  program.push(instruction);
  return instruction;
}
