/** Choosing what to run: the scenarios that ship, a file, or a link that somebody sent. */
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { describeProblem, loadScenario } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { openLink } from "../share/link.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { Tag } from "../ui/chip.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icons.tsx";
import { laneCount, searchCatalogue, type CatalogueEntry } from "./catalogue.ts";
import { forgetLink } from "../share/link.ts";
import "./scenarios.css";

export function ScenarioDialog({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [problem, setProblem] = useState<string | undefined>();
  const found = searchCatalogue(query);
  const open = async (document: unknown, source: string): Promise<void> => {
    const [first] = await loadScenario(document, source);
    if (first !== undefined) {
      setProblem(describeProblem(first));
      return;
    }
    forgetLink();
    onClose();
  };
  return (
    <Dialog title="Scenarios" width="wide" testId={TEST_IDS.scenarioDialog} onClose={onClose}>
      <div className="dialog-body scenario-body">
        <div className="scenario-tools">
          <SearchBox query={query} onQuery={setQuery} />
          <PasteLink onProblem={setProblem} onClose={onClose} />
          <FileTrigger
            acceptedFileTypes={["application/json"]}
            onSelect={(files) => void readFile(files, open, setProblem)}
          >
            <Button icon="file">Open file…</Button>
          </FileTrigger>
        </div>
        {problem === undefined ? null : (
          <p className="scenario-problem" role="alert">
            {problem}
          </p>
        )}
        <ul className="scenario-grid">
          {found.map((entry) => (
            <ScenarioCard
              key={entry.id}
              entry={entry}
              onOpen={() => void open(entry.document, entry.id)}
            />
          ))}
        </ul>
        {found.length > 0 ? null : (
          <p className="scenario-empty">
            Nothing here yet for “{query}”. <Button onPress={() => setQuery("")}>Clear</Button>
          </p>
        )}
      </div>
    </Dialog>
  );
}

function ScenarioCard({ entry, onOpen }: { entry: CatalogueEntry; onOpen: () => void }) {
  const current = useScenario((state) => state.source === entry.id);
  const lanes = laneCount(entry);
  return (
    <li>
      <button
        type="button"
        className="scenario-card"
        aria-current={current}
        data-testid={TEST_IDS.scenarioCard}
        data-scenario={entry.id}
        onClick={onOpen}
      >
        <span className="scenario-name">{entry.name}</span>
        <span className="scenario-teaser">{entry.teaser}</span>
        <span className="scenario-tags">
          {entry.tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          <span className="scenario-lanes">{lanes === 1 ? "1 lane" : `${lanes} lanes`}</span>
        </span>
      </button>
    </li>
  );
}

function SearchBox({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  return (
    <label className="scenario-input">
      <Icon name="search" />
      <span className="visually-hidden">Search scenarios</span>
      <input
        type="search"
        value={query}
        placeholder="Search"
        // The dialog opens to find something: typing may start at once, except where that would
        // bring up a keyboard that covers what there is to find.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={window.matchMedia("(pointer: fine)").matches}
        data-testid={TEST_IDS.scenarioSearch}
        onChange={(event) => onQuery(event.target.value)}
      />
    </label>
  );
}

interface PasteLinkProps {
  readonly onProblem: (problem: string) => void;
  readonly onClose: () => void;
}

function PasteLink({ onProblem, onClose }: PasteLinkProps) {
  const [text, setText] = useState("");
  const submit = async (): Promise<void> => {
    const problem = await openLink(text);
    if (problem === undefined) onClose();
    else onProblem(problem);
  };
  return (
    <form
      className="scenario-paste"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="scenario-input">
        <Icon name="link" />
        <span className="visually-hidden">Scenario link</span>
        <input
          value={text}
          placeholder="Paste a scenario link, then Enter"
          data-testid={TEST_IDS.pasteLink}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
    </form>
  );
}

/** Files larger than this are no scenarios; reading them would only freeze the page. */
const FILE_BYTES_MAX = 20_000_000;

async function readFile(
  files: FileList | null,
  open: (document: unknown, source: string) => Promise<void>,
  onProblem: (problem: string) => void,
): Promise<void> {
  const file = files?.[0];
  if (file === undefined) return;
  if (file.size > FILE_BYTES_MAX) onProblem(`${file.name}: expected a file of at most 20 MB`);
  else await open(await file.text(), `file:${file.name}`);
}
