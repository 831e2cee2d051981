/** The runtime lanes: one card per lane, which opens into its fields. */
import { useState } from "react";
import { isList, isObject, joinPath, readPath, textOf, type Json } from "../state/document-path.ts";
import { LANE_LETTERS } from "../state/lane-run.ts";
import { edit } from "../state/scenario-actions.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { selectLane, useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { LaneChip } from "../ui/chip.tsx";
import { Icon } from "../ui/icons.tsx";
import { useDraft, useProblem } from "./doc-field.tsx";
import { LaneFields } from "./lane-fields.tsx";
import {
  changeTexts,
  duplicateLane,
  hasGil,
  laneChips,
  LANES_IN_FORM,
  newLane,
} from "./lane-model.ts";
import { Section } from "./section.tsx";

export function LanesSection() {
  const lanes = useDraft("lanes");
  const seed = useDraft("seed");
  const [open, setOpen] = useState<number | undefined>();
  const list = isList(lanes) ? lanes : [];
  return (
    <Section
      title="Runtime lanes"
      aside={<span className="editor-aside">same arrivals, seed {textOf(seed) || "1"}</span>}
    >
      <ul className="lane-cards">
        {list.map((lane, index) => (
          <LaneCard
            // Lanes are told apart by their letter, which is their place.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            lane={lane}
            index={index}
            open={open === index}
            only={list.length === 1}
            onOpen={setOpen}
          />
        ))}
      </ul>
      {list.length >= LANES_IN_FORM ? null : (
        <Button
          look="ghost"
          size="small"
          icon="plus"
          testId={TEST_IDS.addLane}
          onPress={() => edit("lanes", [...list, newLane(list)])}
        >
          Lane
        </Button>
      )}
    </Section>
  );
}

interface LaneCardProps {
  readonly lane: Json;
  readonly index: number;
  readonly open: boolean;
  readonly only: boolean;
  readonly onOpen: (index: number | undefined) => void;
}

function LaneCard({ lane, index, open, only, onOpen }: LaneCardProps) {
  const path = joinPath("lanes", index);
  const selected = useView((state) => state.selectedLane === index);
  const problem = useProblem(path);
  const runtime = isObject(lane) && isObject(lane["runtime"]) ? lane["runtime"] : {};
  const name = isObject(lane) ? textOf(lane["name"]) : "";
  return (
    <li className="lane-card" data-selected={selected} data-testid={TEST_IDS.laneCard}>
      <div className="lane-head">
        <button type="button" className="lane-pick" onClick={() => selectLane(index)}>
          <LaneChip letter={LANE_LETTERS[index] ?? "F"} />
          <span className="lane-name">
            {name} {hasGil(runtime) ? <span className="lane-gil">GIL</span> : null}
          </span>
        </button>
        <button
          type="button"
          className="lane-toggle"
          aria-expanded={open}
          aria-label={`Edit lane ${name}`}
          data-testid={TEST_IDS.laneToggle}
          onClick={() => onOpen(open ? undefined : index)}
        >
          <Icon name={open ? "up" : "down"} size={14} />
        </button>
      </div>
      {open ? (
        <>
          <LaneFields path={path} runtime={runtime} />
          <LaneChanges lane={lane} path={path} />
          <LaneActions lane={lane} path={path} only={only} onDone={() => onOpen(undefined)} />
        </>
      ) : (
        <div className="lane-chips">
          {laneChips(lane).map((chip) => (
            <span className="lane-parameter" key={chip}>
              {chip}
            </span>
          ))}
        </div>
      )}
      {problem === undefined || open ? null : (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

/** What the lane goes on with from later moments; without one of them it is as it began. */
function LaneChanges({ lane, path }: { lane: Json; path: string }) {
  const texts = changeTexts(lane);
  if (texts.length === 0) return null;
  return (
    <ul className="lane-changes" aria-label="Changes while it runs">
      {texts.map((text, index) => (
        <li key={text}>
          {text}
          <IconButton
            icon="trash"
            size="small"
            label={`Remove the change ${text}`}
            testId={TEST_IDS.removeChange}
            onPress={() => edit(joinPath(`${path}.changes`, index), undefined)}
          />
        </li>
      ))}
    </ul>
  );
}

interface LaneActionsProps {
  readonly lane: Json;
  readonly path: string;
  readonly only: boolean;
  readonly onDone: () => void;
}

function LaneActions({ lane, path, only, onDone }: LaneActionsProps) {
  const duplicate = (): void => {
    const lanes = readPath(scenarioStore.getState().draft, "lanes");
    if (isList(lanes)) edit("lanes", [...lanes, duplicateLane(lane, lanes)]);
    onDone();
  };
  const lanes = useDraft("lanes");
  const full = isList(lanes) && lanes.length >= LANES_IN_FORM;
  return (
    <div className="step-actions">
      <IconButton
        icon="copy"
        size="small"
        label="Duplicate this lane"
        disabled={full && `A scenario has at most ${LANES_IN_FORM} lanes here`}
        onPress={duplicate}
      />
      <IconButton
        icon="trash"
        size="small"
        label="Remove this lane"
        disabled={only && "A scenario needs a lane"}
        testId={TEST_IDS.removeLane}
        onPress={() => {
          edit(path, undefined);
          onDone();
        }}
      />
    </div>
  );
}
