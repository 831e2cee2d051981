/** Form fields that are bound to a path of the scenario document. */
import type { Problem } from "../../engine/api.ts";
import { groupedIn } from "../format.ts";
import { readPath, textOf, type Json } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { ChoiceField, InputField } from "../ui/field.tsx";

/** The draft's value at `path`, whether the draft is valid or not. */
export function useDraft(path: string): Json | undefined {
  return useScenario((state) => readPath(state.draft, path));
}

/** What is wrong at `path` or below it, as one sentence. */
export function useProblem(path: string): string | undefined {
  return useScenario((state) => problemAt(state.draftProblems, path));
}

function problemAt(problems: readonly Problem[], path: string): string | undefined {
  const problem = problems.find(
    (candidate) =>
      candidate.path === path ||
      candidate.path.startsWith(`${path}.`) ||
      candidate.path.startsWith(`${path}[`),
  );
  return problem && groupedIn(problem.message);
}

interface DocFieldProps {
  readonly path: string;
  readonly label: string;
  readonly labelHidden?: boolean;
  /** "number" writes numbers into the document where the text is one. */
  readonly kind: "number" | "text";
  /** An empty field stays in the document as an empty text, which a problem can name. */
  readonly required?: boolean;
  /** What holds while the field is empty. */
  readonly placeholder?: string;
  readonly unit?: string;
  readonly testId?: string;
}

export function DocField({ path, kind, required = false, ...rest }: DocFieldProps) {
  const current = useDraft(path);
  const problem = useProblem(path);
  return (
    <InputField
      {...rest}
      numeric={kind === "number"}
      value={textOf(current)}
      problem={problem}
      onCommit={(text) => {
        const value = kind === "number" ? numberOrText(text) : textOrNothing(text);
        edit(path, value ?? (required ? "" : undefined));
      }}
    />
  );
}

interface DocChoiceProps {
  readonly path: string;
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly options: readonly (readonly [value: string, label: string])[];
  /** How the chosen word is written into the document; the word itself unless told. */
  readonly toJson?: (word: string) => Json | undefined;
  readonly fromJson?: (value: Json | undefined) => string;
  readonly testId?: string;
}

export function DocChoice({ path, toJson, fromJson, ...rest }: DocChoiceProps) {
  const value = useDraft(path);
  const problem = useProblem(path);
  return (
    <ChoiceField
      {...rest}
      value={(fromJson ?? textOf)(value)}
      problem={problem}
      onCommit={(word) => edit(path, toJson === undefined ? textOrNothing(word) : toJson(word))}
    />
  );
}

interface DocSwitchProps {
  readonly path: string;
  readonly label: string;
  /** What false, which is also what holds while the document says nothing, and true mean. */
  readonly off: string;
  readonly on: string;
}

/** Something that is so or not, told as the two ways in which it can be. */
export function DocSwitch({ path, label, off, on }: DocSwitchProps) {
  return (
    <DocChoice
      path={path}
      label={label}
      options={[
        ["", off],
        ["true", on],
      ]}
      fromJson={(value) => (value === true ? "true" : "")}
      toJson={(word) => (word === "true" ? true : undefined)}
    />
  );
}

function textOrNothing(text: string): string | undefined {
  return text === "" ? undefined : text;
}

/** Text that is no number goes into the document as it is, so that the problem can quote it. */
function numberOrText(text: string): Json | undefined {
  const plain = text.replaceAll(/[\s\u202f]/g, "");
  if (plain === "") return undefined;
  return Number.isFinite(Number(plain)) ? Number(plain) : text;
}
