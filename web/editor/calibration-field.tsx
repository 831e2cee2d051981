/** Whose costs hold: those of the literature, of the machine that was scored, or of a file. */
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { isObject, type Json } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { ChoiceField } from "../ui/field.tsx";
import { useDraft, useProblem } from "./doc-field.tsx";

const PATH = "machine.calibration";
const REFERENCE = "reference";
/** The choice that stands for a calibration that is in the document itself. */
const OWN = "own";
/** A calibration document has a few kilobytes; whatever is larger is another file. */
const FILE_MAX = 256 * 1024;

export function CalibrationField() {
  const value = useDraft(PATH);
  const problem = useProblem(PATH);
  const [fileProblem, setFileProblem] = useState<string>();
  return (
    <>
      <ChoiceField
        label="Costs"
        value={isObject(value) ? OWN : typeof value === "string" ? value : REFERENCE}
        options={[
          [REFERENCE, "reference: bare metal"],
          ["truth", "guest that is scored"],
          ...(isObject(value) ? [[OWN, nameOf(value["name"])] as const] : []),
        ]}
        problem={fileProblem ?? problem}
        testId={TEST_IDS.calibration}
        onCommit={(word) => {
          setFileProblem(undefined);
          if (word !== OWN) edit(PATH, word === REFERENCE ? undefined : word);
        }}
      />
      <div className="calibration-file">
        <FileTrigger
          acceptedFileTypes={["application/json", ".json"]}
          onSelect={(files) => void load(files?.[0]).then(setFileProblem)}
        >
          <Button look="ghost" size="small" icon="file" testId={TEST_IDS.calibrationFile}>
            Load calibration file…
          </Button>
        </FileTrigger>
      </div>
    </>
  );
}

function nameOf(name: Json | undefined): string {
  return typeof name === "string" && name !== "" ? name : "calibration without a name";
}

/** Puts the file's document into the scenario, where it is checked; what stood in the way if not. */
async function load(file: File | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  if (file.size > FILE_MAX) return `${file.name} is too large for a calibration`;
  try {
    const document = JSON.parse(await file.text()) as Json;
    if (!isObject(document)) return `${file.name} is no calibration document`;
    edit(PATH, document);
    return undefined;
  } catch (error) {
    return `${file.name} is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
