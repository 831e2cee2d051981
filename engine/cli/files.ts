/** Scenario files: by path, or by the name under which they ship. */
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean } from "../scenario/fields.ts";
import { TEXT_MAX } from "../scenario/json-text.ts";

export type FileReply =
  | { readonly kind: "ok"; readonly text: string }
  | { readonly kind: "missing"; readonly message: string };

export function readScenarioText(fileOrName: string): FileReply {
  if (existsSync(fileOrName)) return readFile(fileOrName);
  const names = shippedNames();
  if (names.includes(fileOrName)) return readFile(join(shippedFolder(), `${fileOrName}.json`));
  const remedy = didYouMean(fileOrName, names) || "; `list` shows the names";
  return {
    kind: "missing",
    message: `there is no file and no scenario named "${fileOrName}"${remedy}`,
  };
}

/** The text of a file that is no scenario. */
export function readTextFile(path: string): FileReply {
  if (!existsSync(path)) return { kind: "missing", message: `there is no file "${path}"` };
  return readFile(path);
}

/** What stood in the way, or undefined. */
export function writeTextFile(path: string, text: string): string | undefined {
  try {
    writeFileSync(path, text);
    return undefined;
  } catch (error) {
    return `"${path}" cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function readFile(path: string): FileReply {
  const stat = statSync(path);
  if (!stat.isFile()) return { kind: "missing", message: `"${path}" is no file` };
  // Four bytes make a character at most; whatever is larger need not be read to be refused.
  if (stat.size > 4 * TEXT_MAX) {
    return { kind: "missing", message: `"${path}" has ${stat.size} bytes: no scenario is so long` };
  }
  return { kind: "ok", text: readFileSync(path, "utf8") };
}

/** Names of the scenarios that ship, in the order of the alphabet. */
export function shippedNames(): readonly string[] {
  return readdirSync(shippedFolder())
    .filter((file) => file.endsWith(".json") && !file.endsWith(".schema.json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** `scenarios/` beside `engine/` in the repository, two folders up in the built program. */
function shippedFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 3; up++) {
    folder = dirname(folder);
    const candidate = join(folder, "scenarios");
    if (existsSync(join(candidate, "scenario.schema.json"))) return candidate;
  }
  throw new Error("the folder scenarios/ is missing: install the program anew");
}
