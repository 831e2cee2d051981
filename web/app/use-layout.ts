/** Which of the four layouts the window has room for (DESIGN: 1280, 1024 and 640 px). */
import { useSyncExternalStore } from "react";

export type Layout = "wide" | "drawer" | "tabs" | "phone";

const WIDE = window.matchMedia("(min-width: 1280px)");
const DRAWER = window.matchMedia("(min-width: 1024px)");
const TABS = window.matchMedia("(min-width: 640px)");

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, currentLayout);
}

export function currentLayout(): Layout {
  if (WIDE.matches) return "wide";
  if (DRAWER.matches) return "drawer";
  return TABS.matches ? "tabs" : "phone";
}

function subscribe(listener: () => void): () => void {
  const queries = [WIDE, DRAWER, TABS];
  for (const query of queries) query.addEventListener("change", listener);
  return () => {
    for (const query of queries) query.removeEventListener("change", listener);
  };
}
