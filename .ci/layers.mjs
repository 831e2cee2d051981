/**
 * The layer rules: which file may import which. An allow-list, so that whatever is not named here
 * is a violation. `node .ci/layers.mjs` checks the repository; the rules themselves are tested in
 * layers.test.mjs with planted violations.
 */
import { readFileSync, readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { isMain } from "./main.mjs";

/**
 * @typedef {object} Reference What one file says about another.
 * @property {string} target as written: "./queue.ts", "zod"
 * @property {boolean} typeOnly disappears when types are stripped
 * @property {boolean} url `new URL(target, import.meta.url)`: a file or a worker's program
 * @property {number} line
 */

/** Engine folders from the bottom up; a file may import from its own rank and below. */
const RANKS = [
  ["engine/kernel/"],
  ["engine/theory/"],
  ["engine/measure/"],
  ["engine/machine/"],
  ["engine/sync/"],
  ["engine/runtimes/", "engine/workload/"],
  ["engine/scenario/"],
  [
    "engine/internals.ts",
    "engine/lane-result.ts",
    "engine/laws.ts",
    "engine/resources.ts",
    "engine/run-result.ts",
    "engine/sampler.ts",
    "engine/simulation.ts",
    "engine/snapshot.ts",
    "engine/topology.ts",
    "engine/version.ts",
  ],
  [
    "engine/history.ts",
    "engine/inspect.ts",
    "engine/lane-session.ts",
    "engine/move-watch.ts",
    "engine/replications.ts",
    "engine/scalability.ts",
    "engine/past-requests.ts",
    "engine/rebuild.ts",
    "engine/schedule.ts",
    "engine/slices.ts",
    "engine/testers.ts",
    "engine/watch.ts",
  ],
];

/** The only engine files that see a platform. `cli/` is part of the command line. */
const FRONT_DOORS = [
  "engine/worker.ts",
  "engine/link.ts",
  "engine/cli.ts",
  "engine/cli/",
  "engine/bench/",
  "engine/reality/",
];

/** Types only, so anybody in the engine may name them. */
const SHARED_TYPES = [
  "engine/api.ts",
  "engine/api-internals.ts",
  "engine/api-schedule.ts",
  "engine/api-studies.ts",
  "engine/api-topology.ts",
  "engine/scenario/model.ts",
];

/** Packages by importer; a part of the repository that is not listed may import none. */
const PACKAGES = [
  { from: "engine/scenario/", allow: ["zod"] },
  { from: "engine/worker.ts", allow: ["comlink"] },
  {
    from: "web/",
    allow: [
      "@dagrejs/dagre",
      "comlink",
      "d3-array",
      "d3-axis",
      "d3-scale",
      "d3-shape",
      "react",
      "react-aria-components",
      "react-dom",
      "zustand",
    ],
  },
  { from: "e2e/", allow: ["@playwright/test", "axe-core"] },
];

const NODE_USERS = ["engine/cli.ts", "engine/cli/", "engine/bench/", "engine/reality/", "e2e/"];
/** Data, not a program: what single operations cost on the machine of `reality/`. */
const MEASUREMENTS = "engine/reality/primitives.json";
const TEST_PACKAGES = ["vitest", "fast-check"];
const SOURCE = /\.(ts|tsx|mts|mjs)$/;
const ROOTS = ["engine", "web", "e2e"];

if (isMain(import.meta.url)) {
  const { files, violations } = checkRepository(fileURLToPath(new URL("..", import.meta.url)));
  for (const violation of violations) console.error(violation);
  if (violations.length > 0) process.exit(1);
  console.log(`${files} files keep to their layers.`);
}

/**
 * @param {string} root folder of the repository
 * @returns {{ files: number, violations: string[] }}
 */
export function checkRepository(root) {
  const files = ROOTS.flatMap((folder) => listSources(root, folder));
  const violations = files.flatMap((file) =>
    checkFile(file, readFileSync(join(root, file), "utf8")),
  );
  return { files: files.length, violations };
}

/**
 * @param {string} file path from the repository's root, with forward slashes
 * @param {string} text its source
 * @returns {string[]} one sentence per violation
 */
export function checkFile(file, text) {
  const { references, powers } = readSource(file, text);
  const wrong = references.flatMap((reference) => {
    const reason = reasonAgainst(file, reference);
    return reason === undefined ? [] : [`${file}:${reference.line}: ${reason}`];
  });
  if (!isPure(file)) return wrong;
  const reason = "** is Math.pow, whose last bit differs between engines: use kernel/math.ts";
  return [...wrong, ...powers.map((line) => `${file}:${line}: ${reason}`)];
}

/** @param {string} file @param {Reference} reference @returns {string | undefined} */
function reasonAgainst(file, reference) {
  const { target } = reference;
  if (!target.startsWith(".")) return packageReason(file, target);
  const imported = posix.normalize(posix.join(posix.dirname(file), target));
  if (imported.startsWith("scenarios/") && imported.endsWith(".json")) return undefined;
  if (imported === "package.json") return undefined;
  if (imported === MEASUREMENTS && file.startsWith("engine/")) return undefined;
  if (isTest(imported) && !isTest(file)) return `${imported} is there for tests alone`;
  if (file.startsWith("web/")) return webReason(imported, reference);
  // Outside the browser such an address names a file to read, not a program to start.
  if (reference.url && !isPure(file)) return undefined;
  if (file.startsWith("engine/")) return engineReason(file, imported, reference);
  if (imported.startsWith("e2e/") || imported.startsWith(".ci/")) return undefined;
  if (imported === "web/test-ids.ts") return undefined;
  return `end-to-end tests see the product from outside, not ${imported}`;
}

/** @param {string} file @param {string} target @returns {string | undefined} */
function packageReason(file, target) {
  const name = packageName(target);
  const test = isTest(file);
  if (isBuiltin(target)) {
    if (test || isIn(file, NODE_USERS)) return undefined;
    return `${target}: only the command line, the benchmark and tests may use Node`;
  }
  if (test && TEST_PACKAGES.includes(name)) return undefined;
  if (PACKAGES.some(({ from, allow }) => file.startsWith(from) && allow.includes(name))) {
    return undefined;
  }
  return `${name} is not among the packages this part may import`;
}

/** @param {string} imported @param {Reference} reference @returns {string | undefined} */
function webReason(imported, reference) {
  if (imported.startsWith("web/")) return undefined;
  if (reference.url && imported === "engine/worker.ts") return undefined;
  if (imported !== "engine/api.ts") return `web may import engine/api.ts alone, not ${imported}`;
  return reference.typeOnly ? undefined : "engine/api.ts is types: write `import type`";
}

/**
 * @param {string} file @param {string} imported @param {Reference} reference
 * @returns {string | undefined}
 */
function engineReason(file, imported, reference) {
  if (!imported.startsWith("engine/")) return `the engine may not import ${imported}`;
  if (SHARED_TYPES.includes(imported) && reference.typeOnly) return undefined;
  if (file === "engine/api.ts") {
    const allowed = reference.typeOnly && imported === "engine/scenario/schema.ts";
    return allowed ? undefined : `engine/api.ts may import types of the schema, not ${imported}`;
  }
  if (isFrontDoor(file) || isTest(file)) return undefined;
  if (isFrontDoor(imported)) return `${imported} is a front door: nothing below may import it`;
  const own = rankOf(file);
  const other = rankOf(imported);
  if (own === -1) return `${file} has no layer: name it in .ci/layers.mjs`;
  if (other === -1) return `${imported} has no layer, or is types: write \`import type\``;
  return other <= own ? undefined : `${file} may not import ${imported}, which is a layer above`;
}

/** @param {string} file */
function rankOf(file) {
  return RANKS.findIndex((parts) => isIn(file, parts));
}

/** @param {string} file */
function isFrontDoor(file) {
  return isIn(file, FRONT_DOORS);
}

/** Tests, and what only tests share. @param {string} file */
function isTest(file) {
  return /(\.test\.[a-z]+|\/(testing|arbitrary)\.ts)$/.test(file);
}

/** Must give the same bits everywhere. @param {string} file */
function isPure(file) {
  return file.startsWith("engine/") && !isFrontDoor(file) && !isTest(file);
}

/** @param {string} file @param {readonly string[]} parts folders with a slash, or files */
function isIn(file, parts) {
  return parts.some((part) => (part.endsWith("/") ? file.startsWith(part) : file === part));
}

/** "react-dom/client" and "@dagrejs/dagre" to the package. @param {string} target */
function packageName(target) {
  const parts = target.split("/");
  return target.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? target);
}

