import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Whether a module was started rather than imported. Node resolves symbolic links for one of the
 * two names and not for the other.
 * @param {string} url the module's import.meta.url
 */
export function isMain(url) {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === realpathSync(fileURLToPath(url));
}
