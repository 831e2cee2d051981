/** The fields of steps that use channels. */
import { isList, isObject, joinPath } from "../state/document-path.ts";
import { DocChoice, DocField, useDraft } from "./doc-field.tsx";

export function ChannelChoice({ path }: { path: string }) {
  const channels = useDraft("channels");
  const names = isObject(channels) ? Object.keys(channels) : [];
  return (
    <DocChoice path={path} label="Channel" options={names.map((name) => [name, name] as const)} />
  );
}

const CASE_LABELS = {
  receive: "Receive from",
  send: "Send to",
  timeout: "Give up after",
} as const;
type CaseWord = keyof typeof CASE_LABELS;
const CASE_WORDS = Object.keys(CASE_LABELS) as CaseWord[];

/** One field for each case; cases are added and removed in the JSON view. */
export function SelectCases({ path }: { path: string }) {
  const cases = useDraft(path);
  if (!isList(cases)) return null;
  return cases.map((one, index) => {
    const word = CASE_WORDS.find((it) => isObject(one) && Object.hasOwn(one, it));
    if (word === undefined) return null;
    const at = `${joinPath(path, index)}.${word}`;
    return <DocField key={at} path={at} label={CASE_LABELS[word]} kind="text" required />;
  });
}
