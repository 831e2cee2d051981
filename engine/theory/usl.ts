/**
 * The universal scalability law, X(N) = λN ÷ (1 + σ(N − 1) + κN(N − 1)), fitted to measured
 * throughputs: N ÷ X is linear in its three parameters, and relative errors are made least. After
 * N. J. Gunther, "Guerrilla Capacity Planning" (2007), chapters 4 and 5.
 */
import type { UslFit } from "../api.ts";

/** Fewer levels than this fit anything. */
const FEWEST_LEVELS = 4;

/** `levels` are [N, X]; undefined where there are too few. */
export function fitUsl(levels: readonly (readonly [number, number])[]): UslFit | undefined {
  const known = levels.filter(([users, rate]) => users > 0 && rate > 0);
  if (known.length < FEWEST_LEVELS) return undefined;
  // Neither parameter can be negative: where the best fit has one that is, it is left out.
  const candidates = [[0, 1, 2], [0, 1], [0, 2], [0]].flatMap((terms) => {
    const found = leastSquares(known, terms);
    return found === undefined || found.some((value) => value < 0) ? [] : [found];
  });
  const best = candidates
    .map((parameters) => fitOf(parameters, known))
    .toSorted((a, b) => b.explained - a.explained)[0];
  return best;
}

/** Throughput of the fitted law at N users. */
export function uslAt({ lambda, sigma, kappa }: UslFit, users: number): number {
  return (lambda * users) / (1 + sigma * (users - 1) + kappa * users * (users - 1));
}

function fitOf(
  [a, b, c]: readonly number[],
  levels: readonly (readonly [number, number])[],
): UslFit {
  const sigma = b! / a!;
  const kappa = c! / a!;
  const fit = { lambda: 1 / a!, sigma, kappa, explained: 0 };
  const mean = levels.reduce((sum, [, rate]) => sum + rate, 0) / levels.length;
  const total = levels.reduce((sum, [, rate]) => sum + (rate - mean) * (rate - mean), 0);
  const rest = levels.reduce((sum, [users, rate]) => {
    const error = rate - uslAt(fit, users);
    return sum + error * error;
  }, 0);
  return {
    ...fit,
    explained: total > 0 ? 1 - rest / total : 1,
    ...(kappa > 0 && sigma < 1 ? { peakUsers: Math.sqrt((1 - sigma) / kappa) } : {}),
  };
}

/** The parameters a, b, c of N ÷ X = a + b(N − 1) + cN(N − 1), those not in `terms` 0. */
function leastSquares(
  levels: readonly (readonly [number, number])[],
  terms: readonly number[],
): readonly number[] | undefined {
  const size = terms.length;
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const [users, rate] of levels) {
    const y = users / rate;
    const row = terms.map((term) => [1, users - 1, users * (users - 1)][term]! / y);
    row.forEach((left, i) => {
      row.forEach((right, j) => (matrix[i]![j]! += left * right));
      matrix[i]![size]! += left;
    });
  }
  const solved = solve(matrix);
  if (solved === undefined) return undefined;
  const parameters = [0, 0, 0];
  terms.forEach((term, i) => (parameters[term] = solved[i]!));
  return parameters;
}

/** Gaussian elimination with pivots; undefined where the equations do not determine a solution. */
function solve(matrix: readonly Float64Array[]): readonly number[] | undefined {
  const size = matrix.length;
  const rows = [...matrix];
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    const chosen = rows[pivot]!;
    if (Math.abs(chosen[column]!) < 1e-300) return undefined;
    [rows[pivot], rows[column]] = [rows[column]!, chosen];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / chosen[column]!;
      for (let k = column; k <= size; k++) rows[row]![k]! -= factor * chosen[k]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
