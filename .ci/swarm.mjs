/**
 * `npm run swarm`: each property of `engine/properties.test.ts` over 20,000 random lanes, or as many
 * as `-- 500` says. What breaks one is made as small as possible and printed with its seed, which
 * `-- 500 SEED` draws from again.
 */
import { spawnSync } from "node:child_process";

const LANES = 20_000;

const [lanes = LANES, seed] = process.argv.slice(2).map(Number);
if (![lanes, seed ?? 0].every(Number.isSafeInteger) || lanes < 1) {
  console.error("expected: npm run swarm -- [number of lanes] [seed], both whole numbers");
  process.exit(2);
}

const vitest = ["node_modules/vitest/vitest.mjs", "run", "engine/properties.test.ts"];
const { status } = spawnSync(process.execPath, [...vitest, "--testTimeout=0"], {
  stdio: "inherit",
  env: {
    ...process.env,
    SWARM_LANES: String(lanes),
    ...(seed === undefined ? {} : { SWARM_SEED: String(seed) }),
  },
});
process.exit(status ?? 1);
