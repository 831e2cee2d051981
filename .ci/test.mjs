/**
 * `npm test`: everything that has to hold, in the order in which a failure is cheapest to find.
 * Works on a fresh clone, so it uses Node alone; each step is a script of package.json.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { countTests, REPORTS } from "./count.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const STEPS = [
  { title: "dependencies", command: ["node", ".ci/install.mjs"] },
  { title: "types", command: ["npm", "run", "--silent", "types"] },
  { title: "lint", command: ["npm", "run", "--silent", "lint"] },
  { title: "format", command: ["npm", "run", "--silent", "format:check"] },
  { title: "layers", command: ["npm", "run", "--silent", "layers"] },
  { title: "unused code", command: ["npm", "run", "--silent", "unused"] },
  { title: "unit and oracle tests", command: ["npm", "run", "--silent", "unit"] },
  { title: "production build", command: ["npm", "run", "--silent", "build"] },
  { title: "built command line", command: ["node", "dist/cli/cli.js", "list"] },
  { title: "end-to-end tests", command: ["npm", "run", "--silent", "e2e"] },
];

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
STEPS.forEach(runStep);
const { passed } = countTests();
console.log(`\nAll ${STEPS.length} steps passed; ${passed} tests.`);

/** @param {{ title: string, command: string[] }} step @param {number} index */
function runStep({ title, command }, index) {
  const name = `${index + 1}/${STEPS.length} ${title}`;
  console.log(`\n== ${name}`);
  const startMs = performance.now();
  const status = run(command);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`\nFAILED: ${title} (${seconds} s). What is wrong stands above.`);
    console.error(
      `To run this step alone: ${command.filter((word) => word !== "--silent").join(" ")}`,
    );
    process.exit(1);
  }
  console.log(`== ${name}: passed in ${seconds} s`);
}

/** @param {string[]} command @returns {number} exit status */
function run([program = "node", ...options]) {
  // npm names its own program to the scripts it runs; on Windows `npm` is a batch file.
  const npm = process.env["npm_execpath"];
  const isNode = program === "node";
  const words = isNode || npm === undefined ? options : [npm, ...options];
  const { status, error } = spawnSync(isNode || npm ? process.execPath : program, words, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    shell: !isNode && npm === undefined && process.platform === "win32",
  });
  if (error !== undefined) console.error(error.message);
  return status ?? 1;
}
