/** What the present scenario says about itself, and how its claims fare in this run. */
import type { ClaimResult, Verdict } from "../../engine/api.ts";
import { number } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { useRun, type RunState } from "../state/run-store.ts";
import { useScenario } from "../state/scenario-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { LaneChip } from "../ui/chip.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Markdown } from "./markdown.tsx";

const lanesOf = (state: RunState) => state.lanes;

/** Long descriptions scroll, which must be possible without a pointer. */
const SCROLLED_BY_KEYS = { tabIndex: 0, role: "group", "aria-label": "Description" } as const;

const VERDICT_ICONS: Readonly<Record<Verdict, IconName>> = {
  holds: "check",
  fails: "close",
  undecided: "more",
};

export function AboutDialog({ onClose }: { onClose: () => void }) {
  const document = useScenario((state) => state.document);
  if (document === undefined) return null;
  return (
    <Dialog title={document.name} width="regular" testId={TEST_IDS.aboutDialog} onClose={onClose}>
      <div className="dialog-body about" {...SCROLLED_BY_KEYS}>
        <Markdown text={document.description ?? "This scenario has no description."} />
        <Claims />
        {document.source === undefined ? null : (
          <>
            <h3 className="caps">Sources</h3>
            <Markdown text={document.source} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function Claims() {
  const lanes = useRun(lanesOf);
  const finished = useRun((state) => state.status === "finished");
  if (!lanes.some((lane) => (lane.result?.claims.length ?? 0) > 0)) return null;
  return (
    <>
      <h3 className="caps">{finished ? "Claims" : "Claims, as of now"}</h3>
      <table className="claims">
        <thead>
          <tr>
            <th scope="col">Lane</th>
            <th scope="col">Claim</th>
            <th scope="col">This run</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>{lanes.flatMap((lane) => claimRows(lane))}</tbody>
      </table>
    </>
  );
}

function claimRows(lane: LaneRun) {
  return (lane.result?.claims ?? []).map((claim) => (
    <tr key={`${lane.index} ${claim.metric} ${expectation(claim)}`}>
      <td>
        <LaneChip letter={lane.letter} />
        <span className="visually-hidden">{`${lane.letter}, ${lane.name}`}</span>
      </td>
      <td>
        {claim.metric} {expectation(claim)}
        {claim.source === undefined ? null : <small>{claim.source}</small>}
      </td>
      <td>{claim.value === null ? "no data" : number(claim.value)}</td>
      <td>
        <span className="verdict" data-verdict={claim.verdict}>
          <Icon name={VERDICT_ICONS[claim.verdict]} size={12} />
          {claim.verdict}
        </span>
      </td>
    </tr>
  ));
}

function expectation(claim: ClaimResult): string {
  const { below, above, is, within } = claim;
  const parts: string[] = [];
  if (is !== undefined)
    parts.push(`is ${is}${within === undefined ? "" : ` ± ${tolerance(claim)}`}`);
  if (above !== undefined) parts.push(`above ${above}`);
  if (below !== undefined) parts.push(`below ${below}`);
  return parts.join(", ");
}

/** `within` is absolute for a share of errors, and relative for everything else. */
function tolerance({ metric, within = 0 }: ClaimResult): string {
  return metric === "errorRate" ? String(within) : `${number(within * 100)} %`;
}
