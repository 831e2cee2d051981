/** The requests of the selection, each with a bar of where its time went, on one scale. */
import type { SeenRequest, Topology } from "../../engine/api.ts";
import { grouped, instant, milliseconds, nanoseconds } from "../format.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { choose, pick, selectCell, useInspected, type Choice } from "./inspector-store.ts";
import { StayBar } from "./stay-bar.tsx";
import { inOrder, partsOf, took, type BarPart } from "./stay-state.ts";

const CHOICES: readonly (readonly [Choice, string])[] = [
  ["slowest", "Slowest"],
  ["latest", "Latest"],
  ["failed", "Failed"],
];

export function RequestList({ topology }: { readonly topology: Topology }) {
  const page = useInspected((inspected) => inspected.page);
  const requests = page?.requests ?? [];
  const longest = requests.reduce((most, one) => Math.max(most, took(one)), 1);
  return (
    <section className="request-list" aria-label="Requests">
      <header className="inspector-head">
        <Heading matching={page?.matching ?? 0} />
        <Choices />
      </header>
      {requests.length === 0 ? (
        <p className="inspector-hint">
          None is remembered. The last 16 384 requests of a lane are, up to the moment shown.
        </p>
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
      <p className="inspector-hint">Bars share one scale, 0 to {nanoseconds(longest)}.</p>
    </section>
  );
}

function Heading({ matching }: { readonly matching: number }) {
  const cell = useInspected((inspected) => inspected.cell);
  if (cell === undefined) return <h2>{grouped(matching)} requests</h2>;
  return (
    <h2>
      {grouped(matching)} in this cell
      <small>
        {instant(cell.fromNs, 1)} to {instant(cell.toNs, 1)} s, {nanoseconds(cell.fastestNs)} to{" "}
        {nanoseconds(cell.slowestNs)}
      </small>
      <Button look="ghost" size="small" onPress={() => selectCell(undefined)}>
        All
      </Button>
    </h2>
  );
}

function Choices() {
  const chosen = useInspected((inspected) => inspected.choice);
  return (
    <span className="choices" role="group" aria-label="Which requests">
      {CHOICES.map(([choice, label]) => (
        <button
          key={choice}
          type="button"
          aria-pressed={choice === chosen}
          onClick={() => choose(choice)}
        >
          {label}
        </button>
      ))}
    </span>
  );
}

interface RowProps {
  readonly request: SeenRequest;
  readonly topology: Topology;
  /** ns */
  readonly longest: number;
}

function Row({ request, topology, longest }: RowProps) {
  const isPicked = useInspected(
    ({ picked }) => picked?.request === request.request && picked?.number === request.number,
  );
  const latency = took(request);
  return (
    <li>
      <button type="button" aria-pressed={isPicked} onClick={() => void pick(request)}>
        <span className="request-name">r{request.number}</span>
        <span className="request-bar">
          <StayBar parts={barOf(request, topology)} of={latency / longest} />
        </span>
        <b>{milliseconds(latency)}</b>
        {request.outcome === "completed" ? undefined : <em>{request.outcome}</em>}
      </button>
    </li>
  );
}

function barOf(request: SeenRequest, topology: Topology): BarPart[] {
  const latency = Math.max(1, took(request));
  let at = 0;
  return partsOf(request.spentNs, topology)
    .sort(inOrder)
    .map(({ state, ns, label }) => {
      const from = at / latency;
      at += ns;
      return { state, from, to: at / latency, title: label };
    });
}
