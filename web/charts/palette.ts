/**
 * The design tokens as a canvas needs them: resolved colours and sizes, read once per theme from
 * the document's custom properties.
 */
import type { LaneLetter } from "../state/lane-run.ts";

interface LaneColors {
  /** For lines and fills. */
  readonly line: string;
  /** For text on the surface. */
  readonly text: string;
}

export interface Palette {
  readonly lanes: Readonly<Record<LaneLetter, LaneColors>>;
  /** Any token by its custom property name: `token("--line-1")`. */
  readonly token: (name: string) => string;
  readonly fontUi: string;
  readonly fontMono: string;
  /** CSS pixels. */
  readonly tickPx: number;
  readonly labelPx: number;
  /** Lines are thicker on a projector. */
  readonly lineFactor: number;
}

let current: Palette | undefined;

export function palette(): Palette {
  current ??= readPalette();
  return current;
}

/** Has the next `palette()` read the tokens anew; called when the theme changes. */
export function forgetPalette(): void {
  current = undefined;
}

/** `share` of colour `a` over colour `b`, both as `#rrggbb`. */
export function mix(a: string, b: string, share: number): string {
  const from = channels(b);
  const to = channels(a);
  const mixed = from.map((value, i) => Math.round(value + (to[i]! - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const cache = new Map<string, string>();
  const token = (name: string): string => {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const value = style.getPropertyValue(name).trim();
    cache.set(name, value);
    return value;
  };
  const lane = (letter: string, spare: string): LaneColors => {
    const line = token(`--lane-${letter}`) || token(spare);
    return { line, text: token(`--lane-${letter}-t`) || line };
  };
  return {
    lanes: {
      A: lane("a", "--text-1"),
      B: lane("b", "--text-1"),
      C: lane("c", "--text-1"),
      D: lane("d", "--text-1"),
      E: lane("e", "--text-2"),
      F: lane("f", "--line-3"),
    },
    token,
    fontUi: token("--font-ui") || "sans-serif",
    fontMono: token("--font-mono") || "monospace",
    tickPx: parseFloat(token("--fs-tick")) || 10,
    labelPx: parseFloat(token("--fs-xs")) || 11,
    lineFactor: document.documentElement.dataset["density"] === "stage" ? 1.75 : 1,
  };
}

function channels(hex: string): readonly number[] {
  const digits = hex.replace("#", "");
  const long = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits;
  return [0, 2, 4].map((at) => parseInt(long.slice(at, at + 2), 16) || 0);
}
