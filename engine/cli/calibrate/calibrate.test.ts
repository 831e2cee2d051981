/** The measuring programs themselves, in their short form, where their runtimes are installed. */
import { expect, test } from "vitest";
import { calibrate } from "./calibrate.ts";

function silent() {
  const told: string[] = [];
  return {
    told,
    terminal: {
      out: () => undefined,
      err: (text: string) => void told.push(text),
      isErrTty: false,
      seconds: () => performance.now() / 1000,
      isInterrupted: () => false,
    },
  };
}

test("a short calibration of the runtimes found here fits the format and is told step by step", async () => {
  const { told, terminal } = silent();
  const document = await calibrate(
    { name: "here", isShort: true, runtimes: ["python", "node"] },
    terminal,
  );
  expect(document).toMatchObject({ name: "here" });
  const node = document?.node_1core ?? document?.node_2cores;
  expect(node?.["setImmediate_turn_us"]?.median).toBeGreaterThan(0);
  expect(document?.versions?.node).toMatch(/^v\d+/);
  expect(told.join("")).toMatch(/measuring node_\dcores? \.\.\. \d/);
  // Python need not be installed; where it is, the operating system is measured with it.
  expect(document?.versions?.python !== undefined).toBe(document?.os !== undefined);
  expect(document?.os?.["sleep_10ms_p50"]?.median ?? 10).toBeGreaterThanOrEqual(10);
  expect(document?.os?.["pthread_create_join_us"]?.median ?? 1).toBeGreaterThan(0);
});

test("where nothing is found nothing is made up", async () => {
  const { told, terminal } = silent();
  expect(await calibrate({ name: undefined, isShort: true, runtimes: [] }, terminal)).toBe(
    undefined,
  );
  expect(told.join("")).toContain("without python3");
});
