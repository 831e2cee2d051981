import { expect, test } from "vitest";
import { checkFile } from "./layers.mjs";

/** @param {string} file @param {string} text */
const isRefused = (file, text) => checkFile(file, text).length > 0;

test.each([
  [
    "a layer imports one above it",
    "engine/kernel/queue.ts",
    'import { a } from "../sync/lock.ts";',
  ],
  ["a layer re-exports one above it", "engine/machine/os.ts", 'export * from "../sync/lock.ts";'],
  ["a layer loads one above it", "engine/sync/lock.ts", 'await import("../scenario/units.ts");'],
  ["a layer names a type of one above", "engine/kernel/a.ts", 'let a: import("../sync/b.ts").B;'],
  ["the model's types are imported as values", "engine/kernel/a.ts", 'import "../api.ts";'],
  ["a front door is imported from below", "engine/simulation.ts", 'import "./worker.ts";'],
  ["the engine imports the interface", "engine/cli.ts", 'import "../web/format.ts";'],
  ["the engine uses Node", "engine/measure/digest.ts", 'import { a } from "node:crypto";'],
  ["the engine uses Node without its prefix", "engine/measure/digest.ts", 'import "crypto";'],
  ["the engine uses React", "engine/simulation.ts", 'import { useState } from "react";'],
  ["zod is used below the document", "engine/runtimes/go.ts", 'import { z } from "zod";'],
  ["an engine file has no layer", "engine/topology/a.ts", 'import "../kernel/queue.ts";'],
  ["the interface imports an engine module", "web/a.ts", 'import "../engine/link.ts";'],
  ["the interface imports an engine type", "web/a.ts", 'import type { A } from "../engine/a.ts";'],
  ["the interface imports the API's values", "web/a.ts", 'import { A } from "../engine/api.ts";'],
  ["the interface marks single names", "web/a.ts", 'import { type A } from "../engine/api.ts";'],
  ["the interface hides an address", "web/a.ts", "await import(`../engine/${name}.ts`);"],
  ["the interface uses a package unlisted", "web/a.ts", 'import * as d3 from "d3";'],
  ["a test of the product reaches inside", "e2e/a.spec.ts", 'import "../engine/link.ts";'],
  ["the interface starts another program", "web/a.ts", 'new URL("../e.ts", import.meta.url);'],
  ["the engine reads files", "engine/kernel/a.ts", 'new URL("../../a.txt", import.meta.url);'],
  ["a layer imports what tests share", "engine/scenario/a.ts", 'import "./arbitrary.ts";'],
  ["the engine raises to a power", "engine/kernel/a.ts", "export const a = (b: number) => b ** 3;"],
])("it is refused that %s", (_what, file, text) => {
  expect(isRefused(file, text)).toBe(true);
});

test.each([
  [
    "a layer imports one below it",
    "engine/sync/lock.ts",
    'import { a } from "../kernel/queue.ts";',
  ],
  ["runtimes and workload know each other", "engine/workload/a.ts", 'import "../runtimes/go.ts";'],
  [
    "everyone names the model",
    "engine/kernel/a.ts",
    'import type { A } from "../scenario/model.ts";',
  ],
  ["the API names the schema", "engine/api.ts", 'import type { A } from "./scenario/schema.ts";'],
  ["the schema uses zod", "engine/scenario/schema.ts", 'import { z } from "zod";'],
  ["the worker uses comlink", "engine/worker.ts", 'import { expose } from "comlink";'],
  ["the command line uses Node", "engine/cli.ts", 'import { argv } from "node:process";'],
  ["a test uses vitest and Node", "engine/kernel/a.test.ts", 'import "vitest"; import "node:fs";'],
  ["the interface names the API", "web/a/b.ts", 'import type { A } from "../../engine/api.ts";'],
  [
    "the interface starts the worker",
    "web/state/a.ts",
    'new Worker(new URL("../../engine/worker.ts", import.meta.url), { type: "module" });',
  ],
  ["a specification knows the test ids", "e2e/a.spec.ts", 'import "../web/test-ids.ts";'],
  ["tests share drawn documents", "engine/scenario/arbitrary.ts", 'import fc from "fast-check";'],
  ["a test reads a file", "engine/a.test.ts", 'new URL("../docs/a.md", import.meta.url);'],
  ["the engine writes a power of two", "engine/kernel/a.ts", "export const A = 2 ** -53;"],
  ["the interface reads a scenario", "web/a.ts", 'import a from "../scenarios/gil.json";'],
])("it is allowed that %s", (_what, file, text) => {
  expect(checkFile(file, text)).toEqual([]);
});

test("a violation names the file, the line and the reason", () => {
  expect(checkFile("engine/kernel/a.ts", '\nimport "../sync/lock.ts";')).toEqual([
    "engine/kernel/a.ts:2: engine/kernel/a.ts may not import engine/sync/lock.ts, " +
      "which is a layer above",
  ]);
});
