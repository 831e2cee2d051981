/**
 * Random numbers. Two kinds: `drawUniform` is a pure function of what is being drawn for, so that
 * request n costs the same on every lane whatever order things run in (common random numbers);
 * `Stream` is an ordinary sequential generator for what is random inside one lane.
 *
 * All results lie strictly between 0 and 1 and are odd multiples of 2^-53.
 */

/** The two int32 keys of one purpose under one seed. */
export interface StreamKey {
  readonly k0: number;
  readonly k1: number;
}

/**
 * Writes the number drawn for step `path` (int32) of request `n` (a whole number up to 2^53) to
 * out[0]: a keyed permutation of the 64 bits (n, path), one multiply-xorshift round per input word
 * and three more. Written, because a float64 result of a call that is not inlined allocates.
 */
export function drawUniform(out: Float64Array, key: StreamKey, n: number, path: number): void {
  const { k0, k1 } = key;
  let a = k0 ^ (n | 0);
  let b = k1 ^ ((n * TWO_TO_MINUS_32) | 0);
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
  b = (Math.imul(b ^ a ^ (a >>> 15), 0x2c1b3c6d) + path) | 0;
  a = (Math.imul(a ^ b ^ (b >>> 16), 0x297a2d39) + k0) | 0;
  b = (Math.imul(b ^ a ^ (a >>> 15), 0x5d8e1c2b) + k1) | 0;
  a = Math.imul(a ^ b ^ (b >>> 17), 0x85ebca6b);
  b = Math.imul(b ^ a ^ (a >>> 14), 0x31848bab);
  a ^= b ^ (b >>> 16);
  b ^= a >>> 15;
  out[0] = toUniform(a, b);
}

// Divisions by powers of two are exact; the ** operator need not be.
const TWO_TO_MINUS_32 = 1 / 4294967296;
const TWO_TO_MINUS_52 = 1 / 4503599627370496;

/** 52 random bits and a half, as a fraction: never 0, never 1. */
function toUniform(a: number, b: number): number {
  return ((a >>> 0) * 1048576 + (b >>> 12) + 0.5) * TWO_TO_MINUS_52;
}

/** Keys for one purpose (a class's demands, a load's arrivals) under a scenario's seed. */
export function streamKey(seed: number, name: string): StreamKey {
  let k0 = mix(seed | 0, name.length);
  let k1 = mix(Math.floor(seed * TWO_TO_MINUS_32) | 0, ~name.length);
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    k0 = mix(k0 ^ k1, unit);
    k1 = mix((k1 + k0) | 0, ~unit);
  }
  k0 = mix(k0, k1);
  return { k0, k1: mix(k1, k0) };
}

/** One round of hashing `value` into `state`, both int32. */
function mix(state: number, value: number): number {
  let h = (Math.imul(state ^ Math.imul(value, 0x9e3779b1), 0x85ebca6b) + 0x6d2b79f5) | 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
}

/** A sequential generator: xoshiro128** (Blackman and Vigna 2018), period 2^128 - 1. */
export class Stream {
  /** The whole state, so that a copy of it is a snapshot. */
  readonly state = new Int32Array(4);

  constructor(seed: number, name: string) {
    const { k0, k1 } = streamKey(seed, name);
    this.state.set([k0, k1, mix(k0, 1), mix(k1, 2) | 1]);
  }

  /** The next number in (0, 1). */
  next(): number {
    const a = this.word();
    return toUniform(a, this.word());
  }

  /** A whole number from 0 to n - 1, for n up to 2^31; its bias is below n / 2^52. */
  int(n: number): number {
    return Math.floor(this.next() * n);
  }

  private word(): number {
    const s = this.state;
    const s1 = s[1]!;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9);
    const s2 = s[2]! ^ s[0]!;
    const s3 = s[3]! ^ s1;
    s[1] = s1 ^ s2;
    s[0] = s[0]! ^ s3;
    s[2] = s2 ^ (s1 << 9);
    s[3] = rotateLeft(s3, 11);
    return result;
  }
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
