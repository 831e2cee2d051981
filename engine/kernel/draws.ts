/**
 * Draws for one purpose (a class's demands, a load's arrivals): request `n`, step `path`. Results
 * go to a register instead of being returned, because a float64 that crosses a call which is not
 * inlined costs an allocation, and this is the hottest path of all.
 */
import { draw, drawExponential, EXPONENTIAL, CONSTANT, type Sampler } from "./distribution.ts";
import { streamKey, uniformAt } from "./random.ts";

export class KeyedDraws {
  private readonly k0: number;
  private readonly k1: number;
  /** Receives each draw at index 0. */
  private readonly out: Float64Array;

  constructor(seed: number, purpose: string, out: Float64Array) {
    const { k0, k1 } = streamKey(seed, purpose);
    this.k0 = k0;
    this.k1 = k1;
    this.out = out;
  }

  /** Writes a duration (whole ns) drawn from `sampler`. */
  draw(sampler: Sampler, n: number, path: number): void {
    const { kind } = sampler;
    if (kind === CONSTANT) this.out[0] = sampler.a;
    else if (kind === EXPONENTIAL) {
      this.out[0] = drawExponential(sampler.a, uniformAt(this.k0, this.k1, n, path));
    } else this.out[0] = draw(sampler, uniformAt(this.k0, this.k1, n, path));
  }

  /** Writes a number in (0, 1). */
  uniform(n: number, path: number): void {
    this.out[0] = uniformAt(this.k0, this.k1, n, path);
  }
}
