/** The whole document as text: whatever the format can say, can be said here. */
import { useState } from "react";
import { isObject, type Json } from "../state/document-path.ts";
import { replaceDraft } from "../state/scenario-actions.ts";
import { desk } from "../state/desk.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { describeProblem } from "../state/scenario-actions.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

export function JsonDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState(() =>
    JSON.stringify(scenarioStore.getState().draft, undefined, 2),
  );
  const [problems, setProblems] = useState<readonly string[]>([]);
  const apply = async (): Promise<void> => {
    const found = await check(text);
    setProblems(found);
    if (found.length > 0) return;
    replaceDraft(JSON.parse(text) as Json);
    onClose();
  };
  return (
    <Dialog title="Scenario as JSON" width="wide" testId={TEST_IDS.jsonDialog} onClose={onClose}>
      <div className="json-body">
        <textarea
          className="json-text"
          aria-label="Scenario document"
          aria-invalid={problems.length > 0}
          spellCheck={false}
          value={text}
          data-testid={TEST_IDS.jsonText}
          onChange={(event) => setText(event.target.value)}
        />
        {problems.length === 0 ? null : (
          <ul className="json-problems" role="alert">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
      </div>
      <footer className="dialog-foot">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="primary" testId={TEST_IDS.jsonApply} onPress={() => void apply()}>
          Apply and run
        </Button>
      </footer>
    </Dialog>
  );
}

async function check(text: string): Promise<readonly string[]> {
  try {
    if (!isObject(JSON.parse(text) as Json)) return ["expected an object, as in { … }"];
  } catch (error) {
    return [`not JSON: ${error instanceof Error ? error.message : String(error)}`];
  }
  const reply = await desk.parse(text);
  return reply.kind === "ok" ? [] : reply.problems.map(describeProblem);
}
