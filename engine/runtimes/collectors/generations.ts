/**
 * How old what the requests of one process hold is, counted in young collections: what survives
 * enough of them moves to the old generation, and becomes garbage there when it is given back.
 *
 * What a task holds is as old as the first of it.
 */

/** Collections that something may survive before it is promoted. [S] `MaxTenuringThreshold` 15 */
const AGES = 16;

export class Generations {
  /** Bytes allocated since the last young collection, dead or alive. */
  eden = 0;
  /** Live bytes and garbage of the old generation. */
  old = 0;
  oldGarbage = 0;
  /** Young collections so far. */
  epoch = 1;
  /** What was born in this epoch or before is old. */
  private promotedUpTo = 0;
  /** Live young bytes by the epoch of their birth, modulo `AGES`. */
  private readonly bornIn = new Float64Array(AGES);

  /** `bytes` are taken by somebody who holds some since epoch `birth`. */
  take(birth: number, bytes: number): void {
    this.eden += bytes;
    if (birth <= this.promotedUpTo) this.old += bytes;
    else this.bornIn[birth % AGES] = this.bornIn[birth % AGES]! + bytes;
  }

  giveBack(birth: number, bytes: number): void {
    if (birth <= this.promotedUpTo) {
      this.old -= bytes;
      this.oldGarbage += bytes;
    } else this.bornIn[birth % AGES] = this.bornIn[birth % AGES]! - bytes;
  }

  /** Live bytes of the young generation: what a young collection has to copy. */
  survivors(): number {
    let sum = 0;
    for (const bytes of this.bornIn) sum += bytes;
    return sum;
  }

  /**
   * A young collection. What has survived `threshold` of them is promoted; when the survivors
   * need more than `room`, the oldest are promoted earlier (`AgeTable::compute_tenuring_threshold`).
   */
  collectYoung(threshold: number, room: number): void {
    let kept = 0;
    let upTo = this.epoch - Math.min(threshold, AGES - 1);
    for (let birth = this.epoch; birth > upTo && birth > this.promotedUpTo; birth--) {
      kept += this.bornIn[birth % AGES]!;
      if (kept > room) upTo = birth;
    }
    for (let birth = this.promotedUpTo + 1; birth <= upTo; birth++) {
      this.old += this.bornIn[birth % AGES]!;
      this.bornIn[birth % AGES] = 0;
    }
    this.promotedUpTo = Math.max(this.promotedUpTo, upTo);
    this.epoch++;
    this.eden = 0;
  }

  /** Everything alive is old now, and no garbage is left: a full collection. */
  collectAll(): void {
    this.collectYoung(0, 0);
    this.oldGarbage = 0;
  }
}