/**
 * Everything a source refers to, and the lines that raise to a power.
 * @param {string} file @param {string} text
 * @returns {{ references: Reference[], powers: number[] }}
 */
function readSource(file, text) {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`);
  /** @type {Reference[]} */
  const references = [];
  /** @type {number[]} */
  const powers = [];
  walk(program, (node) => {
    const line = text.slice(0, node.start).split("\n").length;
    const found = referenceIn(node);
    if (found !== undefined) references.push({ ...found, line });
    if (isPower(node)) powers.push(line);
  });
  return { references, powers };
}

/** `2 ** 53`, whole numbers written out, is exact everywhere. @param {any} node */
function isPower(node) {
  if (node.operator === "**=") return true;
  if (node.operator !== "**") return false;
  return ![node.left, node.right].every((side) => {
    const number = side.type === "UnaryExpression" ? side.argument : side;
    return Number.isInteger(number.value);
  });
}

/** @param {any} node @returns {Omit<Reference, "line"> | undefined} */
function referenceIn(node) {
  switch (node.type) {
    case "ImportDeclaration":
      return { target: node.source.value, typeOnly: node.importKind === "type", url: false };
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      if (!node.source) return undefined;
      return { target: node.source.value, typeOnly: node.exportKind === "type", url: false };
    case "TSImportType":
      return { target: node.source.value, typeOnly: true, url: false };
    case "ImportExpression":
      return { target: literalOf(node.source), typeOnly: false, url: false };
    case "NewExpression":
      if (node.callee.name !== "URL" || node.arguments[1]?.type !== "MemberExpression") {
        return undefined;
      }
      return { target: literalOf(node.arguments[0]), typeOnly: false, url: true };
    default:
      return undefined;
  }
}

/** A computed address cannot be checked, and so matches no rule. @param {any} node */
function literalOf(node) {
  return typeof node.value === "string" ? node.value : "(computed)";
}

/** @param {any} node @param {(node: any) => void} visit */
function walk(node, visit) {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (typeof node.type === "string") visit(node);
  for (const value of Object.values(node)) walk(value, visit);
}

/** @param {string} root @param {string} folder @returns {string[]} */
function listSources(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listSources(root, path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}
