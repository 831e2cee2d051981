/**
 * What a runtime's memory manager does besides counting bytes: when it collects, who pays for it
 * with processor time, who has to wait for it. One file per collector.
 *
 * Garbage is dead the moment it is allocated, what a request holds lives until it ends: programs
 * say no more. What is shared by all is that bytes stand in the memory account until they are
 * given back, and that pages which a collector has freed but not returned to the kernel are not
 * counted.
 */
import { DUE, NOW, type EventQueue } from "../../kernel/queue.ts";
import type { Machine } from "../../machine/machine.ts";
import { GARBAGE, HEAP, type Memory } from "../../machine/memory.ts";
import type { Ledger, TaskId } from "../../measure/ledger.ts";
import type { CostValues } from "../profiles/profile.ts";
import { GO_ON, type RuntimeModel } from "../runtime.ts";

/** There is no memory for it: the request fails. */
export const OUT_OF_MEMORY = -2;

/** What every collector is built from. */
export interface CollectorParts {
  readonly queue: EventQueue;
  readonly ledger: Ledger;
  readonly machine: Machine;
  readonly memory: Memory;
  readonly costs: CostValues;
  readonly processes: number;
  /** Where the length (ns) of an action goes that a collector answers with. */
  readonly waitNs: Float64Array;
  /** The place of tasks that help the collector or wait for it; NONE where there is none. */
  readonly place: number;
  /** Kind of the collector's events; `a` is the process, `b` what is to happen. */
  readonly eventKind: number;
  readonly runtime: Pick<RuntimeModel, "resume" | "advance">;
  /** All objects of a process have been traversed, and so written to. */
  readonly traversed: (process: number) => void;
}

export abstract class Collector {
  /** Collections so far, over all processes. */
  collections = 0;
  protected readonly parts: CollectorParts;

  constructor(parts: CollectorParts) {
    this.parts = parts;
  }

  /** `bytes` of garbage are made by `task`: GO_ON, OUT_OF_MEMORY, or what it must do (`ACTION`). */
  allocated(process: number, bytes: number, task: TaskId): number {
    this.parts.memory.add(process, GARBAGE, bytes);
    return this.grown(process, bytes, task);
  }

  /** `bytes` are taken that live until `released`; the answer as of `allocated`. */
  held(process: number, bytes: number, task: TaskId): number {
    this.parts.memory.add(process, HEAP, bytes);
    return this.grown(process, bytes, task);
  }

  /** What the task held is garbage from now on. */
  released(process: number, bytes: number, _task: TaskId): void {
    this.parts.memory.add(process, HEAP, -bytes);
    this.parts.memory.add(process, GARBAGE, bytes);
  }

  /** A pool takes `bytes` for an object that no task owns; the answer as of `allocated`. */
  pooled(process: number, bytes: number, task: TaskId): number {
    this.parts.memory.add(process, HEAP, bytes);
    return this.grown(process, bytes, task);
  }

  /** `task` waits for a timer, whose objects live until `timerFired`; the answer as of `allocated`. */
  timerMade(_process: number, _task: TaskId): number {
    return GO_ON;
  }

  timerFired(_process: number, _task: TaskId): void {
    // Most runtimes keep no objects for it, or reuse them.
  }

  /** The heap of `process` has grown by `bytes`. */
  protected abstract grown(process: number, bytes: number, task: TaskId): number;

  /** The process has died; its threads and its memory are gone. */
  abstract died(process: number): void;

  /** An event that `schedule` has made. */
  handle(_process: number, _what: number): void {
    // Most collectors need none.
  }

  /** What a thread is called that belongs to the collector. */
  threadLabel(_thread: number): string | undefined {
    return undefined;
  }

  protected get nowNs(): number {
    return this.parts.queue.clock[NOW]!;
  }

  /** `handle(process, what)` in `ns`; the event's handle. */
  protected schedule(process: number, what: number, ns: number): number {
    const { queue, eventKind } = this.parts;
    queue.clock[DUE] = queue.clock[NOW]! + ns;
    return queue.push(eventKind, process, what);
  }

  /** Bytes of the heap, live or not. */
  protected heapOf(process: number): number {
    const { memory } = this.parts;
    return memory.of(process, HEAP) + memory.of(process, GARBAGE);
  }
}

/** Garbage disappears at no cost: the runtime that theory is tested with. */
export class FreedAtOnce extends Collector {
  protected grown(process: number): number {
    this.freeAll(process);
    return GO_ON;
  }

  override released(process: number, bytes: number, task: TaskId): void {
    super.released(process, bytes, task);
    this.freeAll(process);
  }

  private freeAll(process: number): void {
    const { memory } = this.parts;
    memory.add(process, GARBAGE, -memory.of(process, GARBAGE));
  }

  died(): void {
    // Nothing is remembered.
  }
}
