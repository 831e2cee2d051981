/**
 * Small form fields. A field keeps what is typed to itself and hands it over when it is left or
 * Enter is pressed, so that a half-typed number never reaches the run; Escape takes it back.
 */
import { useId, useState, type KeyboardEvent } from "react";

interface InputProps {
  readonly label: string;
  /** Hidden labels are still read out. */
  readonly labelHidden?: boolean;
  readonly value: string;
  readonly placeholder?: string;
  readonly unit?: string;
  readonly problem?: string | undefined;
  readonly numeric?: boolean;
  readonly testId?: string;
  readonly onCommit: (text: string) => void;
}

export function InputField(props: InputProps) {
  const { label, problem, unit } = props;
  const id = useId();
  return (
    <div className="field" data-invalid={problem === undefined ? undefined : true}>
      <label htmlFor={id} className={props.labelHidden ? "visually-hidden" : "field-label"}>
        {label}
      </label>
      <span className="field-box">
        <DraftInput id={id} {...props} />
        {unit === undefined ? null : <span className="field-unit">{unit}</span>}
      </span>
      <ProblemText id={`${id}-problem`} problem={problem} />
    </div>
  );
}

function DraftInput(props: InputProps & { readonly id: string }) {
  const [text, setText] = useState(props.value);
  const [committed, setCommitted] = useState(props.value);
  // The document changed, here or elsewhere: what it says now replaces what was typed.
  if (committed !== props.value) {
    setCommitted(props.value);
    setText(props.value);
  }
  const commit = (): void => {
    if (text !== props.value) props.onCommit(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape" && text !== props.value) {
      event.stopPropagation();
      setText(props.value);
    }
  };
  return (
    <input
      id={props.id}
      className="field-input"
      value={text}
      placeholder={props.placeholder}
      inputMode={props.numeric === true ? "decimal" : "text"}
      spellCheck={false}
      autoComplete="off"
      size={Math.max(3, (text || props.placeholder || "").length)}
      aria-invalid={props.problem !== undefined}
      aria-describedby={props.problem === undefined ? undefined : `${props.id}-problem`}
      data-testid={props.testId}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly problem?: string | undefined;
  readonly testId?: string;
  readonly onCommit: (value: string) => void;
}

export function ChoiceField(props: ChoiceProps) {
  const { label, value, options, problem, onCommit } = props;
  const id = useId();
  const known = options.some(([option]) => option === value);
  return (
    <div className="field" data-invalid={problem === undefined ? undefined : true}>
      <label htmlFor={id} className={props.labelHidden ? "visually-hidden" : "field-label"}>
        {label}
      </label>
      <span className="field-box field-select">
        <select
          id={id}
          className="field-input"
          value={value}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          data-testid={props.testId}
          onChange={(event) => onCommit(event.target.value)}
        >
          {known ? null : <option value={value}>{value === "" ? "–" : value}</option>}
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      </span>
      <ProblemText id={`${id}-problem`} problem={problem} />
    </div>
  );
}

function ProblemText({ id, problem }: { id: string; problem: string | undefined }) {
  if (problem === undefined) return null;
  return (
    <p id={id} className="field-problem" role="alert">
      {problem}
    </p>
  );
}
