/** "Fork from here": one lane, one thing that is to be different, and from this moment two futures. */
import { useId, useState, type FormEvent } from "react";
import { Switch } from "react-aria-components";
import { instant } from "../format.ts";
import { letterOf } from "../state/lane-run.ts";
import { lanesOf } from "../state/forks.ts";
import { isObject, textOf, type Json } from "../state/document-path.ts";
import { runStore, useRun } from "../state/run-store.ts";
import { describeProblem, forkLane } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ChoiceField } from "../ui/field.tsx";
import { parametersOf, valueOf, type Parameter } from "./parameters.ts";
import "./fork.css";

const CLOCK_DIGITS = 6;

export function ForkDialog({ onClose }: { onClose: () => void }) {
  const draft = useScenario((state) => state.draft);
  const clockNs = useRun((state) => state.clockNs);
  const [lane, setLane] = useState(() => viewStore.getState().selectedLane);
  const [path, setPath] = useState("");
  const [text, setText] = useState("");
  const [counts, setCounts] = useState(true);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const parameters = parametersOf(draft, lane, clockNs);
  const chosen = parameters.find((one) => one.path === path) ?? parameters[0];
  const lanes = lanesOf(draft);
  const fork = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (chosen === undefined || text.trim() === "") return;
    const atNs = runStore.getState().clockNs;
    const value = valueOf(text.trim(), chosen.kind);
    const name = forkName(lane, chosen, text.trim(), lanes);
    const wish = { lane, atNs, path: chosen.path, value, name, countsFromHere: counts };
    const found = await forkLane(wish, viewStore.getState().forkPlaysOn);
    if (found.length === 0) onClose();
    else setProblems(found.map(describeProblem));
  };
  return (
    <Dialog title="Fork from here" width="narrow" testId={TEST_IDS.forkDialog} onClose={onClose}>
      <form className="fork-form" onSubmit={(event) => void fork(event)}>
        <p className="fork-moment">
          At <b>{instant(clockNs, CLOCK_DIGITS)} s</b> the lane goes on twice: as it is, and with
          one thing different. Up to this moment both are the same.
        </p>
        <ChoiceField
          label="Lane"
          value={String(lane)}
          options={lanes.map((one, i) => [String(i), `${letterOf(i)}  ${nameOf(one)}`] as const)}
          testId={TEST_IDS.forkLane}
          onCommit={(index) => setLane(Number(index))}
        />
        <ChoiceField
          label="Different"
          value={chosen?.path ?? ""}
          options={parameters.map((one) => [one.path, one.label] as const)}
          testId={TEST_IDS.forkParameter}
          onCommit={(next) => {
            setPath(next);
            setText("");
          }}
        />
        <ValueField parameter={chosen} text={text} problems={problems} onChange={setText} />
        <Switch className="switch" isSelected={counts} onChange={setCounts}>
          <span className="switch-track" aria-hidden="true">
            <span className="switch-thumb" />
          </span>
          Results of all lanes count from here on
        </Switch>
        <footer className="dialog-foot">
          <Button onPress={onClose}>Cancel</Button>
          <button
            type="submit"
            className="button button-primary button-regular"
            disabled={text.trim() === ""}
            data-testid={TEST_IDS.forkApply}
          >
            Fork
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface ValueFieldProps {
  readonly parameter: Parameter | undefined;
  readonly text: string;
  readonly problems: readonly string[];
  readonly onChange: (text: string) => void;
}

function ValueField({ parameter, text, problems, onChange }: ValueFieldProps) {
  const id = useId();
  const present = parameter?.present ?? "";
  return (
    <div className="field" data-invalid={problems.length === 0 ? undefined : true}>
      <label htmlFor={id} className="field-label">
        From here on
      </label>
      <span className="field-box">
        <input
          id={id}
          className="field-input"
          value={text}
          placeholder={present === "" ? "the runtime's own so far" : `${present} so far`}
          inputMode={parameter?.kind === "number" ? "decimal" : "text"}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={problems.length > 0}
          aria-describedby={`${id}-problems`}
          data-testid={TEST_IDS.forkValue}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
      <div id={`${id}-problems`} role="alert" className="fork-problems">
        {problems.map((problem) => (
          <p key={problem} className="field-problem">
            {problem}
          </p>
        ))}
      </div>
    </div>
  );
}

function nameOf(lane: Json): string {
  return isObject(lane) ? textOf(lane["name"]) : "";
}

/** "A′ threads of the pool 64": whose future it is, and what is different in it. */
function forkName(
  lane: number,
  { label }: Parameter,
  text: string,
  lanes: readonly Json[],
): string {
  const taken = new Set(lanes.map(nameOf));
  let name = `${letterOf(lane)}′ ${label} ${text}`.slice(0, NAME_MAX);
  while (taken.has(name)) name = `${name.slice(0, NAME_MAX - 1)}′`;
  return name;
}

const NAME_MAX = 76;
