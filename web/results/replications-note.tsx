/** Below the table: how many replications there are, what they say, and the switch. */
import { useState } from "react";
import { THIN } from "../format.ts";
import { useScenario } from "../state/scenario-store.ts";
import { replicatedLanes, setReplications, useReplications } from "../state/replications.ts";
import { TEST_IDS } from "../test-ids.ts";
import { ReplicationsDialog } from "./replications-dialog.tsx";

export function ReplicationsNote() {
  const state = useReplications((replications) => replications);
  const document = useScenario((scenario) => scenario.document);
  const [open, setOpen] = useState(false);
  const lanes = replicatedLanes(state, document);
  const note = noteOf(state, lanes.length > 0);
  return (
    <div className="replications">
      <span title={note} data-testid={TEST_IDS.replications}>
        {note}
      </span>
      {lanes.length > 0 && (
        <button
          type="button"
          className="chart-data"
          data-testid={TEST_IDS.intervals}
          onClick={() => setOpen(true)}
        >
          Intervals
        </button>
      )}
      <label className="replications-switch">
        <input
          type="checkbox"
          checked={state.enabled}
          data-testid={TEST_IDS.replicationsSwitch}
          onChange={(event) => setReplications(event.target.checked)}
        />
        Replicate
      </label>
      {open && lanes.length > 0 && (
        <ReplicationsDialog lanes={lanes} count={state.count} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}

interface NoteState {
  readonly document: unknown;
  readonly count: number;
  readonly most: number;
  readonly isOver: boolean;
  readonly reason: string | undefined;
  readonly enabled: boolean;
}

function noteOf({ document, count, most, isOver, reason, enabled }: NoteState, shown: boolean) {
  if (!enabled) return "No confidence bands.";
  if (document === undefined) return "Replications run while the clock stands still.";
  const of = isOver ? `${count} replications` : `${count} of ${most} replications`;
  if (shown) return `${of}, 95${THIN}% intervals`;
  return reason === undefined ? `${of}.` : `No confidence bands: ${reason}.`;
}
