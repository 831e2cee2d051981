/** How fast virtual time goes against real time, on a ladder of 1, 2 and 5. */
import { conductor } from "../state/conductor.ts";
import { runStore, useRun, type RunState } from "../state/run-store.ts";
import { SPEEDS, speedIndex, speedText } from "../state/speed.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Slider } from "../ui/slider.tsx";

const LAST = SPEEDS.length - 1;
const REAL_TIME = speedIndex(1);

const speedOf = (state: RunState) => state.speed;

export function SpeedControl() {
  const index = speedIndex(useRun(speedOf));
  return (
    <div className="speed">
      <Slider
        className="speed-slider"
        label="Speed, virtual to real time"
        value={index}
        max={LAST}
        testId={TEST_IDS.speed}
        format={(at) => describe(at)}
        onChange={(at) => conductor.setSpeed(SPEEDS[at] ?? 1)}
      >
        <SpeedScale index={index} />
      </Slider>
      <SpeedText />
    </div>
  );
}

/** The speed as a ratio; below real time it says what that is. */
function SpeedText() {
  const speed = useRun(speedOf);
  return (
    <span
      className="speed-text"
      title={describe(speedIndex(speed))}
      data-testid={TEST_IDS.speedText}
    >
      {speedText(speed)}
    </span>
  );
}

/** One step down or up the ladder. */
export function changeSpeed(by: -1 | 1): void {
  const index = speedIndex(runStore.getState().speed) + by;
  const speed = SPEEDS[index];
  if (speed !== undefined) conductor.setSpeed(speed);
}

function SpeedScale({ index }: { index: number }) {
  const x = (at: number): number => 5 + (at / LAST) * 130;
  const ticks = SPEEDS.map((_speed, at) => at).filter((at) => at % 3 === REAL_TIME % 3);
  return (
    <svg viewBox="0 0 140 30" aria-hidden="true">
      <line className="speed-rail" x1={5} x2={135} y1={10} y2={10} />
      <line className="speed-done" x1={5} x2={x(index)} y1={10} y2={10} />
      {ticks.map((at) => (
        <line
          key={at}
          className="speed-tick"
          x1={x(at)}
          x2={x(at)}
          y1={at === REAL_TIME ? 4 : 7}
          y2={13}
        />
      ))}
      <text x={0} y={27}>
        1:1M
      </text>
      <text className="plot-middle" x={x(REAL_TIME)} y={27}>
        1:1
      </text>
      <text className="plot-end" x={140} y={27}>
        max
      </text>
    </svg>
  );
}

function describe(at: number): string {
  const speed = SPEEDS[at] ?? 1;
  if (speed === Infinity) return "as fast as possible";
  if (speed === 1) return "real time";
  const text = speed > 1 ? `${speed} virtual seconds` : `1 virtual second in ${1 / speed} seconds`;
  return speed > 1 ? `${text} per second` : `slow motion, ${text}`;
}

/** The same ladder as a list, where there is no room for a slider. */
export function SpeedMenu() {
  const index = speedIndex(useRun(speedOf));
  return (
    <select
      className="speed-text speed-menu"
      aria-label="Speed, virtual to real time"
      value={index}
      data-testid={TEST_IDS.speed}
      onChange={(event) => conductor.setSpeed(SPEEDS[Number(event.target.value)] ?? 1)}
    >
      {SPEEDS.map((speed, at) => (
        <option key={speed} value={at}>
          {speedText(speed)}
        </option>
      ))}
    </select>
  );
}
