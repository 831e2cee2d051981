/**
 * The memory account: every byte belongs to a process and a kind. Over the machine's limit the
 * kernel kills the process that holds most (out-of-memory killer).
 */
import { NOW, type Clock } from "../kernel/queue.ts";

export const MEMORY_KINDS = ["process", "stacks", "heap", "garbage", "buffers"] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];
export const PROCESS = 0;
export const STACKS = 1;
export const HEAP = 2;
export const GARBAGE = 3;
export const BUFFERS = 4;
const KINDS = MEMORY_KINDS.length;

export class Memory {
  limit: number;
  readonly processes: number;
  /** Bytes by process and kind: `bytes[process * KINDS + kind]`. */
  private readonly bytes: Float64Array;
  private readonly clock: Clock;
  /** [total now, peak, integral (byte-ns), last change (ns), measured since (ns)] */
  private readonly sums = new Float64Array(5);
  /** The process to kill, for its memory or its own fault, or −1; looked at after every event. */
  victim = -1;

  constructor(clock: Clock, limit: number, processes: number) {
    this.clock = clock;
    this.limit = limit;
    this.processes = processes;
    // One row more: a process beside those, which is not killed for its memory.
    this.bytes = new Float64Array((processes + 1) * KINDS);
  }

  get total(): number {
    return this.sums[0]!;
  }

  get peak(): number {
    return this.sums[1]!;
  }

  /** Mean bytes since the measurement began. */
  get mean(): number {
    const now = this.clock[NOW]!;
    const span = now - this.sums[4]!;
    if (span <= 0) return this.sums[0]!;
    return (this.sums[2]! + this.sums[0]! * (now - this.sums[3]!)) / span;
  }

  /** Bytes of one kind over all processes. */
  ofKind(kind: number): number {
    let sum = 0;
    for (let process = 0; process <= this.processes; process++) {
      sum += this.bytes[process * KINDS + kind]!;
    }
    return sum;
  }

  /** All bytes of one process. */
  ofProcess(process: number): number {
    let sum = 0;
    for (let kind = 0; kind < KINDS; kind++) sum += this.bytes[process * KINDS + kind]!;
    return sum;
  }

  /** Bytes of one kind in one process. */
  of(process: number, kind: number): number {
    return this.bytes[process * KINDS + kind]!;
  }

  /** Adds bytes (or takes them away, when negative). */
  add(process: number, kind: number, bytes: number): void {
    if (bytes === 0) return;
    const sums = this.sums;
    const at = process * KINDS + kind;
    this.bytes[at] = this.bytes[at]! + bytes;
    const now = this.clock[NOW]!;
    const total = sums[0]! + bytes;
    sums[2] = sums[2]! + sums[0]! * (now - sums[3]!);
    sums[3] = now;
    sums[0] = total;
    if (total > sums[1]!) sums[1] = total;
    if (total > this.limit && bytes > 0) this.victim = this.largest();
  }

  /** The machine has so much memory from now on. */
  retune(limit: number): void {
    this.limit = limit;
    if (this.total > limit) this.victim = this.largest();
  }

  /** The process is to die, unless another one dies first. */
  condemn(process: number): void {
    if (this.victim < 0) this.victim = process;
  }

  /** All memory of a process is given back. */
  release(process: number): void {
    for (let kind = 0; kind < KINDS; kind++) this.add(process, kind, -this.of(process, kind));
  }

  /** Mean and peak begin anew. */
  beginMeasurement(): void {
    const now = this.clock[NOW]!;
    this.sums[1] = this.sums[0]!;
    this.sums[2] = 0;
    this.sums[3] = now;
    this.sums[4] = now;
  }

  private largest(): number {
    let worst = 0;
    let most = -1;
    for (let process = 0; process < this.processes; process++) {
      const sum = this.ofProcess(process);
      if (sum > most) {
        most = sum;
        worst = process;
      }
    }
    return worst;
  }
}
