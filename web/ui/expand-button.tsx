/** Gives flow or schedule the whole workbench, and takes it back. */
import { toggleExpanded, useView, type ViewState } from "../state/view-store.ts";
import { IconButton } from "./button.tsx";

interface ExpandButtonProps {
  readonly view: NonNullable<ViewState["expanded"]>;
  readonly testId: string;
}

export function ExpandButton({ view, testId }: ExpandButtonProps) {
  const isLarge = useView((state) => state.expanded === view);
  return (
    <span className="expand-button">
      <IconButton
        icon={isLarge ? "shrink" : "expand"}
        size="small"
        label={isLarge ? `Smaller ${view}` : `Larger ${view}`}
        {...(isLarge ? { keys: "Esc" } : {})}
        testId={testId}
        onPress={() => toggleExpanded(view)}
      />
    </span>
  );
}
