/** The scenario's name, edited in place: one line, or two where it is long and the bar is full. */
import { useDraft, useProblem } from "../editor/doc-field.tsx";
import { edit } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { TITLE_ID } from "./shortcuts.ts";

/** From here on the length is shown; the format allows 120 characters. */
const LONG_NAME = 80;
/** What a scenario is called whose name has been taken away: the format asks for one. */
const UNTITLED = "Untitled scenario";

export function Title() {
  const name = useDraft("name");
  const problem = useProblem("name");
  const edited = useScenario((state) => state.edited);
  const text = typeof name === "string" && name !== UNTITLED ? name : "";
  return (
    <>
      <h1 className="title-wrap">
        <textarea
          id={TITLE_ID}
          rows={1}
          className="title"
          aria-label="Scenario title"
          value={text}
          title={problem ?? text}
          aria-invalid={problem !== undefined}
          placeholder={UNTITLED}
          spellCheck={false}
          autoComplete="off"
          data-testid={TEST_IDS.title}
          onChange={(event) => edit("name", oneLine(event.target.value) || UNTITLED)}
          onKeyDown={(event) => {
            if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
          }}
        />
      </h1>
      {text.length <= LONG_NAME ? null : <span className="title-note">{text.length}/120</span>}
      {edited ? (
        <span className="title-note" data-testid={TEST_IDS.edited}>
          edited
        </span>
      ) : null}
    </>
  );
}

/** What is pasted may have line ends, which a name has not. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}
