/**
 * Where the time of the picked request went, what its twins on the other lanes did with the same
 * demands, and where typical and slow requests of this lane spend theirs.
 */
import type { RequestPage, Topology, Waterfall } from "../../engine/api.ts";
import { duration, grouped, milliseconds, nanoseconds, percent } from "../format.ts";
import { showInSchedule } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { useInspected } from "./inspector-store.ts";
import { StayBar } from "./stay-bar.tsx";
import { GETS_ON, barOfSpent, partsOf, stateOf, took, type Part } from "./stay-state.ts";
import { Twins } from "./twins.tsx";

interface WhereProps {
  readonly lane: number;
  readonly topology: Topology;
}

export function Where({ lane, topology }: WhereProps) {
  const fall = useInspected((inspected) => inspected.falls[lane]);
  return (
    <section className="where" aria-label="Where the time went">
      {fall && <WhereItWent fall={fall} topology={topology} />}
      <Twins lane={lane} />
      <Typical topology={topology} />
    </section>
  );
}

interface WhereItWentProps {
  readonly fall: Waterfall;
  readonly topology: Topology;
}

function WhereItWent({ fall, topology }: WhereItWentProps) {
  const { request } = fall;
  const parts = partsOf(request.spentNs, topology);
  const latency = Math.max(1, took(request));
  return (
    <>
      <h2>Where {milliseconds(latency)} went</h2>
      <Sentence parts={parts} latency={latency} />
      <span className="where-bar">
        <StayBar
          parts={barOfSpent(request.spentNs, topology, latency)}
          isOpen={request.outcome === "open"}
        />
      </span>
      <table className="where-table" data-testid={TEST_IDS.where}>
        <tbody>
          {parts.map(({ place, label, state, ns }) => (
            <tr key={place}>
              <th scope="row">
                <i className="swatch" data-state={state} />
                {label}
              </th>
              <td>{milliseconds(ns)}</td>
              <td>{percent(ns / latency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="where-foot">
        <SameCause cause={parts[0]} />
        <Button size="small" testId={TEST_IDS.showInSchedule} onPress={() => show(fall)}>
          Show in schedule
        </Button>
      </div>
    </>
  );
}

function show({ request }: Waterfall): void {
  showInSchedule({
    fromNs: request.beganNs,
    toNs: request.endedNs,
    request: { request: request.request, number: request.number },
  });
}

function Sentence({
  parts,
  latency,
}: {
  readonly parts: readonly Part[];
  readonly latency: number;
}) {
  const total = (of: (part: Part) => boolean): number =>
    parts.filter(of).reduce((sum, { ns }) => sum + ns, 0);
  const forParts = total(({ kind }) => kind === "join");
  const inLine = total(({ state }) => !GETS_ON.has(state)) - forParts;
  const io = total(({ state }) => state === "io");
  const isSleep = parts.some(({ kind }) => kind === "timer");
  const others = [
    io > 0 &&
      `${nanoseconds(io)} is ${isSleep ? "I/O and sleep" : "I/O"} it would have waited for anyway`,
    forParts > 0 && `for ${nanoseconds(forParts)} its parts were under way`,
  ].filter((clause) => clause !== false);
  return (
    <p className="where-text">
      {inLine === 0 ? (
        "Nothing of this request is waiting in line. "
      ) : (
        <>
          <b>{percent(inLine / latency)}</b> of this request is waiting in line.{" "}
        </>
      )}
      <b>{nanoseconds(total(({ state }) => state === "run"))}</b> is work
      {others.map((clause) => ` and ${clause}`).join(",")}.
    </p>
  );
}

/** How many of the list spend most of their time where this one does. */
function SameCause({ cause }: { readonly cause: Part | undefined }) {
  const page = useInspected((inspected) => inspected.page);
  if (page === undefined || cause === undefined || page.matching < 2) return <span />;
  const same = sameCauses(page, cause);
  return (
    <span
      className="tag"
      data-testid={TEST_IDS.sameCause}
      title={`${grouped(same)} of the ${grouped(page.matching)} requests listed spend most of their time in “${cause.label}”, as this one does`}
    >
      same cause in {grouped(same)} of {grouped(page.matching)}
    </span>
  );
}

function sameCauses({ mostIn }: RequestPage, { place }: Part): number {
  return mostIn[place] ?? 0;
}

/** Mean over the requests about the median, and over the slowest percent. */
function Typical({ topology }: { readonly topology: Topology }) {
  const typical = useInspected((inspected) => inspected.page?.typical);
  if (typical === undefined) return undefined;
  const p50 = partsOf(typical.p50, topology);
  const p99 = partsOf(typical.p99, topology);
  const places = [...new Set([...p99, ...p50].map(({ place }) => place))];
  const ms = (parts: readonly Part[], place: number): string =>
    duration((parts.find((part) => part.place === place)?.ns ?? 0) / 1e6);
  if (places.length === 0) return undefined;
  return (
    <table className="where-table">
      <caption className="caps">Where the median and the slowest 1 % spend their time</caption>
      <thead>
        <tr>
          <th scope="col">place</th>
          <th scope="col">p50</th>
          <th scope="col">slowest</th>
        </tr>
      </thead>
      <tbody>
        {places.map((place) => (
          <tr key={place}>
            <th scope="row">
              <i className="swatch" data-state={stateOf(topology.places[place])} />
              {topology.places[place]?.label}
            </th>
            <td>{ms(p50, place)}</td>
            <td>{ms(p99, place)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
