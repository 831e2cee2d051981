/** Keys, how to read the colours, and the switch for the shortcuts. */
import { Switch } from "react-aria-components";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Key } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SHORTCUTS } from "./shortcuts.ts";
import { setShortcuts } from "./theme.ts";

const SCHEDULE_KEYS = [
  { keys: ["W", "S"], does: "zoom the schedule in or out" },
  { keys: ["A", "D"], does: "pan the schedule" },
  {
    keys: ["F"],
    does: "fit what is picked, measured or followed in the schedule, or the whole run",
  },
  { keys: ["Shift drag"], does: "measure a stretch of the schedule" },
  { keys: ["Shift click"], does: "choose cells of the heatmap from the last one on" },
] as const;

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const shortcuts = useView((state) => state.shortcuts);
  return (
    <Dialog title="Help" width="regular" testId={TEST_IDS.helpDialog} onClose={onClose}>
      <div className="dialog-body help">
        <p>
          Every lane gets the same arrivals and runs them on another runtime, in a worker of its
          own. One virtual clock drives them all: slow it down to watch single threads, let it go to
          see a minute of load in a second or two. The same scenario and seed give the same results
          in every browser; the digest at the end proves it.
        </p>
        <p>
          Ink is work, colour is waiting: a saturated block in the schedule is time in which a
          request could not go on. Change anything in the scenario and the run starts again; or fork
          the run, and see both futures.
        </p>
        <h3 className="caps">Keys</h3>
        <dl className="help-keys">
          {[...SHORTCUTS, ...SCHEDULE_KEYS].map(({ keys, does }) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <Key key={key}>{key}</Key>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <Switch className="switch" isSelected={shortcuts} onChange={setShortcuts}>
          <span className="switch-track" aria-hidden="true">
            <span className="switch-thumb" />
          </span>
          Single-key shortcuts
        </Switch>
      </div>
    </Dialog>
  );
}
