/**
 * Finds a Chromium for the end-to-end tests, and never lets a tool download one of its own.
 * `node .ci/browser.mjs` also installs the distribution's package where that is possible (root
 * on Debian), or says what to do.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isMain } from "./main.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/** Where Chrome's own installers put it on systems that keep programs off the PATH. */
const INSTALLED = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

if (isMain(import.meta.url)) await ensureBrowser();

/** @returns {Promise<string | undefined>} path of the program; undefined if there is none */
export async function findBrowser() {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen !== undefined && chosen !== "") return chosen;
  const { chromium } = await import("@playwright/test");
  return (
    onPath() ?? INSTALLED.find((file) => existsSync(file)) ?? existing(chromium.executablePath())
  );
}

async function ensureBrowser() {
  const found = (await findBrowser()) ?? (installPackage() ? await findBrowser() : undefined);
  if (found !== undefined && existsSync(found)) {
    console.log(`Browser: ${found}`);
    return;
  }
  console.error(
    found === undefined
      ? "The end-to-end tests need Chromium or Chrome, and none was found."
      : `CHROMIUM_PATH names ${found}, which does not exist.`,
  );
  console.error("Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to it.");
  process.exit(1);
}

/** @returns {string | undefined} */
function onPath() {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** @returns {boolean} whether a browser was installed */
function installPackage() {
  if (process.getuid?.() !== 0 || !isDebian()) return false;
  console.log("Installing the distribution's chromium package ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return [["update"], ["install", "-y", "chromium"]].every(
    (words) => spawnSync("apt-get", words, { stdio: "inherit", env }).status === 0,
  );
}

/** Ubuntu does not count: its package is a stub for another package manager. */
function isDebian() {
  const release = "/etc/os-release";
  return existsSync(release) && /^ID=debian$/m.test(readFileSync(release, "utf8"));
}

/** @param {string} file @returns {string | undefined} */
function existing(file) {
  return existsSync(file) ? file : undefined;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
