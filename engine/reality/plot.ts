/** docs/reality.svg: predicted against measured on logarithmic axes, one panel per quantity. */
import type { Outcome, Quantity } from "./cases.ts";

const PANELS: readonly { readonly quantity: Quantity; readonly title: string }[] = [
  { quantity: "throughput", title: "throughput, requests/s" },
  { quantity: "p50Ms", title: "p50, ms" },
  { quantity: "p99Ms", title: "p99, ms" },
];

/** One colour per runtime, distinguishable without hue by their order of lightness. */
const COLOURS: Readonly<Record<string, string>> = {
  "py-thread": "#1f4e79",
  "py-mp": "#2e8b9a",
  "py-asyncio": "#7a3e9d",
  go: "#0a7d4f",
  node: "#b8860b",
  "java-pt": "#b03a2e",
  "java-vt": "#e67e60",
};

const SIDE = 300;
const LEFT = 52;
const TOP = 34;
const GAP = 66;
const HEIGHT = TOP + SIDE + 84;

interface Dot {
  readonly id: string;
  readonly runtime: string;
  readonly measured: number;
  readonly predicted: number;
}

export function plot(outcomes: readonly Outcome[]): string {
  const width = LEFT + PANELS.length * (SIDE + GAP);
  const size = `width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}"`;
  const panels = PANELS.map(({ quantity, title }, i) =>
    panel(dotsOf(outcomes, quantity), title, LEFT + i * (SIDE + GAP)),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">`,
    "<title>Predicted against measured, both axes logarithmic</title>",
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>`,
    ...panels,
    legend(),
    "</svg>",
    "",
  ].join("\n");
}

function dotsOf(outcomes: readonly Outcome[], quantity: Quantity): Dot[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.kind !== "scored") return [];
    const measured = outcome.of.measured[quantity] ?? 0;
    const predicted = outcome.predicted[quantity] ?? 0;
    if (!(measured > 0) || !(predicted > 0)) return [];
    return [{ id: outcome.of.id, runtime: outcome.of.runtime, measured, predicted }];
  });
}

function panel(dots: readonly Dot[], title: string, x: number): string {
  const values = dots.flatMap(({ measured, predicted }) => [measured, predicted]);
  const from = Math.floor(Math.log10(Math.min(1e9, ...values)));
  const to = Math.ceil(Math.log10(Math.max(1e-9, ...values)));
  const at = (value: number): number => ((Math.log10(value) - from) / (to - from)) * SIDE;
  const decades = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  const marks = decades.flatMap((decade) => {
    const place = at(10 ** decade);
    const label =
      decade >= 4 ? `${10 ** (decade - 3)}k` : String(Number((10 ** decade).toFixed(3)));
    const y = TOP + SIDE - place;
    return [
      `<path d="M${x + place} ${TOP}v${SIDE}M${x} ${y}h${SIDE}" stroke="#e3e3e3"/>`,
      `<text x="${x + place}" y="${TOP + SIDE + 16}" text-anchor="middle">${label}</text>`,
      `<text x="${x - 6}" y="${y + 4}" text-anchor="end">${label}</text>`,
    ];
  });
  const circles = dots.map((dot) => {
    const place = `cx="${round(x + at(dot.measured))}" cy="${round(TOP + SIDE - at(dot.predicted))}"`;
    const colour = COLOURS[dot.runtime] ?? "#555";
    const name = `<title>${dot.id}</title>`;
    return `<circle ${place} r="3.5" fill="${colour}" fill-opacity="0.75">${name}</circle>`;
  });
  return [
    `<text x="${x}" y="${TOP - 14}" font-weight="bold">${title}</text>`,
    ...marks,
    `<path d="M${x} ${TOP + SIDE}L${x + SIDE} ${TOP}" stroke="#888" stroke-dasharray="4 3"/>`,
    ...circles,
    `<text x="${x + SIDE / 2}" y="${TOP + SIDE + 34}" text-anchor="middle">measured</text>`,
  ].join("\n");
}

function legend(): string {
  const entries = Object.entries(COLOURS).map(([runtime, colour], i) => {
    const x = LEFT + i * 110;
    const y = HEIGHT - 18;
    const text = `<text x="${x + 10}" y="${y + 4}">${runtime}</text>`;
    return `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/>${text}`;
  });
  return entries.join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
