/**
 * Where the time of the picked request went, what its twins on the other lanes did with the same
 * demands, and where typical and slow requests of this lane spend theirs.
 */
import type { Topology, Waterfall } from "../../engine/api.ts";
import { duration, milliseconds, nanoseconds, percent } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { useRun } from "../state/run-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { LaneChip } from "../ui/chip.tsx";
import { useInspected } from "./inspector-store.ts";
import { StayBar } from "./stay-bar.tsx";
import { barOfStays, partsOf, stateOf, took, type Part, type StayState } from "./stay-state.ts";

/** States in which a request gets on: the rest is waiting in line. */
const GETS_ON: ReadonlySet<StayState> = new Set(["run", "io"]);

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

function WhereItWent({
  fall,
  topology,
}: {
  readonly fall: Waterfall;
  readonly topology: Topology;
}) {
  const parts = partsOf(fall.request.spentNs, topology);
  const latency = Math.max(1, took(fall.request));
  return (
    <>
      <h2>Where {milliseconds(latency)} went</h2>
      <p className="where-text">{sentence(parts, latency)}</p>
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
    </>
  );
}

function sentence(parts: readonly Part[], latency: number): string {
  const waiting = parts.filter(({ state }) => !GETS_ON.has(state));
  const waited = waiting.reduce((sum, { ns }) => sum + ns, 0);
  const sum = (state: StayState): number =>
    parts.filter((part) => part.state === state).reduce((total, { ns }) => total + ns, 0);
  const rest = `${nanoseconds(sum("run"))} is work and ${nanoseconds(sum("io"))} is I/O.`;
  const most = waiting[0];
  if (most === undefined) return `Nothing of it is waiting in line: ${rest}`;
  return `${percent(waited / latency)} of it is waiting in line, most of that in “${most.label}”; ${rest}`;
}

function Twins({ lane }: { readonly lane: number }) {
  const falls = useInspected((inspected) => inspected.falls);
  const lanes = useRun((run) => run.lanes);
  const others = lanes.filter(({ index }) => index !== lane);
  const scale = Math.max(
    1,
    ...others.flatMap(({ index }) => falls[index]?.request ?? []).map(took),
  );
  if (others.length === 0 || falls.length === 0) return undefined;
  return (
    <>
      <h3 className="caps">
        Same request, other lanes <small>scale 0 to {nanoseconds(scale)}</small>
      </h3>
      <ul className="twins" data-testid={TEST_IDS.twins}>
        {others.map((other) => (
          <Twin key={other.letter} lane={other} fall={falls[other.index]} scale={scale} />
        ))}
      </ul>
    </>
  );
}

interface TwinProps {
  readonly lane: LaneRun;
  readonly fall: Waterfall | undefined;
  readonly scale: number;
}

function Twin({ lane, fall, scale }: TwinProps) {
  if (fall === undefined) {
    return (
      <li>
        <LaneChip letter={lane.letter} />
        <span className="inspector-hint">not answered by now</span>
      </li>
    );
  }
  const latency = took(fall.request);
  const parts = barOfStays(fall.stays, fall.request, lane.topology);
  return (
    <li>
      <LaneChip letter={lane.letter} />
      <span className="visually-hidden">Lane {lane.letter}: </span>
      <span className="request-bar">
        <StayBar parts={parts} of={latency / scale} />
      </span>
      <b>{milliseconds(latency)}</b>
    </li>
  );
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
