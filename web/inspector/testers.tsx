/** What a load tester would have reported of the selected lane that waits before it sends. */
import type { Percentiles, TesterComparison } from "../../engine/api.ts";
import { grouped, milliseconds, nanoseconds, percent } from "../format.ts";
import { TEST_IDS } from "../test-ids.ts";
import { askTester, useInspected } from "./inspector-store.ts";
import { moment } from "./moment.ts";

/** Ten is what wrk opens by itself. */
export const USUAL_CONNECTIONS = 10;
const CONNECTIONS = [1, 10, 100, 1000];

const ROWS: readonly (readonly [keyof Percentiles, string])[] = [
  ["p50", "p50"],
  ["p90", "p90"],
  ["p99", "p99"],
  ["p999", "p99.9"],
  ["max", "max"],
];

export function Testers() {
  const connections = useInspected((inspected) => inspected.connections);
  const comparison = useInspected((inspected) => inspected.comparison);
  if (connections === undefined) return undefined;
  return (
    <div className="testers" data-testid={TEST_IDS.testers}>
      {comparison === undefined ? (
        <p className="inspector-hint">
          Nothing to compare: the users of this lane wait for their answers themselves, so every
          request begins when it is sent; or none has been answered since the warm-up.
        </p>
      ) : (
        <>
          <p className="testers-text">
            <b>Honest p99 {nanoseconds(comparison.honest.p99)}</b>, naive tester{" "}
            {nanoseconds(comparison.naive.p99)}. {lateWords(comparison)}
          </p>
          <Table comparison={comparison} />
        </>
      )}
      <Definition connections={connections} comparison={comparison} />
    </div>
  );
}

function lateWords({ late, latestNs, requests }: TesterComparison): string {
  if (late === 0) return "It has a connection free for every request, and sees what there is.";
  return `It sends ${percent(late / requests)} of the requests late, one of them by ${nanoseconds(latestNs)}, and counts from then.`;
}

function Table({ comparison }: { readonly comparison: TesterComparison }) {
  const { honest, naive } = comparison;
  return (
    <table className="where-table testers-table">
      <thead>
        <tr>
          <th scope="col">stopwatch from</th>
          {ROWS.map(([key, name]) => (
            <th key={key} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Row name="due (honest)" values={honest} />
        <Row name="sent (naive)" values={naive} />
      </tbody>
    </table>
  );
}

function Row({ name, values }: { readonly name: string; readonly values: Percentiles }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {ROWS.map(([key]) => (
        <td key={key}>{milliseconds(values[key])}</td>
      ))}
    </tr>
  );
}

interface DefinitionProps {
  readonly connections: number;
  readonly comparison: TesterComparison | undefined;
}

function Definition({ connections, comparison }: DefinitionProps) {
  return (
    <div className="testers-foot">
      <label>
        A tester with{" "}
        <select
          value={connections}
          onChange={(event) => askTester(Number(event.target.value))}
          aria-label="Connections of the naive tester"
        >
          {CONNECTIONS.map((count) => (
            <option key={count} value={count}>
              {grouped(count)}
            </option>
          ))}
        </select>{" "}
        connection{connections === 1 ? "" : "s"}
        {comparison && <> over {covered(comparison)}</>}
      </label>
      <details>
        <summary>How this is computed</summary>
        <p>
          The run’s own requests and answers, replayed through a tester that sends the next request
          over a connection only when that has its answer. A request is sent when it is due and a
          connection is free, and answered when it was answered in the run, but not before its own
          work and I/O have passed. A real tester would also have relieved the server by holding
          back, and reported less still. Gil Tene calls this coordinated omission; wrk2 was written
          to avoid it, by counting from when each request should have been sent.
        </p>
        <p>
          <a href="https://github.com/giltene/wrk2" target="_blank" rel="noreferrer">
            wrk2, README
          </a>{" "}
          ·{" "}
          <a
            href="https://www.infoq.com/presentations/latency-response-time/"
            target="_blank"
            rel="noreferrer"
          >
            How NOT to Measure Latency
          </a>
        </p>
      </details>
    </div>
  );
}

function covered({ requests, coveredNs }: TesterComparison): string {
  const [fromNs, toNs] = coveredNs;
  const length = toNs - fromNs;
  return `${grouped(requests)} answers, ${moment(fromNs, length)} to ${moment(toNs, length)} s`;
}
