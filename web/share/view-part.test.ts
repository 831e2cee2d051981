import { expect, test } from "vitest";
import { splitHash, viewPart, type SharedView } from "./view-part.ts";

const VIEW: SharedView = {
  page: "inspector",
  lane: 1,
  atNs: 42_600_000_000,
  request: { request: "put, order & 50 %.", number: 20417 },
  cell: {
    fromNs: 2_000_000_001,
    toNs: 2_500_000_000,
    fastestNs: 34_000_000,
    slowestNs: 38_000_000,
  },
};

test("a view comes back out of a link as it went in", () => {
  expect(splitHash(`s=1abc&${viewPart(VIEW)}`)).toEqual({ scenario: "s=1abc", view: VIEW });
});

test("the words of a link name a lane from 1 on, nanoseconds, and a request", () => {
  expect(viewPart({ lane: 0, atNs: 5, request: { request: "order", number: 3 } })).toBe(
    "view=lane.1,at.5,request.3.order",
  );
  expect(viewPart({})).toBe("");
});

test("a cell keeps its requests: limits of latency are rounded up, and none is no limit", () => {
  const cell = { fromNs: 0, toNs: Infinity, fastestNs: 0.5, slowestNs: 1.25 };
  expect(viewPart({ cell })).toBe("view=cell.0--1-2");
  expect(splitHash("s=1&view=cell.0--1-2").view).toEqual({
    cell: { fromNs: 0, toNs: Infinity, fastestNs: 1, slowestNs: 2 },
  });
});

test.each(["cell.5-5-1-2", "cell.0-9-2-1", "cell.-9-1-2", "cell.0-9-1", "cell.x"])(
  "%s is no cell",
  (part) => expect(splitHash(`s=1&view=${part}`).view).toEqual({}),
);

test("a link without a view, or with one of a later version, is still a link", () => {
  expect(splitHash("s=1abc")).toEqual({ scenario: "s=1abc", view: {} });
  const later = "s=1abc&other=1&view=planet,lane.0,at.-1,lane.x,zoom.3,request.4";
  expect(splitHash(later)).toEqual({ scenario: "s=1abc", view: {} });
  expect(splitHash(`s=1abc&view=request.4.%`).view).toEqual({});
  expect(splitHash(`s=1abc&view=lane.1,${"x".repeat(2000)}`).view).toEqual({});
});
