/**
 * Reader-writer locks. Readers share, a writer is alone, and a writer that waits keeps later
 * readers out, or it might wait for ever.
 *
 * `RwLock` is one queue. With `hand-off` a lock that becomes free goes to the head of the queue:
 * to a writer, or to all readers up to the next writer; newcomers queue behind whoever waits. With
 * `compete-first` the head is woken and tries; newcomers may be quicker, but a reader queues where
 * a writer is first (`ReentrantReadWriteLock`, `apparentlyFirstQueuedIsExclusive`).
 *
 * `GoRwMutex` is Go's (`src/sync/rwmutex.go`, 1.23): writers queue for a mutex among themselves.
 * The one that has it keeps new readers out and waits for those that are inside. When it unlocks,
 * all readers that wait get in before the next writer.
 */
import { Fifo, NONE } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";
import { GoMutex, type GoMutexParts } from "./go-mutex.ts";
import { GOT, WAITS, type Holdable, type Waker } from "./waiting.ts";

/** An entry of the queue: the task, and whether it reads. */
const entryOf = (task: TaskId, shared: boolean): number => 2 * task + (shared ? 1 : 0);
const isReader = (entry: number): boolean => (entry & 1) === 1;

export class RwLock implements Holdable {
  private readonly rule: "hand-off" | "compete-first";
  private readonly waker: Waker;
  private readonly queue = new Fifo();
  private readers = 0;
  private writers = 0;
  /** 1: the head of the queue has been woken and has not run since (`compete-first`). */
  private firstIsAwake = 0;

  constructor(rule: "hand-off" | "compete-first", waker: Waker) {
    this.rule = rule;
    this.waker = waker;
  }

  acquire(task: TaskId, shared: boolean): number {
    if (this.mayEnter(shared)) {
      this.enter(shared);
      return GOT;
    }
    this.queue.push(entryOf(task, shared));
    return WAITS;
  }

  /** Only the head of the queue is ever woken. */
  retry(_task: TaskId): number {
    this.firstIsAwake = 0;
    const shared = isReader(this.queue.at(0));
    if (!this.hasRoom(shared)) return WAITS;
    this.queue.shift();
    this.enter(shared);
    this.admit();
    return GOT;
  }

  release(shared: boolean): boolean {
    if (shared) this.readers--;
    else this.writers--;
    this.admit();
    return false;
  }

  giveUp(task: TaskId): void {
    const wasFirst = this.queue.at(0) >> 1 === task;
    if (!this.queue.remove(entryOf(task, true))) this.queue.remove(entryOf(task, false));
    if (!wasFirst) return;
    this.firstIsAwake = 0;
    this.admit();
  }

  private mayEnter(shared: boolean): boolean {
    if (!this.hasRoom(shared)) return false;
    if (this.queue.size === 0) return true;
    return this.rule === "compete-first" && !(shared && !isReader(this.queue.at(0)));
  }

  private hasRoom(shared: boolean): boolean {
    return this.writers === 0 && (shared || this.readers === 0);
  }

  private enter(shared: boolean): void {
    if (shared) this.readers++;
    else this.writers++;
  }

  /** Whoever is at the head and fits gets in, or is woken to try. */
  private admit(): void {
    while (this.queue.size > 0) {
      const first = this.queue.at(0);
      if (!this.hasRoom(isReader(first))) return;
      if (this.rule === "compete-first") {
        if (this.firstIsAwake === 1) return;
        this.firstIsAwake = 1;
        this.waker.woken(first >> 1);
        return;
      }
      this.queue.shift();
      this.enter(isReader(first));
      this.waker.granted(first >> 1);
    }
  }
}

export class GoRwMutex implements Holdable {
  private readonly waker: Waker;
  /** What writers queue for. */
  private readonly writersMutex: GoMutex;
  private readonly waitingReaders = new Fifo();
  /** Readers inside. */
  private readers = 0;
  /** The writer that has the mutex, or NONE; it is inside when `readers` is 0. */
  private writer: TaskId = NONE;
  private writerIsInside = 0;

  constructor(parts: GoMutexParts) {
    const { waker } = parts;
    this.waker = waker;
    this.writersMutex = new GoMutex({
      ...parts,
      waker: {
        granted: (task) => {
          if (this.announced(task, GOT) === GOT) waker.granted(task);
        },
        woken: (task) => waker.woken(task),
      },
    });
  }

  acquire(task: TaskId, shared: boolean): number {
    if (!shared) return this.announced(task, this.writersMutex.acquire(task));
    if (this.writer !== NONE) {
      this.waitingReaders.push(task);
      return WAITS;
    }
    this.readers++;
    return GOT;
  }

  /** A writer tries again for the writers' mutex. */
  retry(task: TaskId): number {
    return this.announced(task, this.writersMutex.retry(task));
  }

  release(shared: boolean): boolean {
    if (!shared) return this.unlock();
    this.readers--;
    if (this.readers === 0 && this.writer !== NONE && this.writerIsInside === 0) {
      this.writerIsInside = 1;
      this.waker.granted(this.writer);
    }
    return false;
  }

  giveUp(task: TaskId): void {
    // A writer inside may, by mistake, wait for the same lock once more.
    if (this.writer === task && this.writerIsInside === 0) {
      this.unlock();
      return;
    }
    if (!this.waitingReaders.remove(task)) this.writersMutex.giveUp(task);
  }

  /** Once it has the writers' mutex it keeps new readers out and waits for those inside. */
  private announced(task: TaskId, answer: number): number {
    if (answer !== GOT) return answer;
    this.writer = task;
    this.writerIsInside = this.readers === 0 ? 1 : 0;
    return this.writerIsInside === 1 ? GOT : WAITS;
  }

  private unlock(): boolean {
    this.writer = NONE;
    this.writerIsInside = 0;
    for (let n = this.waitingReaders.size; n > 0; n--) {
      this.readers++;
      this.waker.granted(this.waitingReaders.shift());
    }
    return this.writersMutex.release();
  }
}
