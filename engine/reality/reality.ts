/**
 * Predictions against reality: `npm run reality`. Prints every case and writes docs/reality.md and
 * docs/reality.svg; with a pattern (`npm run reality -- W3-go`) it prints the cases that match.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { QUANTITIES, readCases, runCase, type Outcome, type Quantity } from "./cases.ts";
import { plot } from "./plot.ts";
import { page, summaryOf } from "./report.ts";

const pattern = process.argv[2];
const wanted = pattern === undefined ? undefined : new RegExp(pattern);
const outcomes: Outcome[] = [];
for (const of of readCases()) {
  if (wanted !== undefined && !wanted.test(of.id)) continue;
  const outcome = runCase(of);
  outcomes.push(outcome);
  console.log(line(outcome));
}
for (const quantity of QUANTITIES) {
  const { n, median, p90, worst } = summaryOf(outcomes, quantity);
  const text = `${quantity.padEnd(11)} ${String(n).padStart(4)} values`;
  console.log(`${text}  median ${median}  p90 ${p90}  worst ${worst}`);
}
if (wanted === undefined) {
  const docs = new URL("../../docs/", import.meta.url);
  mkdirSync(docs, { recursive: true });
  writeFileSync(new URL("reality.md", docs), page(outcomes));
  writeFileSync(new URL("reality.svg", docs), plot(outcomes));
}

function line(outcome: Outcome): string {
  const id = outcome.of.id.padEnd(30);
  if (outcome.kind === "not run") return `${id} not run: ${outcome.why}`;
  const cells = QUANTITIES.map((quantity) => cell(outcome, quantity));
  return `${id} ${cells.filter((text) => text !== "").join("  ")}`;
}

function cell(outcome: Extract<Outcome, { kind: "scored" }>, quantity: Quantity): string {
  const error = outcome.errors[quantity];
  if (error === undefined) return "";
  const value = outcome.predicted[quantity]!.toPrecision(4);
  const measured = outcome.of.measured[quantity]!;
  return `${quantity} ${value}/${measured} ${(error * 100).toFixed(0)}%`;
}
