/** Under the schedule's heading, where there is a use for it: search, what is followed or measured. */
import { type FormEvent, useState } from "react";
import { nanoseconds } from "../format.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { follow, measure, scheduleStore, useSchedule } from "./schedule-store.ts";
import type { Timeline } from "./timeline.ts";

export function ScheduleBar({ timeline }: { readonly timeline: Timeline }) {
  const searching = useSchedule((schedule) => schedule.searching);
  const followed = useSchedule((schedule) => schedule.followed);
  const measured = useSchedule((schedule) => schedule.measured);
  if (!searching && followed === undefined && measured === undefined) return <div />;
  return (
    <div className="schedule-bar">
      {searching && <Search timeline={timeline} />}
      {followed !== undefined && (
        <Chip testId={TEST_IDS.scheduleFollowed} onEnd={() => follow(undefined)}>
          Request {followed.request}#{followed.number}
        </Chip>
      )}
      {measured !== undefined && (
        <Chip testId={TEST_IDS.scheduleMeasured} onEnd={() => measure(undefined)}>
          Measured {nanoseconds(measured.toNs - measured.fromNs)}
        </Chip>
      )}
      {(followed !== undefined || measured !== undefined) && (
        <Button look="ghost" size="small" onPress={() => timeline.fit()}>
          Fit (F)
        </Button>
      )}
    </div>
  );
}

interface ChipProps {
  readonly children: React.ReactNode;
  readonly testId: string;
  readonly onEnd: () => void;
}

function Chip({ children, testId, onEnd }: ChipProps) {
  return (
    <span className="schedule-chip" data-testid={testId}>
      {children}
      <IconButton icon="close" label="End this" size="small" onPress={onEnd} />
    </span>
  );
}

function Search({ timeline }: { readonly timeline: Timeline }) {
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  const find = async (forward: boolean) => {
    const found = await timeline.find(text, forward);
    setMissing(!found && text.trim() !== "");
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void find(true);
  };
  return (
    <form className="schedule-search" role="search" onSubmit={onSubmit}>
      <input
        type="search"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- who asked for the field wants to type
        autoFocus
        aria-label="Find a row, a state or a request"
        placeholder="T07, gil, main#20417"
        value={text}
        data-testid={TEST_IDS.scheduleSearch}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          scheduleStore.setState({ searching: false });
        }}
      />
      <IconButton icon="up" label="The one before" size="small" onPress={() => void find(false)} />
      <IconButton icon="down" label="The next one" size="small" onPress={() => void find(true)} />
      <span className="schedule-missing" role="status">
        {missing ? "None found" : ""}
      </span>
    </form>
  );
}
