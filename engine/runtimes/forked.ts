/**
 * The memory of worker processes that were forked from one parent (gunicorn with `preload_app`,
 * uWSGI, `multiprocessing`): pages are shared until somebody writes to them. In Python reading an
 * object writes its reference count, and the cyclic collector writes to the header of all of them.
 *
 * 1. Forked: a worker has a little memory of its own, the rest is the parent's.
 * 2. It has served something: the pages of what it used are its own.
 * 3. Its collector has been through all objects: the pages of all objects are its own.
 *
 * What is shared is booked in equal parts, as the kernel's proportional set size is. Left out:
 * that pages diverge one after the other, and the parent's own work.
 */
import { PROCESS, type Memory } from "../machine/memory.ts";
import type { CostValues } from "./profiles/profile.ts";

const FORKED = 0;
const USED = 1;
const COLLECTED = 2;

export class ForkedMemory {
  private readonly memory: Memory;
  private readonly costs: CostValues;
  /** How far each process has come. */
  private readonly stage: Uint8Array;

  constructor(memory: Memory, costs: CostValues, processes: number) {
    this.memory = memory;
    this.costs = costs;
    this.stage = new Uint8Array(processes);
  }

  start(process: number): void {
    const { processBytes, forkBytes } = this.costs;
    this.stage[process] = FORKED;
    this.memory.add(process, PROCESS, processBytes / this.stage.length + forkBytes);
  }

  /** The process serves something. */
  use(process: number): void {
    if (this.stage[process] !== FORKED) return;
    this.stage[process] = USED;
    this.memory.add(process, PROCESS, this.costs.processBytes * this.costs.forkUsed);
  }

  /** All objects of the process have been traversed. */
  collected(process: number): void {
    if (this.stage[process] === COLLECTED) return;
    this.use(process);
    this.stage[process] = COLLECTED;
    const { processBytes, forkUsed, forkCollected } = this.costs;
    this.memory.add(process, PROCESS, processBytes * Math.max(0, forkCollected - forkUsed));
  }
}
