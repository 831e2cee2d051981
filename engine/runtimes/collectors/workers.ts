/**
 * Threads of a collector's own: they share the cores with the program's threads, and go on while
 * the world is stopped, where they are told to.
 */
import { fifos, NONE, resized, type Fifo } from "../../kernel/rows.ts";
import type { ThreadOwner } from "../../machine/cores.ts";
import { COLLECTOR, type Machine, type ThreadId } from "../../machine/machine.ts";
import { SLICE } from "../../measure/trace.ts";
import type { CollectorParts } from "./collector.ts";

export class CollectorThreads {
  private readonly machine: Machine;
  /** Decides about all other threads; known from the first work on. */
  private program: ThreadOwner | undefined = undefined;
  private readonly threads: readonly Fifo[];
  private readonly stopsWithWorld: boolean;
  private readonly label: string;
  /** Called when all threads of a process have done their work. */
  private readonly done: (process: number) => void;
  private readonly busy: Int32Array;
  // Thread columns.
  /** 1: is one of these. */
  private isOwn!: Uint8Array;
  /** Work (ns) that the thread has still to begin; −1 once it has. */
  private work!: Float64Array;

  constructor(
    parts: CollectorParts,
    kind: { readonly label: string; readonly stopsWithWorld: boolean },
    done: (process: number) => void,
  ) {
    this.machine = parts.machine;
    this.threads = fifos(parts.processes);
    this.busy = new Int32Array(parts.processes);
    this.label = kind.label;
    this.stopsWithWorld = kind.stopsWithWorld;
    this.done = done;
    parts.machine.threads.onGrow((capacity) => {
      this.isOwn = resized(this.isOwn, capacity, Uint8Array);
      this.work = resized(this.work, capacity, Float64Array);
    });
  }

  /** `n` threads of the process work: `sharedNs` divided among them, `aloneNs` by the first. */
  run(process: number, n: number, sharedNs: number, aloneNs: number): void {
    if (this.program === undefined) {
      this.program = this.machine.owner;
      this.machine.ownedBy(this);
    }
    const threads = this.threads[process]!;
    while (threads.size < n) threads.push(this.makeThread(process));
    this.busy[process] = n;
    for (let i = 0; i < n; i++) {
      const thread = threads.at(i);
      this.work[thread] = Math.round(sharedNs / n) + (i === 0 ? Math.round(aloneNs) : 0);
      this.machine.wake(thread, NONE);
    }
  }

  isBusy(process: number): boolean {
    return this.busy[process]! > 0;
  }

  /** The threads are gone with their process. */
  died(process: number): void {
    const threads = this.threads[process]!;
    for (let thread = threads.shift(); thread !== NONE; thread = threads.shift()) {
      this.isOwn[thread] = 0;
    }
    this.busy[process] = 0;
  }

  labelOf(thread: ThreadId): string | undefined {
    return this.isOwn[thread] === 1 ? this.label : undefined;
  }

  advance(thread: ThreadId): void {
    if (this.isOwn[thread] !== 1) {
      this.program!.advance(thread);
      return;
    }
    const { machine } = this;
    const ns = this.work[thread]!;
    if (ns >= 0) {
      this.work[thread] = -1;
      machine.burst[0] = ns;
      machine.compute(thread, COLLECTOR);
      return;
    }
    machine.park(thread, SLICE.idle);
    const process = machine.process[thread]!;
    this.busy[process] = this.busy[process]! - 1;
    if (this.busy[process] === 0) this.done(process);
  }

  private makeThread(process: number): ThreadId {
    const thread = this.machine.createThread(process);
    this.isOwn[thread] = 1;
    if (!this.stopsWithWorld) this.machine.exemptFromStops(thread);
    return thread;
  }
}
