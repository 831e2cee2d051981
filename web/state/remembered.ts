/** How much of its schedule each lane keeps in memory, where the device or the address has a say. */

/** Entries on a device with little memory: 12 MB for each lane instead of 75. */
const FEW = 2 ** 20;
const LITTLE_GIB = 2;
/** What an address may ask for: `?remember=20000`. */
const LEAST = 1_000;
const MOST = 6 * 2 ** 20;

/** Undefined: as many as the engine likes. */
export function rememberedEntries(): number | undefined {
  const asked = Number(new URLSearchParams(location.search).get("remember") ?? NaN);
  if (asked >= LEAST) return Math.min(MOST, asked);
  // Not every browser tells.
  const { deviceMemory = Infinity } = navigator as { readonly deviceMemory?: number };
  return deviceMemory <= LITTLE_GIB ? FEW : undefined;
}
