import { expect, test } from "vitest";
import { allocationOver } from "./garbage.ts";

test("one small object per event shows in bytes and in collections", async () => {
  const kept: { value: number }[] = [];
  const taker = {
    events: 0,
    runUntil(_timeNs: number, maxEvents: number): string {
      for (let i = 0; i < maxEvents; i++) kept[i & 7] = { value: i };
      taker.events += maxEvents;
      return "running";
    },
  };
  const { events, collections, bytesPerEvent } = await allocationOver(taker, 10_000, 5_000_000);
  expect(events).toBe(5_000_000);
  expect(collections).toBeGreaterThan(1);
  expect(bytesPerEvent).toBeGreaterThan(8);
});
