/** What is known of the picked slice, and where to go from it. */
import type { Ref } from "react";
import { openInspector } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { pick as inspect } from "../inspector/inspector-store.ts";
import { detailWords } from "./detail-words.ts";
import { follow, measurePicked, pick, scheduleStore, useSchedule } from "./schedule-store.ts";

interface SliceCardProps {
  readonly reference: Ref<HTMLDivElement>;
  readonly onFit: () => void;
}

/** Takes the request of the picked slice apart. */
export function inspectPicked(): void {
  const request = scheduleStore.getState().picked?.detail?.request;
  if (request === undefined) return;
  void inspect(request);
  openInspector();
}

export function SliceCard({ reference, onFit }: SliceCardProps) {
  const picked = useSchedule((schedule) => schedule.picked);
  const isMeasured = useSchedule((schedule) => schedule.measured !== undefined);
  if (picked === undefined) return null;
  const { title, lines } = detailWords(picked);
  const request = picked.detail?.request;
  return (
    <div ref={reference} className="slice-card" data-testid={TEST_IDS.sliceCard}>
      <p className="slice-card-title" aria-live="polite">
        {title}
      </p>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div className="slice-card-foot">
        {request && (
          <>
            <Button size="small" onPress={() => follow(request)}>
              Follow
            </Button>
            <Button size="small" onPress={inspectPicked}>
              Inspect
            </Button>
          </>
        )}
        <Button size="small" onPress={measurePicked}>
          {isMeasured ? "Measure to here" : "Measure"}
        </Button>
        <Button size="small" look="ghost" onPress={onFit}>
          Fit (F)
        </Button>
        <IconButton icon="close" label="Close" size="small" onPress={() => void pick(undefined)} />
      </div>
    </div>
  );
}
