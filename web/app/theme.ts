/** Light or dark: the system's choice until the user makes one, which is remembered. */
import { viewStore, type Theme } from "../state/view-store.ts";

const KEY = "interleave.theme";
const SHORTCUTS_KEY = "interleave.shortcuts";
const DARK = "(prefers-color-scheme: dark)";
/** Where the system chooses the colours, pictures have to be drawn for its background. */
const FORCED = window.matchMedia("(forced-colors: active)");

/** Applies the theme now and whenever it changes. */
export function startTheme(): void {
  const chosen = recall(KEY);
  const query = window.matchMedia(DARK);
  viewStore.subscribe((state, before) => {
    if (state.theme !== before.theme) apply(state.theme);
    if (state.density !== before.density)
      document.documentElement.dataset["density"] = state.density;
  });
  const system = (): Theme => (query.matches ? "dark" : "light");
  const hasChosen = (chosen === "light" || chosen === "dark") && !FORCED.matches;
  const theme = hasChosen ? chosen : system();
  apply(theme);
  viewStore.setState({ theme, shortcuts: recall(SHORTCUTS_KEY) !== "off" });
  query.addEventListener("change", () => {
    if (recall(KEY) === undefined || FORCED.matches) viewStore.setState({ theme: system() });
  });
}

export function toggleTheme(): void {
  const theme = viewStore.getState().theme === "dark" ? "light" : "dark";
  remember(KEY, theme);
  themeBefore = undefined;
  viewStore.setState({ theme });
}

/** The projector's view begins in the light theme, and gives back the one that was there. */
let themeBefore: Theme | undefined;

export function toggleStage(): void {
  const { density, theme } = viewStore.getState();
  if (density === "stage") {
    viewStore.setState({ density: "regular", theme: themeBefore ?? theme });
    return;
  }
  themeBefore = theme;
  viewStore.setState({ density: "stage", theme: FORCED.matches ? theme : "light" });
}

export function setShortcuts(on: boolean): void {
  remember(SHORTCUTS_KEY, on ? "on" : "off");
  viewStore.setState({ shortcuts: on });
}

function apply(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
}

/** Storage may be switched off; then choices last until the page is left. */
function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to do: the choice holds for this visit.
  }
}
