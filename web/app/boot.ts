/** What happens when the page opens: theme, the link in the address or the default scenario. */
import { describeProblem, loadScenario } from "../state/scenario-actions.ts";
import { watchRuns } from "../state/replications.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { DEFAULT_SCENARIO, findScenario } from "../scenarios/catalogue.ts";
import { openHash } from "../share/link.ts";
import { exposeForTests } from "./test-handle.ts";
import { startTheme } from "./theme.ts";

export function boot(): void {
  startTheme();
  exposeForTests();
  watchRuns();
  window.addEventListener("hashchange", () => void followHash());
  void openFirst();
}

async function openFirst(): Promise<void> {
  if (isScenarioLink() && (await followHash())) return;
  const { notice } = scenarioStore.getState();
  const entry = findScenario(DEFAULT_SCENARIO);
  if (entry === undefined) return;
  const [problem] = await loadScenario(entry.document, entry.id);
  const text = problem === undefined ? notice : describeProblem(problem);
  scenarioStore.setState({ notice: text });
}

/** True when the link opened; otherwise a notice says why not, and what was there stays. */
async function followHash(): Promise<boolean> {
  if (!isScenarioLink()) return false;
  const problem = await openHash(location.hash.slice(1));
  if (problem === undefined) return true;
  scenarioStore.setState({ notice: `This link could not be opened: ${problem}` });
  return false;
}

/** Other fragments are places on the page, such as the one the skip link leads to. */
function isScenarioLink(): boolean {
  return /^#(s|scenario)=/.test(location.hash);
}
