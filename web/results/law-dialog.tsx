/** What a law says, with its formula and who proved it. */
import { Dialog } from "../ui/dialog.tsx";
import type { LaneRun } from "../state/lane-run.ts";
import { TEST_IDS } from "../test-ids.ts";
import { LAWS, type LawId } from "./laws.ts";
import { ScalingView } from "./scaling-view.tsx";
import { Theory } from "./theory-view.tsx";

interface LawDialogProps {
  readonly law: LawId;
  /** What else the insight rests on. */
  readonly others: readonly LawId[];
  /** The insight's own arithmetic: the law at work in this run. */
  readonly here: string;
  readonly lane: LaneRun;
  readonly onOpen: (law: LawId) => void;
  readonly onClose: () => void;
}

export function LawDialog({ law, others, here, lane, onOpen, onClose }: LawDialogProps) {
  const { name, formula, symbols, text, source } = LAWS[law];
  return (
    <Dialog title={name} width="regular" onClose={onClose} testId={TEST_IDS.lawDialog}>
      <div className="dialog-body law">
        {formula === "" ? null : <p className="law-formula">{formula}</p>}
        {symbols === "" ? null : <p className="law-symbols">{symbols}</p>}
        <p>{text}</p>
        {here === "" ? null : (
          <>
            <h3 className="caps">In this run</h3>
            {law === "usl" ? <ScalingView lane={lane} /> : <p>{here}</p>}
            {lane.textbook?.law === law && <Theory lane={lane} textbook={lane.textbook} />}
          </>
        )}
        <h3 className="caps">Source</h3>
        <p>{source}</p>
        {others.length === 0 ? null : (
          <>
            <h3 className="caps">Also at work here</h3>
            <LawTags laws={others} onOpen={onOpen} />
          </>
        )}
      </div>
    </Dialog>
  );
}

interface LawTagsProps {
  readonly laws: readonly LawId[];
  readonly onOpen: (law: LawId) => void;
}

/** One button per law. */
export function LawTags({ laws, onOpen }: LawTagsProps) {
  return (
    <span className="law-tags">
      {laws.map((law) => (
        <button
          key={law}
          type="button"
          className="tag law-tag"
          data-testid={TEST_IDS.lawTag}
          onClick={() => onOpen(law)}
        >
          {LAWS[law].tag}
          <span className="visually-hidden"> ({LAWS[law].name}: what it says)</span>
        </button>
      ))}
    </span>
  );
}
