/** The requests of the selection, each with a bar of where its time went, on one scale. */
import type { RequestPage, SeenRequest, Topology } from "../../engine/api.ts";
import { grouped, milliseconds, nanoseconds } from "../format.ts";
import { useRun } from "../state/run-store.ts";
import { useScenario } from "../state/scenario-store.ts";
import { type CellSpan, useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { Segments } from "../ui/segments.tsx";
import { hasClasses } from "./classes.ts";
import { endWord, fullName } from "./fall-model.ts";
import {
  choose,
  pick,
  selectCell,
  toggleWidening,
  useInspected,
  type Choice,
  type Failure,
} from "./inspector-store.ts";
import { moment } from "./moment.ts";
import { StayBar } from "./stay-bar.tsx";
import { barOfSpent, took } from "./stay-state.ts";

const CHOICES: readonly (readonly [Choice, string])[] = [
  ["slowest", "Slowest"],
  ["latest", "Latest"],
  ["failed", "Failed"],
  ["open", "Open"],
];

const FAILURES: readonly (readonly [Failure, string])[] = [
  ["timeout", "timed out"],
  ["rejected", "refused"],
  ["error", "error"],
  ["crash", "crashed"],
];

export function RequestList({ topology }: { readonly topology: Topology }) {
  const page = useInspected((inspected) => inspected.page);
  const choice = useInspected((inspected) => inspected.choice);
  const requests = page?.requests ?? [];
  const longest = requests.reduce((most, one) => Math.max(most, took(one)), 1);
  return (
    <section className="request-list" aria-label="Requests">
      <header className="inspector-head">
        <Heading matching={page?.matching ?? 0} />
        <Segments
          label="Which requests"
          options={CHOICES}
          value={choice}
          onChoose={(value) => choose(value)}
        />
      </header>
      {choice === "failed" && page && <Failures page={page} />}
      {requests.length === 0 ? (
        <p className="inspector-hint">{EMPTY[choice]}</p>
      ) : (
        <ul data-testid={TEST_IDS.requestList}>
          {requests.map((request) => (
            <Row
              key={`${request.request} ${request.number}`}
              request={request}
              topology={topology}
              longest={longest}
            />
          ))}
        </ul>
      )}
      <p className="inspector-hint">
        {requests.length > 0 && `Bars share one scale, 0 to ${nanoseconds(longest)}. `}
        <Covered page={page} />
      </p>
    </section>
  );
}

const EMPTY: Readonly<Record<Choice, string>> = {
  slowest: "No request has been answered here.",
  latest: "No request has been answered here.",
  failed: "No request has failed here.",
  open: "No request is under way.",
};

/** What part of the selection could be looked at one by one. */
function Covered({ page }: { readonly page: RequestPage | undefined }) {
  const cell = useInspected((inspected) => inspected.pageCell);
  const clockNs = useRun((run) => run.clockNs);
  if (page === undefined) return undefined;
  const [fromNs, toNs] = page.coveredNs;
  if (cell === undefined) {
    if (fromNs === 0) return undefined;
    return (
      <>Since {moment(fromNs, toNs - fromNs)} s; a cell of the heatmap brings back earlier ones.</>
    );
  }
  const endNs = Math.min(cell.toNs, clockNs);
  if (fromNs <= cell.fromNs && toNs >= endNs) return undefined;
  const lengthNs = toNs - fromNs;
  return (
    <>
      Too many to list: those from {moment(fromNs, lengthNs)} to {moment(toNs, lengthNs)} s are.
    </>
  );
}

function Heading({ matching }: { readonly matching: number }) {
  const cell = useInspected((inspected) => inspected.pageCell);
  const requests = `${grouped(matching)} request${matching === 1 ? "" : "s"}`;
  if (cell === undefined) return <h2>{requests}</h2>;
  return (
    <h2>
      {requests} in this {Number.isFinite(cell.toNs) ? "cell" : "range"}
      <small>{cellWords(cell)}</small>
      <WidenButton />
      <Button look="ghost" size="small" onPress={() => selectCell(undefined)}>
        All
      </Button>
    </h2>
  );
}

/** For who can neither drag nor hold a key down. */
function WidenButton() {
  const isWidening = useInspected((inspected) => inspected.isWidening);
  return (
    <button
      type="button"
      className="button button-ghost button-small"
      aria-pressed={isWidening}
      title="The next click in the picture chooses all from here to there, as one with Shift does"
      onClick={toggleWidening}
    >
      Widen
    </button>
  );
}

function cellWords({ fromNs, toNs, fastestNs, slowestNs }: CellSpan): string {
  const range = `${nanoseconds(fastestNs)} to ${nanoseconds(slowestNs)}`;
  const lengthNs = toNs - fromNs;
  if (!Number.isFinite(lengthNs)) return range;
  return `${moment(fromNs, lengthNs)} to ${moment(toNs, lengthNs)} s, ${range}`;
}

/** Failures by kind; each kind has its own list. */
function Failures({ page }: { readonly page: RequestPage }) {
  const failure = useInspected((inspected) => inspected.failure);
  const kinds = FAILURES.filter(([kind]) => page.outcomes[kind] > 0);
  if (kinds.length < 2) return undefined;
  const all = kinds.reduce((sum, [kind]) => sum + page.outcomes[kind], 0);
  const options = kinds.map(
    ([kind, word]) => [kind, `${word} ${grouped(page.outcomes[kind])}`] as const,
  );
  return (
    <Segments<Failure | "all">
      label="Which failures"
      options={[["all", `all ${grouped(all)}`], ...options]}
      value={failure ?? "all"}
      onChoose={(value) => choose("failed", value === "all" ? undefined : value)}
    />
  );
}

interface RowProps {
  readonly request: SeenRequest;
  readonly topology: Topology;
  /** ns */
  readonly longest: number;
}

function Row({ request, topology, longest }: RowProps) {
  const isPicked = useView(
    ({ request: picked }) =>
      picked?.request === request.request && picked.number === request.number,
  );
  const latency = took(request);
  const parts = barOfSpent(request.spentNs, topology, Math.max(1, latency));
  const { outcome } = request;
  const areMany = useScenario((scenario) => hasClasses(scenario.document));
  const name = fullName(request, areMany);
  return (
    <li data-many={areMany}>
      <button type="button" aria-pressed={isPicked} onClick={() => void pick(request)}>
        <span className="request-name" title={name}>
          {name}
        </span>
        <span className="request-bar">
          <StayBar parts={parts} of={latency / longest} isOpen={outcome === "open"} />
        </span>
        {outcome !== "completed" && outcome !== "open" && <em>{endWord(outcome)}</em>}
        <b>{milliseconds(latency)}</b>
      </button>
    </li>
  );
}
