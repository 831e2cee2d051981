/** What the engine is doing, in figures that were measured, and the keys worth knowing. */
import type { ReactNode } from "react";
import { count, grouped, number } from "../format.ts";
import { useRun, type RunState } from "../state/run-store.ts";
import { speedText } from "../state/speed.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Key } from "../ui/button.tsx";
import type { Layout } from "./use-layout.ts";

/** The reached speed is worth saying when it falls short of the wish by more than this. */
const SHORTFALL = 0.9;

const eventsOf = (state: RunState) => state.lanes.reduce((sum, lane) => sum + lane.events, 0);

export function StatusBar({ layout }: { layout: Layout }) {
  return (
    <footer className="status-bar">
      <StateText />
      <span data-testid={TEST_IDS.events}>
        <Events />
      </span>
      <Rates />
      {layout === "wide" || layout === "drawer" ? <KeyHints /> : null}
    </footer>
  );
}

/** Read out, not shown: on a phone the lane tabs and the transport say the same. */
export function QuietStatus() {
  return (
    <div className="visually-hidden">
      <StateText />
    </div>
  );
}

function StateText() {
  const text = useRun(stateText);
  const status = useRun((state) => state.status);
  const causes = useRun(causesText);
  const digest = useRun((state) => (isOver(state) ? state.digest : undefined));
  return (
    <span role="status" className="status-text" data-testid={TEST_IDS.status} data-status={status}>
      <i className="status-dot" data-status={status} />
      {text}
      {digest === undefined ? null : (
        <span title={`Digest of the results: ${digest}`}>
          , digest <span className="mono">{digest.slice(0, 8)}</span>
        </span>
      )}
      {causes}
    </span>
  );
}

function stateText({ status, lanes, speed }: RunState): string {
  const workers = `${lanes.length} worker${lanes.length === 1 ? "" : "s"}`;
  const words = {
    idle: "loading",
    running: `running in ${workers}${speed < 1 ? ", in slow motion" : ""}`,
    paused: "paused",
    finished: "finished",
    stopped: "stopped",
  };
  return words[status];
}

function isOver({ status }: RunState): boolean {
  return status === "finished" || status === "stopped";
}

/** Why lanes ended early; lanes that did for the same reason share one sentence. */
function causesText({ lanes }: RunState): string {
  const letters = new Map<string, string[]>();
  for (const { status, reason = "", letter } of lanes) {
    if (status !== "stopped" && status !== "rejected") continue;
    const cause = `${status}: ${reason}`;
    letters.set(cause, [...(letters.get(cause) ?? []), letter]);
  }
  return [...letters].map(([cause, of]) => `; ${of.join(", ")} ${cause}`).join("");
}

function Events() {
  const events = useRun(eventsOf);
  return events < 1e6 ? `${grouped(events)} events` : `${count(events)} events`;
}

function Rates() {
  const perSecond = useRun((state) => Math.round(state.eventsPerSecond / 1000) * 1000);
  const shortfall = useRun(shortfallOf);
  const running = useRun((state) => state.status === "running");
  if (!running) return null;
  return (
    <>
      <span data-testid={TEST_IDS.eventsPerSecond}>{count(perSecond)} events/s</span>
      {shortfall === undefined ? null : <span>{shortfall}</span>}
    </>
  );
}

/** What the workers reach where that is not what was asked for. */
function shortfallOf({ speed, achievedSpeed, clockNs }: RunState): string | undefined {
  if (achievedSpeed <= 0 || clockNs === 0) return undefined;
  if (achievedSpeed > speed * SHORTFALL) return undefined;
  const reached = `reaches ${speedText(Number(achievedSpeed.toPrecision(2)))}`;
  return speed === Infinity
    ? reached
    : `${reached}, ${number(achievedSpeed / speed)}× of what you asked`;
}

function KeyHints() {
  const shortcuts = useView((state) => state.shortcuts);
  if (!shortcuts) return null;
  return (
    <span className="key-hints">
      <Hint keys={["Space"]}>play, pause</Hint>
      <Hint keys={["."]}>step</Hint>
      <Hint keys={["1", "4"]} to>
        lane
      </Hint>
      <Hint keys={["[", "]"]}>speed</Hint>
      <Hint keys={["?"]}>all keys</Hint>
    </span>
  );
}

function Hint({
  keys,
  to = false,
  children,
}: {
  keys: string[];
  to?: boolean;
  children: ReactNode;
}) {
  return (
    <span>
      {keys.map((key, index) => (
        <span key={key}>
          {to && index > 0 ? "–" : ""}
          <Key>{key}</Key>
        </span>
      ))}{" "}
      {children}
    </span>
  );
}
