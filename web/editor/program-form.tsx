/** The request program: one row per step, which opens into its fields. */
import { useState } from "react";
import { isObject, joinPath, readPath, type Json } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { duration } from "../format.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icons.tsx";
import { useDraft, useProblem } from "./doc-field.tsx";
import { stepRows, unloaded, type StepRow } from "./program.ts";
import { Section } from "./section.tsx";
import { StepFields } from "./step-fields.tsx";
import { StepSpark } from "./step-spark.tsx";
import { stepIcon, stepText, stepValue } from "./step-text.ts";

export function ProgramSection() {
  const requests = useDraft("requests");
  const names = isObject(requests) ? Object.keys(requests) : [];
  const [open, setOpen] = useState<string | undefined>();
  const first = joinPath("requests", names[0] ?? "");
  return (
    <Section
      title="Request program"
      aside={names.length === 1 ? <AddStep path={`${first}.steps`} onAdded={setOpen} /> : undefined}
    >
      {names.map((name) => (
        <Program
          key={name}
          name={names.length > 1 ? name : undefined}
          path={`${joinPath("requests", name)}.steps`}
          open={open}
          onOpen={setOpen}
        />
      ))}
    </Section>
  );
}

interface ProgramProps {
  readonly name: string | undefined;
  readonly path: string;
  readonly open: string | undefined;
  readonly onOpen: (path: string | undefined) => void;
}

function Program({ name, path, open, onOpen }: ProgramProps) {
  const steps = useDraft(path);
  const rows = stepRows(steps, path);
  return (
    <div className="editor-block">
      {name === undefined ? null : (
        <div className="editor-head">
          <h3 className="editor-name">{name}</h3>
          <AddStep path={path} onAdded={onOpen} />
        </div>
      )}
      {rows.length === 0 ? <FirstStep path={path} onAdded={onOpen} /> : null}
      <ul className="steps">
        {rows.map((row) => (
          <StepItem key={row.path} row={row} open={open === row.path} onOpen={onOpen} />
        ))}
      </ul>
      {rows.length === 0 ? null : <UnloadedSum steps={steps} />}
    </div>
  );
}

interface StepItemProps {
  readonly row: StepRow;
  readonly open: boolean;
  readonly onOpen: (path: string | undefined) => void;
}

function StepItem({ row, open, onOpen }: StepItemProps) {
  const problem = useProblem(row.path);
  const { value, unit } = stepValue(row.step, row.kind);
  return (
    <li className="step" data-invalid={problem === undefined ? undefined : true}>
      <button
        type="button"
        className="step-row"
        aria-expanded={open}
        data-testid={TEST_IDS.stepRow}
        onClick={() => onOpen(open ? undefined : row.path)}
      >
        <Icon name={stepIcon(row.kind)} size={15} />
        <span className="step-name" style={{ paddingInlineStart: row.depth * 12 }}>
          {row.depth === 0 ? null : <span className="step-elbow" />}
          {stepText(row.step, row.kind)}
        </span>
        <StepSpark step={row.step} kind={row.kind} />
        <span className="step-value">
          {value} <i>{unit}</i>
        </span>
      </button>
      {open ? <StepFields row={row} onClose={() => onOpen(undefined)} /> : null}
      {problem === undefined || open ? null : (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

interface AddProps {
  /** Of the list of steps. */
  readonly path: string;
  readonly onAdded: (path: string) => void;
}

function addStep({ path, onAdded }: AddProps): void {
  const steps = readPath(scenarioStore.getState().draft, path);
  const list: readonly Json[] = Array.isArray(steps) ? steps : [];
  edit(path, [...list, { cpu: "1ms" }]);
  onAdded(joinPath(path, list.length));
}

/** Where a program has no step yet. */
function FirstStep(props: AddProps) {
  return (
    <button type="button" className="step-row step-first" onClick={() => addStep(props)}>
      <Icon name="plus" size={15} />
      Add a step
    </button>
  );
}

function AddStep(props: AddProps) {
  return (
    <IconButton
      icon="plus"
      size="small"
      label="Add a step"
      testId={TEST_IDS.addStep}
      onPress={() => addStep(props)}
    />
  );
}

function UnloadedSum({ steps }: { steps: Json | undefined }) {
  const sum = unloaded(steps);
  if (sum === undefined) return null;
  const { cpuMs, waitMs, exact } = sum;
  return (
    <p className="unloaded">
      Unloaded {exact ? "" : "at least "}
      <b>{duration(cpuMs + waitMs)}</b>: {duration(cpuMs)} CPU, {duration(waitMs)} waiting
    </p>
  );
}
