/** What drives the run: restart, play or pause, one event forth or back, the end. */
import { conductor } from "../state/conductor.ts";
import { LANES_MOST } from "../state/forks.ts";
import { runStore, useRun, type RunState } from "../state/run-store.ts";
import { openForkDialog, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { IconButton } from "../ui/button.tsx";
import "./transport.css";

const MS = 1e6;

const statusOf = (state: RunState) => state.status;

const NO_RUN = "No scenario has been loaded";
const OVER = "The run is over";

/** Why the run cannot go back; undefined: it can. */
export function pastObstacle({ clockNs }: RunState): string | undefined {
  return clockNs > 0 ? undefined : "The run is at its beginning";
}

/** Why the run cannot go on; undefined: it can. */
export function futureObstacle({ status }: RunState): string | undefined {
  if (status === "running" || status === "paused") return undefined;
  return status === "idle" ? NO_RUN : OVER;
}

/** Why the run cannot be forked at this moment; undefined: it can. */
export function forkObstacle({ clockNs, durationNs, lanes }: RunState): string | undefined {
  if (lanes.length === 0) return NO_RUN;
  if (clockNs >= durationNs) return `${OVER}: go back to where it should fork`;
  return lanes.length < LANES_MOST ? undefined : `A run has at most ${LANES_MOST} lanes`;
}

/** The one ink button; where the bar is small and it stands alone, ink would shout. */
export function PlayButton({ look = "primary" }: { look?: "primary" | "ghost" }) {
  const status = useRun(statusOf);
  if (status === "running") {
    return (
      <IconButton
        icon="pause"
        label="Pause"
        keys="Space"
        look={look}
        testId={TEST_IDS.play}
        onPress={() => conductor.pause()}
      />
    );
  }
  const stopped = status === "stopped";
  return (
    <IconButton
      icon={stopped ? "restart" : "play"}
      label={stopped ? "Restart the run" : status === "finished" ? "Run again" : "Play"}
      keys="Space"
      look={look}
      disabled={status === "idle" && NO_RUN}
      testId={TEST_IDS.play}
      onPress={() => conductor.play()}
    />
  );
}

export function TransportButtons() {
  const status = useRun(statusOf);
  const noFuture = useRun(futureObstacle) ?? false;
  const noPast = useRun(pastObstacle) ?? false;
  return (
    <div className="transport" role="group" aria-label="Run">
      <IconButton
        icon="restart"
        label="Restart"
        keys="R"
        disabled={status === "idle" && NO_RUN}
        testId={TEST_IDS.restart}
        onPress={() => conductor.restart()}
      />
      <PlayButton />
      <IconButton
        icon="stepBack"
        label="Take back one event of the selected lane"
        keys=","
        disabled={noPast}
        testId={TEST_IDS.stepBack}
        onPress={stepSelectedLaneBack}
      />
      <IconButton
        icon="step"
        label="Step one event of the selected lane"
        keys="."
        disabled={noFuture}
        testId={TEST_IDS.step}
        onPress={stepSelectedLane}
      />
      <ForkButton />
      <IconButton
        icon="toEnd"
        label="Run to the end"
        disabled={noFuture}
        testId={TEST_IDS.runToEnd}
        onPress={() => conductor.seek(Infinity)}
      />
    </div>
  );
}

/** There is a future to fork into while the run is not over. */
function ForkButton() {
  const obstacle = useRun(forkObstacle);
  return (
    <IconButton
      icon="fork"
      label="Fork from here: see both futures"
      keys="Shift F"
      disabled={obstacle ?? false}
      testId={TEST_IDS.fork}
      onPress={openFork}
    />
  );
}

/** The run stands still while one decides what is to be different. */
export function openFork(): void {
  if (forkObstacle(runStore.getState()) !== undefined) return;
  openForkDialog(runStore.getState().status === "running");
  conductor.pause();
}

export function stepSelectedLane(): void {
  void conductor.step(viewStore.getState().selectedLane);
}

export function stepSelectedLaneBack(): void {
  conductor.stepBack(viewStore.getState().selectedLane);
}

/** To the end of the selected lane's next request, or of the one before. */
export function stepSelectedRequest(by: -1 | 1): void {
  const { selectedLane } = viewStore.getState();
  if (by === 1) void conductor.stepRequest(selectedLane);
  else void conductor.stepRequestBack(selectedLane);
}

/** Virtual time goes on, or back, by `ms`. */
export function moveClock(ms: number): void {
  conductor.seek(runStore.getState().clockNs + ms * MS);
}
