/**
 * The request inspector: the latencies of a lane as a heatmap, the requests of a cell, and what one
 * of them did, beside its twins on the other lanes.
 */
import { useEffect } from "react";
import { runStore, useRun } from "../state/run-store.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { forgetRun, refresh, showLane } from "./inspector-store.ts";
import { Picture } from "./picture.tsx";
import { RequestList } from "./request-list.tsx";
import { Waterfall } from "./waterfall.tsx";
import { Where } from "./where.tsx";
import "./inspector.css";

/** While a run goes on, the list is made anew this often. */
const REFRESH_MS = 1000;

export function Inspector() {
  const lane = useView((view) => view.selectedLane);
  const topology = useRun((run) => run.lanes[lane]?.topology);
  useEffect(() => {
    void showLane(lane);
    return followRun();
  }, [lane]);
  return (
    <div className="inspector" data-testid={TEST_IDS.inspector}>
      <Picture />
      {topology && (
        <>
          <RequestList topology={topology} />
          <Waterfall lane={lane} topology={topology} />
          <Where lane={lane} topology={topology} />
        </>
      )}
    </div>
  );
}

/** Lists anew when the run has moved: now and then on its way, and wherever it stops. */
function followRun(): () => void {
  let seenNs = runStore.getState().clockNs;
  let owner = runStore.getState().lanes[0]?.samples;
  let loadedAtMs = performance.now();
  return runStore.subscribe(({ clockNs, status, lanes }) => {
    if (lanes[0]?.samples !== owner) {
      owner = lanes[0]?.samples;
      seenNs = -1;
      forgetRun();
    }
    const isMoving = status === "running";
    if (clockNs === seenNs || (isMoving && performance.now() - loadedAtMs < REFRESH_MS)) return;
    seenNs = clockNs;
    loadedAtMs = performance.now();
    void refresh(false);
  });
}
