/**
 * CPython 3.13 built without the GIL: threads run in parallel, each of them slower.
 */
import { cpython311 } from "./cpython-3.11.ts";
import { cost, type Profile } from "./profile.ts";

const SLOWER = 1.4;

export const cpython313t: Profile = {
  ...cpython311,
  label: "free-threaded CPython",
  collector: "cpython-free-threaded",
  costs: {
    ...cpython311.costs,
    cpuFactor: cost(
      SLOWER,
      "factor",
      "[D] free-threading-python.rst: about 40 % slower on one thread; 5 to 10 % in 3.14 [R]",
    ),
    ioCall: cost(
      cpython311.costs.ioCall.value * SLOWER,
      "ns",
      "[E] that of 3.11, which is mostly bytecode, slower likewise",
    ),
  },
};
