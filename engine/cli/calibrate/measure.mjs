/**
 * Measures Node's turns, promises and timers; prints one JSON object of lists.
 *
 * usage: node measure.mjs short|full
 *
 * Every list holds one figure per repetition, in the unit that its name ends in (ms where it ends
 * in a quantile).
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const isFull = process.argv[2] === "full";
const found = {};

/** How often something is done in one repetition. */
function times(full) {
  return isFull ? full : Math.max(20, Math.floor(full / 20));
}

function record(name, figure) {
  (found[name] ??= []).push(Number(figure.toFixed(4)));
}

/** On systems without /proc there is nothing to be told about memory. */
function residentKb() {
  try {
    return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[1]) * 4;
  } catch {
    return undefined;
  }
}

async function idleFunctions() {
  const never = new Promise(() => {});
  const waiting = [];
  const waits = async () => {
    await never;
  };
  let before;
  for (const count of [10_000, 100_000]) {
    while (waiting.length < count) waiting.push(waits());
    await new Promise((resolve) => setTimeout(resolve, 100));
    const after = residentKb();
    if (after === undefined) return;
    if (before !== undefined)
      record("async_fn_rss_per_idle_kb_10k_100k", (after - before) / 90_000);
    before = after;
  }
}

async function turns() {
  const n = times(200_000);
  const start = performance.now();
  await new Promise((resolve) => {
    let left = n;
    const turn = () => (left-- === 0 ? resolve() : setImmediate(turn));
    turn();
  });
  record("setImmediate_turn_us", ((performance.now() - start) / n) * 1e3);
}

async function promises() {
  const n = times(2_000_000);
  const start = performance.now();
  for (let i = 0; i < n; i++) await Promise.resolve();
  record("await_promise_us", ((performance.now() - start) / n) * 1e3);
}

async function timers() {
  const took = [];
  for (let i = 0; i < times(200); i++) {
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 1));
    took.push(performance.now() - start);
  }
  took.sort((a, b) => a - b);
  record("setTimeout_1ms_p50", took[Math.floor(took.length / 2)]);
  record("setTimeout_1ms_p99", took[Math.floor(took.length * 0.99)]);
}

await idleFunctions();
for (let i = 0; i < (isFull ? 3 : 1); i++) {
  await turns();
  await promises();
  await timers();
}
process.stdout.write(`${JSON.stringify(found)}\n`);
