import { expect, it } from "vitest";
import { sideOf } from "./paint-crosshair.ts";

it("knows on which side of the window an instant lies", () => {
  const span = { fromNs: 10, toNs: 20 };
  expect([9, 10, 20, 21].map((ns) => sideOf(ns, span))).toEqual([
    "before",
    "inside",
    "inside",
    "after",
  ]);
});
