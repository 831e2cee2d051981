/**
 * Draws for one purpose (a class's demands, a load's arrivals): request `n`, step `path`. Results
 * go to a register instead of being returned, because a float64 that crosses a call which is not
 * inlined costs an allocation, and this is the hottest path of all.
 */
import { CONSTANT, draw, EXPONENTIAL, toWholeNsInPlace, type Sampler } from "./distribution.ts";
import { logInPlace } from "./math.ts";
import { drawUniform, streamKey, type StreamKey } from "./random.ts";

export class KeyedDraws {
  private readonly key: StreamKey;
  /** Receives each draw at index 0. */
  private readonly out: Float64Array;

  constructor(seed: number, purpose: string, out: Float64Array) {
    this.key = streamKey(seed, purpose);
    this.out = out;
  }

  /** Writes a duration (whole ns) drawn from `sampler`. */
  draw(sampler: Sampler, n: number, path: number): void {
    const { out } = this;
    if (sampler.kind === CONSTANT) {
      out[0] = sampler.a;
      return;
    }
    drawUniform(out, this.key, n, path);
    if (sampler.kind === EXPONENTIAL) {
      out[0] = 1 - out[0]!;
      logInPlace(out);
      out[0] = -sampler.a * out[0];
      toWholeNsInPlace(out);
    } else out[0] = draw(sampler, out[0]!);
  }

  /** Writes a number in (0, 1). */
  uniform(n: number, path: number): void {
    drawUniform(this.out, this.key, n, path);
  }
}
