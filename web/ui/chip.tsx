/** The lane's letter on the lane's colour: never the colour alone. */
import type { LaneLetter } from "../state/lane-run.ts";

export function LaneChip({ letter }: { readonly letter: LaneLetter }) {
  return (
    <span className="lane-chip" data-lane={letter} aria-hidden="true">
      {letter}
    </span>
  );
}

export function Tag({ children }: { readonly children: string }) {
  return <span className="tag">{children}</span>;
}
