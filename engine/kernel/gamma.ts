/**
 * The gamma distribution: its distribution function and a quantile table that `distribution.ts`
 * draws from. Used when a scenario is compiled, not while it runs; only `gammaQuantile` is hot.
 */
import { exp, highWord, log, lowWord, powerOfTwo } from "./math.ts";

/** Natural logarithm of the gamma function for x > 0: Stirling's series, shifted to x >= 10. */
export function logGamma(x: number): number {
  let shift = 1;
  let z = x;
  for (; z < 10; z++) shift *= z;
  const w = 1 / (z * z);
  const series =
    (1 / 12 -
      w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360)))))) /
    z;
  return (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + series - log(shift);
}

const HALF_LOG_TWO_PI = 0.9189385332046727;
const SERIES_LIMIT = 100_000;

/** The two tails of a gamma variable with the given shape and scale 1, and its density, at x. */
export interface GammaAt {
  readonly lower: number;
  readonly upper: number;
  readonly density: number;
}

/**
 * The regularised incomplete gamma functions, each computed directly on its small side: power
 * series below the mean, Legendre's continued fraction (Lentz's method) above it.
 */
export function gammaAt(shape: number, x: number, logGammaOfShape = logGamma(shape)): GammaAt {
  if (!(x > 0)) return { lower: 0, upper: 1, density: shape > 1 ? 0 : Infinity };
  const xTimesDensity = exp(shape * log(x) - x - logGammaOfShape);
  const density = xTimesDensity / x;
  if (x < shape + 1) {
    const lower = xTimesDensity * lowerSeries(shape, x);
    return { lower, upper: 1 - lower, density };
  }
  const upper = xTimesDensity * upperFraction(shape, x);
  return { lower: 1 - upper, upper, density };
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; term > sum * 1e-17 && n < SERIES_LIMIT; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum;
}

function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let product = d;
  for (let n = 1; n < SERIES_LIMIT; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    product *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return product;
}

/** The standard normal distribution function at z >= 0, from P(1/2, z^2 / 2). */
export function normalBelow(z: number): number {
  return 0.5 + 0.5 * gammaAt(0.5, (z * z) / 2).lower;
}

// ---- The quantile table -----------------------------------------------------------------------
//
// Both tails are tabulated against their probability p = min(u, 1 - u): 8 equal cells in every
// octave of p, from 2^-OCTAVES to 1/2, a cubic in each cell that meets the quantile function and
// its slope at both ends. The quantile is close to linear in a power or the logarithm of p, so
// cells of equal ratio serve it equally well everywhere.

const OCTAVES = 54;
const CELLS_PER_OCTAVE = 8;
const CELLS = (OCTAVES - 1) * CELLS_PER_OCTAVE;
/** High word of 2^-OCTAVES, in units of one cell. */
const FIRST_CELL = (1023 - OCTAVES) * CELLS_PER_OCTAVE;
/** Coefficients of the lower tail come first, four a cell, then the upper tail's. */
const GAMMA_TABLE_LENGTH = 2 * CELLS * 4;

const TWO_TO_MINUS_49 = 1 / 562949953421312;

/** The quantile of u in (0, 1), from the table `gammaTable` has made. */
export function gammaQuantile(table: Float64Array, u: number): number {
  const p = u < 0.5 ? u : 1 - u;
  const high = highWord(p);
  const cell = (high >> 17) - FIRST_CELL;
  // u = 1/2 itself belongs to the end of the upper tail's last cell.
  if (cell >= CELLS) return cubic(table, 2 * CELLS - 1, 1);
  const t = ((high & 0x1ffff) * 4294967296 + (lowWord(p) >>> 0)) * TWO_TO_MINUS_49;
  return cubic(table, u < 0.5 ? cell : cell + CELLS, t);
}

function cubic(table: Float64Array, cell: number, t: number): number {
  const i = cell * 4;
  return table[i]! + t * (table[i + 1]! + t * (table[i + 2]! + t * table[i + 3]!));
}

/** The quantile table of a gamma variable with this shape and scale 1, times `scale`. */
export function gammaTable(shape: number, scale: number): Float64Array {
  const table = new Float64Array(GAMMA_TABLE_LENGTH);
  fillTail(table, shape, scale, { quantile: lowerQuantile, sign: 1, firstCell: 0 });
  fillTail(table, shape, scale, { quantile: upperQuantile, sign: -1, firstCell: CELLS });
  return table;
}

/**
 * The coefficients of a cell's cubic, from `near` (t = 0) to `far` (t = 1). Slopes up to
 * three times the chord's keep it monotone (Fritsch and Carlson 1980).
 */
function cubicThrough(near: Node, far: Node, width: number): readonly number[] {
  const chord = far.x - near.x;
  const limit = 3 * Math.abs(chord);
  const first = Math.max(-limit, Math.min(limit, near.slope * width));
  const last = Math.max(-limit, Math.min(limit, far.slope * width));
  return [near.x, first, 3 * chord - 2 * first - last, first + last - 2 * chord];
}

/** Finds the x whose tail probability is exp(logP), starting from a guess. */
type TailQuantile = (shape: number, logG: number, logP: number, guess: number) => number;

interface Tail {
  readonly quantile: TailQuantile;
  /** Whether x rises (1) or falls (-1) with the tail's probability. */
  readonly sign: number;
  readonly firstCell: number;
}

/** Walks from the median outwards, so that each node's guess is its neighbour's quantile. */
function fillTail(table: Float64Array, shape: number, scale: number, tail: Tail): void {
  const { quantile, sign, firstCell } = tail;
  const logG = logGamma(shape);
  const nodeAt = (p: number, guess: number): Node => {
    const x = quantile(shape, logG, log(p), guess);
    return { x, slope: x > 0 ? sign / gammaAt(shape, x, logG).density : 0 };
  };
  let far = nodeAt(0.5, shape);
  for (let cell = CELLS - 1; cell >= 0; cell--) {
    const octave = powerOfTwo(Math.floor(cell / CELLS_PER_OCTAVE) - OCTAVES);
    const width = octave / CELLS_PER_OCTAVE;
    const near = nodeAt(octave + width * (cell % CELLS_PER_OCTAVE), far.x);
    const coefficients = cubicThrough(near, far, width);
    table.set(
      coefficients.map((c) => c * scale),
      (firstCell + cell) * 4,
    );
    far = near;
  }
}

/** A point of the quantile function: x, and its slope against the tail's probability. */
interface Node {
  readonly x: number;
  readonly slope: number;
}

/** Newton's method on the logarithms of probability and x, between which P is concave. */
function lowerQuantile(shape: number, logG: number, logP: number, guess: number): number {
  if (guess === 0) return 0;
  let y = log(guess);
  for (let i = 0; i < 100; i++) {
    const x = exp(y);
    if (x === 0) return 0;
    const at = gammaAt(shape, x, logG);
    const step = ((logP - log(at.lower)) * at.lower) / (at.density * x);
    y += step;
    if (Math.abs(step) < 1e-13 * Math.max(1, Math.abs(y))) break;
  }
  return exp(y);
}

/** Newton's method on the logarithm of the upper tail, which is nearly linear in x. */
function upperQuantile(shape: number, logG: number, logP: number, guess: number): number {
  let x = guess;
  for (let i = 0; i < 100; i++) {
    const at = gammaAt(shape, x, logG);
    const step = ((log(at.upper) - logP) * at.upper) / at.density;
    // A step below zero can only come from a guess far above the quantile.
    const next = Math.max(x + step, x / 16);
    const done = Math.abs(next - x) < 1e-13 * x;
    x = next;
    if (done) break;
  }
  return x;
}
