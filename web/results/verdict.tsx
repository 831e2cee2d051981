/** A verdict as colour, icon and word: never one of them alone. */
import type { Verdict as VerdictKind } from "../../engine/api.ts";
import { Icon, type IconName } from "../ui/icons.tsx";

interface VerdictProps {
  readonly verdict: VerdictKind;
  /** Stands instead of "pass", "fail" or "open". */
  readonly word?: string;
}

const LOOKS = {
  holds: { word: "pass", icon: "check" },
  fails: { word: "fail", icon: "close" },
  undecided: { word: "open", icon: "more" },
} as const satisfies Record<VerdictKind, { word: string; icon: IconName }>;

export function Verdict({ verdict, word }: VerdictProps) {
  const look = LOOKS[verdict];
  return (
    <span className="verdict" data-verdict={verdict}>
      <Icon name={look.icon} size={12} />
      {word === undefined ? (
        look.word
      ) : (
        <>
          {word}
          <span className="visually-hidden"> {look.word}</span>
        </>
      )}
    </span>
  );
}
