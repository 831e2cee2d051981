/** The scenarios that ship, small ones made for a test, links made by hand, and the command line. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import type { Figures } from "./workbench.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** As much of a document as these tests change. */
export interface Scenario {
  name: string;
  duration: string;
  requests: Record<string, { steps: unknown[] }>;
  load: Record<string, Record<string, unknown>>;
  lanes: { name: string; runtime: Record<string, unknown> }[];
  [key: string]: unknown;
}

/** Ids of the scenarios that ship. */
export const SHIPPED: readonly string[] = readdirSync(`${ROOT}scenarios`)
  .filter((file) => file.endsWith(".json") && !file.endsWith(".schema.json"))
  .map((file) => file.replace(/\.json$/, ""));

export function shipped(id: string): Scenario {
  return JSON.parse(readFileSync(`${ROOT}scenarios/${id}.json`, "utf8")) as Scenario;
}

/** Two pools of threads under an open load: a second or two of virtual time, done in no time. */
export function small(): Scenario {
  const lane = (threads: number) => ({
    name: `${threads} threads`,
    runtime: { model: "threads", profile: "neutral", threads },
  });
  return {
    version: 1,
    name: "Small",
    seed: 3,
    duration: "20s",
    warmup: "1s",
    machine: { cores: 2, memory: "2GiB" },
    requests: { page: { steps: [{ cpu: "2ms" }, { io: "20ms" }] } },
    load: { visitors: { executor: "constant-arrival-rate", rate: 200, request: "page" } },
    lanes: [lane(5), lane(8)],
  };
}

/** A ramp, a pool and an objective: with every kind of field in the form. */
export function full(): Scenario {
  const stages = [
    { duration: "2s", target: 300 },
    { duration: "4s", target: 100 },
  ];
  return {
    ...small(),
    duration: "6s",
    slo: { p99: "50ms" },
    pools: { db: { size: 4 } },
    requests: { page: { steps: [{ cpu: "2ms" }, { acquire: "db", steps: [{ io: "20ms" }] }] } },
    load: {
      visitors: { executor: "ramping-arrival-rate", startRate: 100, stages, request: "page" },
    },
  };
}

interface CommandResult {
  readonly digest: string;
  readonly lanes: readonly (Figures & { readonly name: string })[];
}

/** Runs the built command line program in Node. */
export function runInNode(id: string, lane?: string): CommandResult {
  const only = lane === undefined ? [] : ["--lane", lane];
  const args = ["dist/cli/cli.js", "run", id, "--json", ...only];
  const text = execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  return JSON.parse(text) as CommandResult;
}

/** What follows the `#` in a link to `document`, made without the program's own code. */
export function linkTo(document: unknown): string {
  return `s=1${packed(JSON.stringify(document))}`;
}

export function packed(content: string | Uint8Array): string {
  return deflateRawSync(content).toString("base64url");
}
