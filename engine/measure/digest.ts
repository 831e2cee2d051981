/**
 * A 64-bit digest of results: equal for equal runs, and different, but for one chance in 2^64, as
 * soon as one bit of one number differs. It finds changes; it does not keep out forgers.
 */
import { highWord, lowWord } from "../kernel/math.ts";

// What was written is part of what is hashed: the number 1 is not the text "1".
const NUMBER = 0x6e756d62;
const TEXT = 0x74657874;
const UNITS = 0x756e6974;

export class Digest {
  private readonly state = new Int32Array([0x243f6a88, 0x85a308d3]);

  /** -0 counts as 0, and every NaN as the same one. */
  number(x: number): void {
    if (x === 0) this.absorb(0, 0, NUMBER);
    else if (x !== x) this.absorb(0, 0x7ff80000, NUMBER);
    else this.absorb(lowWord(x), highWord(x), NUMBER);
  }

  text(s: string): void {
    this.absorb(s.length, 0, TEXT);
    for (let i = 0; i < s.length; i += 2) {
      this.absorb(s.charCodeAt(i), i + 1 < s.length ? s.charCodeAt(i + 1) : 0, UNITS);
    }
  }

  /** 16 hexadecimal digits for everything so far; more may follow. */
  hex(): string {
    const [a = 0, b = 0] = this.state;
    return toHex(a) + toHex(b);
  }

  /** Each line can be undone, so no information is lost on the way. */
  private absorb(low: number, high: number, tag: number): void {
    let a = this.state[0]! ^ low;
    let b = this.state[1]! ^ high;
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) + tag;
    b = Math.imul(b ^ a ^ (a >>> 15), 0xc2b2ae35);
    a = Math.imul(a ^ b ^ (b >>> 16), 0x2c1b3c6d);
    b = Math.imul(b ^ a ^ (a >>> 15), 0x297a2d39);
    a = Math.imul(a ^ b ^ (b >>> 13), 0x7feb352d);
    b = b ^ a ^ (a >>> 16);
    this.state[0] = a ^ (b >>> 14);
    this.state[1] = b;
  }
}

/** One digest for several, in this order. */
export function combine(digests: readonly string[]): string {
  const all = new Digest();
  for (const digest of digests) all.text(digest);
  return all.hex();
}

function toHex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
