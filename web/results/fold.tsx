/** How much of the window the insight takes: its title alone, or all of it, and never less again. */
import { type RefObject, useLayoutEffect, useSyncExternalStore } from "react";
import { useView, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { IconButton } from "../ui/button.tsx";

/** Below this height charts, table and the whole insight have no room side by side. */
const LOW = window.matchMedia("(max-height: 820px)");

/** Open as the user left it; before that, where the window has room for it. */
export function useIsOpen(folds: boolean): boolean {
  const chosen = useView((view) => view.insightOpen);
  const isLow = useSyncExternalStore(subscribe, () => LOW.matches);
  return !folds || (chosen ?? !isLow);
}

function subscribe(listener: () => void): () => void {
  LOW.addEventListener("change", listener);
  return () => LOW.removeEventListener("change", listener);
}

export function FoldButton({ isOpen }: { readonly isOpen: boolean }) {
  return (
    <IconButton
      icon={isOpen ? "down" : "up"}
      size="small"
      label={isOpen ? "Fold the insight" : "Unfold the insight"}
      testId={TEST_IDS.insightFold}
      onPress={() => viewStore.setState({ insightOpen: !isOpen })}
    />
  );
}

/**
 * The text changes with the run, by a line now and then. The card keeps the most it has needed, or
 * the charts above it would jump each time; it begins anew when `of` changes. undefined: no matter.
 */
export function useCalmHeight(card: RefObject<HTMLElement | null>, of: string | undefined): void {
  useLayoutEffect(() => {
    const element = card.current;
    if (element === null || of === undefined) return undefined;
    let most = 0;
    let width = 0;
    const observer = new ResizeObserver(([entry]) => {
      const [size] = entry?.borderBoxSize ?? [];
      if (size === undefined) return;
      const isNarrower = width !== 0 && size.inlineSize !== width;
      most = isNarrower ? 0 : Math.max(most, size.blockSize);
      width = size.inlineSize;
      element.style.minHeight = most === 0 ? "" : `${most}px`;
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      element.style.minHeight = "";
    };
  }, [card, of]);
}
