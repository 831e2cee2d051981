/** docs/reality.md: how far predictions are from what was measured, per family and runtime. */
import { QUANTITIES, type Outcome, type Quantity } from "./cases.ts";

const LABELS: Readonly<Record<Quantity, string>> = {
  throughput: "throughput",
  p50Ms: "p50",
  p99Ms: "p99",
  cpuCores: "CPU",
  rssMiB: "memory",
};

const FAMILIES: Readonly<Record<string, string>> = {
  W1: "CPU only, closed",
  W2: "I/O only, closed",
  W3: "1 ms of CPU and 9 ms of I/O, closed",
  W4: "I/O tasks beside one CPU hog",
  W5: "a mutex",
  W6: "open arrivals, a task each",
  W7: "open arrivals into a pool of 8",
  W8: "a semaphore of 10",
  W9: "a blocked thread or loop",
  W10: "fan-out of 10",
};

/** What is known to be wrong, and why where it is known. */
const MISSES: readonly string[] = [
  "## Known misses",
  "",
  "- On two cores programs lost more than what is modelled here explains: with 1 ms of CPU after 9 ms",
  "  of sleep, p99 is 3 to 5 ms late; twenty threads that could just keep two cores busy leave a sixth",
  "  of them idle; a request that holds the GIL for 1 ms takes it 1.23 ms, not 1.05 ms.",
  "- Processes and platform threads that only compute (W1): slices of 4 ms hold two requests of 2 ms,",
  "  so half of the requests take 2 ms and half a whole round. The median lies at the edge between",
  "  the two; late ticks blur it, but with 32 threads it still falls on either side by chance.",
  "- Open arrivals (W6, W7): each of these cases was measured once, so that a disturbance counts in",
  "  full. On one core the JVM was still compiling; the model knows no compiler. Near saturation a",
  "  tenth of a millisecond per request decides how long the queue gets.",
  "- Hundreds of thousands of timers per second (W2 with 5000 tasks): what a real program does per",
  "  request besides, its clock and its records among it, is not in the model. That also is most of",
  "  their memory: programs that do the same and keep no latencies hold half of it or less.",
  "- Semaphores and locks where late comers barge in (W5, W8): that most waiters never get in comes",
  "  out, and what a lock loses to waking. A waiter is lucky when it comes between a release and the",
  "  next acquisition; how often that is, and so the p99, is right in size at best, and on virtual",
  "  threads nobody is lucky at all.",
];

type Scored = Extract<Outcome, { kind: "scored" }>;

/** Absolute relative errors of one quantity, in per cent, as text. */
export function summaryOf(
  outcomes: readonly Outcome[],
  quantity: Quantity,
): { n: number; median: string; p90: string; worst: string } {
  const errors = outcomes.flatMap((outcome) => {
    const error = outcome.kind === "scored" ? outcome.errors[quantity] : undefined;
    return error === undefined ? [] : [Math.abs(error)];
  });
  errors.sort((a, b) => a - b);
  const at = (q: number): string => {
    const value = errors[Math.min(errors.length - 1, Math.floor(errors.length * q))];
    return value === undefined ? "–" : `${(value * 100).toFixed(1)} %`;
  };
  return { n: errors.length, median: at(0.5), p90: at(0.9), worst: at(1) };
}

export function page(outcomes: readonly Outcome[]): string {
  const scored = outcomes.filter((outcome) => outcome.kind === "scored");
  const left = outcomes.filter((outcome) => outcome.kind === "not run");
  return [
    "# Predictions against reality",
    "",
    "Written by `npm run reality`. The same workloads ran on real runtimes (CPython 3.11.7 threads,",
    "processes and asyncio, Go 1.23.5, Node 20.20, Java threads on JDK 25) on one guest with two",
    "virtual cores, and run here with the costs of single operations measured on that guest",
    "(`engine/reality/primitives.json`). No number was fitted to the cases. `io` in a case is its",
    "runtime's timer, so it is here. What a timer costs in Python and Node, and waking a halted core,",
    "was measured on a machine of the same kind; other costs are those of the profiles.",
    "",
    "An error is |predicted − measured| / measured against the median of the undisturbed runs, and",
    "zero within their spread. CPU is scored from 0.2 cores up, memory from 1000 waiting tasks up.",
    "",
    `${scored.length} of ${outcomes.length} cases run.`,
    "",
    "![Predicted against measured, both axes logarithmic](reality.svg)",
    "",
    ...MISSES,
    "",
    "## All cases together",
    "",
    ...overview(outcomes),
    "",
    "## By family",
    "",
    ...groups(scored, "family", (name) => `${name}: ${FAMILIES[name] ?? ""}`),
    "",
    "## By runtime",
    "",
    ...groups(scored, "runtime", (name) => name),
    "",
    "## Case by case",
    "",
    "Predicted / measured; bold where the error is above 25 %.",
    "",
    ...table(scored),
    "",
    "## Not run",
    "",
    ...notRun(left),
    "",
  ].join("\n");
}

function overview(outcomes: readonly Outcome[]): string[] {
  const rows = QUANTITIES.map((quantity) => {
    const { n, median, p90, worst } = summaryOf(outcomes, quantity);
    return `| ${LABELS[quantity]} | ${n} | ${median} | ${p90} | ${worst} |`;
  });
  return ["| quantity | values | median | p90 | worst |", "|---|--:|--:|--:|--:|", ...rows];
}

/** Median and worst error of each quantity in each group. */
function groups(
  scored: readonly Scored[],
  by: "family" | "runtime",
  label: (name: string) => string,
): string[] {
  const names = [...new Set(scored.map(({ of }) => of[by]))].sort(byNumber);
  const rows = names.map((name) => {
    const members = scored.filter(({ of }) => of[by] === name);
    const cells = QUANTITIES.map((quantity) => {
      const { n, median, worst } = summaryOf(members, quantity);
      return n === 0 ? "" : `${median} / ${worst}`;
    });
    return `| ${label(name)} | ${members.length} | ${cells.join(" | ")} |`;
  });
  const heads = QUANTITIES.map((quantity) => LABELS[quantity]).join(" | ");
  return [
    "Median / worst error.",
    "",
    `| ${by} | cases | ${heads} |`,
    `|---|--:|${"--:|".repeat(QUANTITIES.length)}`,
    ...rows,
  ];
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function table(scored: readonly Scored[]): string[] {
  const heads = QUANTITIES.map((quantity) => LABELS[quantity]).join(" | ");
  const rows = [...scored]
    .sort((a, b) => byNumber(a.of.id, b.of.id))
    .map((outcome) => {
      const cells = QUANTITIES.map((quantity) => pair(outcome, quantity));
      return `| ${outcome.of.id} | ${cells.join(" | ")} |`;
    });
  const widths = "--:|".repeat(QUANTITIES.length);
  return [`| case | ${heads} |`, `|---|${widths}`, ...rows];
}

function pair({ of, predicted, errors }: Scored, quantity: Quantity): string {
  const error = errors[quantity];
  if (error === undefined) return "";
  const text = `${short(predicted[quantity]!)} / ${short(of.measured[quantity]!)}`;
  return Math.abs(error) > 0.25 ? `**${text}**` : text;
}

function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function notRun(left: readonly Outcome[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const outcome of left) {
    if (outcome.kind !== "not run") continue;
    const ids = reasons.get(outcome.why) ?? [];
    reasons.set(outcome.why, [...ids, outcome.of.id]);
  }
  if (reasons.size === 0) return ["None."];
  return [...reasons].map(([why, ids]) => `- ${why}: ${ids.join(", ")}`);
}
