/**
 * Installs the locked dependencies if they are missing or belong to another lock file, and does
 * nothing otherwise. Runs before `npm start` and `npm test`, so it uses Node alone.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NODE_OLDEST = [20, 19];
const LOCK = fileURLToPath(new URL("../package-lock.json", import.meta.url));
/** npm's own record of what it installed last. */
const INSTALLED = fileURLToPath(new URL("../node_modules/.package-lock.json", import.meta.url));
const STAMP = fileURLToPath(new URL("../node_modules/.interleave-lock", import.meta.url));

requireNode();
const digest = createHash("sha256").update(readFileSync(LOCK)).digest("hex");
if (!isInstalled()) {
  console.log("Installing dependencies (once per lock file) ...");
  install();
}
writeFileSync(STAMP, digest);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = NODE_OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(
    `Interleave needs Node ${NODE_OLDEST.join(".")} or newer; this is ${process.versions.node}.`,
  );
}

/** Whoever ran npm by hand left no stamp; then the younger of the two files decides. */
function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  if (existsSync(STAMP)) return readFileSync(STAMP, "utf8") === digest;
  return statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}

function install() {
  // npm names its own program to the scripts it runs; on Windows `npm` is a batch file.
  const npm = process.env["npm_execpath"];
  const options = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...options], inRepository())
    : spawnSync("npm", options, { ...inRepository(), shell: process.platform === "win32" });
  if (status !== 0) fail("npm could not install the dependencies: its message is above.");
}

/** @returns {import("node:child_process").SpawnSyncOptions} */
function inRepository() {
  return { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: "inherit" };
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
