/**
 * Elementary functions that give the same bits on every machine: browsers are free to round
 * Math.log, Math.exp and Math.pow as they like, but + - * / and square roots are exact by IEEE 754.
 *
 * Errors are of the order of one unit in the last place; `pow` keeps that as long as the logarithm
 * of its result stays small (within a hundred or so). Trigonometry is left out: nothing needs it.
 */

// One double, read and written as bits. Never holds anything between two calls from outside.
const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);
bits[0] = 1;
if (words[1] !== 0x3ff00000) throw new Error("the engine needs a little-endian machine");

/** The low and the high word of the bits of x, as int32. */
export function lowWord(x: number): number {
  bits[0] = x;
  return words[0]!;
}
export function highWord(x: number): number {
  bits[0] = x;
  return words[1]!;
}

const MIN_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18014398509481984;

// ln 2 and ln(j / 16) for j = 11..22, each as a head that is a multiple of 2^-32, so that
// k * LN2_HEAD + LOG_HEAD[j] is exact, and the rest to full precision. The tables start at j = 11.
const LN2_HEAD = 0.6931471803691238;
const LN2_TAIL = 1.9082149292705877e-10;
const FIRST_CENTRE = 11;
const LOG_HEAD = new Float64Array([
  -0.3746934493537992, -0.28768207249231637, -0.20763936475850642, -0.13353139255195856,
  -0.0645385212264955, 0, 0.0606246218085289, 0.11778303561732173, 0.17185025685466826,
  0.22314355126582086, 0.27193371555767953, 0.3184537310153246,
]);
const LOG_TAIL = new Float64Array([
  -8.76114697071436e-11, 4.053543780278539e-11, -1.9738084340965946e-11, -7.25640622027401e-11,
  8.892433270634855e-11, 0, 7.905942434121756e-12, 3.906172487875993e-11, 7.199096271943244e-11,
  4.838889490356316e-11, -7.403777512676557e-11, 1.0321002321991519e-10,
]);

/** Natural logarithm. */
export function log(x: number): number {
  if (!(x >= MIN_NORMAL && x < Infinity)) return logOfSpecial(x);
  bits[0] = x;
  splitLog();
  return split[HEAD]! + split[TAIL]!;
}

/**
 * Replaces register[0] by its natural logarithm. A result that is returned allocates wherever the
 * compiler does not inline the call; this one never does.
 */
export function logInPlace(register: Float64Array): void {
  const x = register[0]!;
  if (!(x >= MIN_NORMAL && x < Infinity)) {
    register[0] = logOfSpecial(x);
    return;
  }
  bits[0] = x;
  splitLog();
  register[0] = split[HEAD]! + split[TAIL]!;
}

function logOfSpecial(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return Infinity;
  return log(x * TWO_54) - 54 * LN2_HEAD - 54 * LN2_TAIL;
}

// Results of splitLog, read by its caller at once; a typed array, because storing a double in a
// module variable allocates.
const split = new Float64Array(2);
const HEAD = 0;
const TAIL = 1;

// 2^-k at k + 1023. Multiplying is faster than writing one word of a double and reading it whole.
const INVERSE_POWER = new Float64Array(2048);
for (let k = -1023; k <= 1024; k++) INVERSE_POWER[k + 1023] = scale(1, -k);

/**
 * Splits the logarithm of the normal x > 0 in `bits` into a head, which is a multiple of 2^-32,
 * and a tail. With x = 2^k m and m within 1/32 of c = j / 16:
 * ln x = k ln 2 + ln c + 2 artanh((m - c) / (m + c)).
 */
function splitLog(): void {
  const x = bits[0]!;
  const high = words[1]!;
  // 1 when the mantissa is at least 1.375: halving it keeps k = 0 on both sides of x = 1.
  const halve = ((high & 0xfffff) + 0xa0000) >> 20;
  const k = (high >> 20) - 1023 + halve;
  const m = x * INVERSE_POWER[k + 1023]!;
  const j = (m * 16 + 0.5) | 0;
  const c = j * 0.0625;
  const s = (m - c) / (m + c);
  const z = s * s;
  const series = z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9))));
  split[HEAD] = k * LN2_HEAD + LOG_HEAD[j - FIRST_CENTRE]!;
  split[TAIL] = k * LN2_TAIL + LOG_TAIL[j - FIRST_CENTRE]! + 2 * (s + s * series);
}

/** e to the power x. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019412;
const INVERSE_LN2 = 1.4426950408889634;

/** e to the power x + rest, where |rest| is tiny beside 1. */
function expOfSum(x: number, rest: number): number {
  if (!(x <= EXP_OVERFLOW)) return x > 0 ? Infinity : NaN;
  if (x < EXP_UNDERFLOW) return 0;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const r = x - k * LN2_HEAD - k * LN2_TAIL + rest;
  // Taylor to r^13, |r| <= 0.35: the next term is below 5e-18. Two chains, even and odd powers,
  // so that the processor can work on both at once.
  const z = r * r;
  const even =
    1 / 2 +
    z * (1 / 24 + z * (1 / 720 + z * (1 / 40320 + z * (1 / 3628800 + z * (1 / 479001600)))));
  const odd =
    1 / 6 +
    z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z * (1 / 39916800 + z * (1 / 6227020800)))));
  const y = 1 + (r + z * (even + r * odd));
  return k > -1022 && k < 1023 ? y * INVERSE_POWER[1023 - k]! : scale(y, k);
}

