/** Instants, written with as many digits as the length of what happens there calls for. */
import { instant } from "../format.ts";

/** `ns` in seconds, so that moments `lengthNs` apart can be told from each other. */
export function moment(ns: number, lengthNs: number): string {
  return instant(ns, decimalsFor(lengthNs));
}

function decimalsFor(lengthNs: number): number {
  if (lengthNs >= 0.4e9) return 1;
  if (lengthNs >= 1e6) return 3;
  return lengthNs >= 1e3 ? 6 : 9;
}
