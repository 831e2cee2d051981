/**
 * asyncio's contract on libuv, under an ASGI server (uvicorn).
 */
import { asyncio } from "./asyncio.ts";
import { cost, type Profile } from "./profile.ts";

export const uvloop: Profile = {
  ...asyncio,
  label: "uvloop process",
  costs: {
    ...asyncio.costs,
    taskSwitch: cost(1_000, "ns", "[E] asyncio takes 1.5 µs; tasks themselves are CPython's"),
    ioCall: cost(5_000, "ns", "[D] its README claims 2 to 4 times asyncio on I/O-heavy echo"),
    accept: cost(7_000, "ns", "[E] as I/O: a third of asyncio's"),
    poll: cost(1_000, "ns", "[E] libuv's epoll_wait without bytecode around it"),
  },
  // [S] libuv counts time in milliseconds.
  timerWait: "loop-clock",
  acceptBurst: { value: 1, source: "[S] libuv ≥ 1.45 takes one per iteration" },
};
