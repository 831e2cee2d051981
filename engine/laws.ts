/**
 * Laws that hold in every run, asserted when it ends, in every environment. A violation is a bug
 * in the engine.
 */
import { assert } from "./kernel/assert.ts";
import type { Simulation } from "./simulation.ts";

export function assertLaws(simulation: Simulation): void {
  assertConservation(simulation);
  assertCoreTime(simulation);
  assertOccupancy(simulation);
  assertGil(simulation);
}

/** Arrivals = completed + failed + in flight, and each of those has a task, as what it spawned. */
function assertConservation({ recorder, requests, ledger }: Simulation): void {
  const alive = inFlight(recorder);
  assert(alive >= 0, "more requests ended than began");
  assert(requests.background >= 0, "more spawned tasks ended than began");
  assert(alive + requests.background <= ledger.tasks.live, "a request or spawned task is lost");
}

/** Requests begun and not yet decided. */
export function inFlight(recorder: Simulation["recorder"]): number {
  let failed = 0;
  for (const n of recorder.failed) failed += n;
  return recorder.started - recorder.completed - failed;
}

/** Core time by kind adds up to the cores' busy time, which fits into the run. */
function assertCoreTime({ machine, nowNs }: Simulation): void {
  let busy = 0;
  for (const ns of machine.coreBusyNs) {
    assert(ns <= nowNs + 1, "a core was busy for longer than the run");
    busy += ns;
  }
  let spent = 0;
  for (const ns of machine.cpuNs) spent += ns;
  assert(Math.abs(spent - busy) <= 1e-6 * busy + 10, "core time by kind does not add up");
}

/** Every task is in one place: the places' counts add up to the tasks. */
function assertOccupancy({ ledger }: Simulation): void {
  let sum = 0;
  for (const count of ledger.counts()) {
    assert(count >= 0, "a place holds a negative number of tasks");
    sum += count;
  }
  assert(sum === ledger.tasks.live, "tasks and the places they are in do not add up");
}

/** A GIL cannot be held for longer than the run. */
function assertGil({ runtime, nowNs, model }: Simulation): void {
  const held = runtime.gilUse().heldNs;
  assert(held <= nowNs * model.runtime.processes + 1, "a GIL had two holders");
}
