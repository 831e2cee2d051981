/** The virtual clock: seconds and milliseconds, then microseconds in a quieter ink. */
import { THIN } from "../format.ts";
import { useRun, type RunState } from "../state/run-store.ts";
import { TEST_IDS } from "../test-ids.ts";

const clockOf = (state: RunState) => state.clockNs;

export function Clock() {
  const { seconds, micros } = clockParts(useRun(clockOf));
  return (
    <span className="clock" data-testid={TEST_IDS.clock}>
      <span className="visually-hidden">Virtual time </span>
      {seconds}
      <small>{`${THIN}${micros}${THIN}s`}</small>
    </span>
  );
}

/** One decimal, for narrow screens. */
export function ShortClock() {
  const tenths = useRun((state) => Math.floor(state.clockNs / 1e8));
  return (
    <span className="clock" data-testid={TEST_IDS.clock}>
      {`${(tenths / 10).toFixed(1)} s`}
    </span>
  );
}

/** `42.599` and `600`: 42.5996 s to the microsecond, rounded down as clocks are. */
export function clockParts(ns: number): { seconds: string; micros: string } {
  const micros = Math.floor(ns / 1e3);
  const millis = Math.floor(micros / 1e3);
  return {
    seconds: `${Math.floor(millis / 1e3)}.${String(millis % 1e3).padStart(3, "0")}`,
    micros: String(micros % 1e3).padStart(3, "0"),
  };
}