/** y times 2^k for |k| <= 1100, in two steps because 2^k itself may not be a normal number. */
function scale(y: number, k: number): number {
  const half = k >> 1;
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2^k for k from -1022 to 1023. */
export function powerOfTwo(k: number): number {
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return bits[0]!;
}

/** x to the power y for x >= 0. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (x === 0) return y > 0 ? 0 : Infinity;
  if (!(x > 0) || y !== y) return NaN;
  if (x === Infinity) return y > 0 ? Infinity : 0;
  if (x < MIN_NORMAL) return pow(x * TWO_54, y) * pow(1 / TWO_54, y);
  bits[0] = x;
  splitLog();
  const head = split[HEAD]!;
  const tail = split[TAIL]!;
  const product = y * head;
  const total = product + y * tail;
  if (!(Math.abs(total) < 800)) return total > 0 ? Infinity : 0;
  const lost = productError(y, head, product) + (product - total) + y * tail;
  return expOfSum(total, lost);
}

const SPLITTER = 134217729; // 2^27 + 1

/** a * b - product without rounding (Dekker 1971), for factors below about 1e290. */
function productError(a: number, b: number, product: number): number {
  const a1 = SPLITTER * a - (SPLITTER * a - a);
  const b1 = SPLITTER * b - (SPLITTER * b - b);
  const a2 = a - a1;
  const b2 = b - b1;
  return a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
}

/** The exponent of the largest power of two that is at most x, for normal x > 0. */
export function log2Floor(x: number): number {
  bits[0] = x;
  return ((words[1]! >>> 20) & 0x7ff) - 1023;
}

/**
 * The standard normal quantile of p in (0, 1): algorithm AS 241, PPND16 (Wichura, Applied
 * Statistics 37, 1988, p. 477), whose rational functions are good to about 1 part in 1e16.
 */
export function inverseNormal(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * centralRatio(0.180625 - q * q);
  const tail = q < 0 ? p : 1 - p;
  const r = Math.sqrt(-log(tail));
  const z = r <= 5 ? middleRatio(r - 1.6) : farRatio(r - 5);
  return q < 0 ? -z : z;
}

function centralRatio(r: number): number {
  const above =
    3.387132872796366608 +
    r *
      (133.14166789178437745 +
        r *
          (1971.5909503065514427 +
            r *
              (13731.693765509461125 +
                r *
                  (45921.953931549871457 +
                    r *
                      (67265.770927008700853 +
                        r * (33430.575583588128105 + r * 2509.0809287301226727))))));
  const below =
    1 +
    r *
      (42.313330701600911252 +
        r *
          (687.1870074920579083 +
            r *
              (5394.1960214247511077 +
                r *
                  (21213.794301586595867 +
                    r *
                      (39307.89580009271061 +
                        r * (28729.085735721942674 + r * 5226.495278852854561))))));
  return above / below;
}

function middleRatio(r: number): number {
  const above =
    1.42343711074968357734 +
    r *
      (4.6303378461565452959 +
        r *
          (5.7694972214606914055 +
            r *
              (3.64784832476320460504 +
                r *
                  (1.27045825245236838258 +
                    r *
                      (0.24178072517745061177 +
                        r * (0.0227238449892691845833 + r * 7.7454501427834140764e-4))))));
  const below =
    1 +
    r *
      (2.05319162663775882187 +
        r *
          (1.6763848301838038494 +
            r *
              (0.68976733498510000455 +
                r *
                  (0.14810397642748007459 +
                    r *
                      (0.0151986665636164571966 +
                        r * (5.475938084995344946e-4 + r * 1.05075007164441684324e-9))))));
  return above / below;
}

function farRatio(r: number): number {
  const above =
    6.6579046435011037772 +
    r *
      (5.4637849111641143699 +
        r *
          (1.7848265399172913358 +
            r *
              (0.29656057182850489123 +
                r *
                  (0.026532189526576123093 +
                    r *
                      (0.0012426609473880784386 +
                        r * (2.71155556874348757815e-5 + r * 2.01033439929228813265e-7))))));
  const below =
    1 +
    r *
      (0.59983220655588793769 +
        r *
          (0.13692988092273580531 +
            r *
              (0.0148753612908506148525 +
                r *
                  (7.868691311456132591e-4 +
                    r *
                      (1.8463183175100546818e-5 +
                        r * (1.4215117583164458887e-7 + r * 2.04426310338993978564e-15))))));
  return above / below;
}
