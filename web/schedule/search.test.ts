import { expect, it } from "vitest";
import { parseSearch } from "./search.ts";

it("takes numbers for requests, with their class or without", () => {
  expect(parseSearch("main#20417")).toEqual({ request: "main", number: 20417 });
  expect(["#7", "r7", " 7 "].map(parseSearch)).toEqual([
    { number: 7 },
    { number: 7 },
    { number: 7 },
  ]);
});

it("knows states by their name in the legend and by their short one", () => {
  expect(["gil", "Wants GIL"].map(parseSearch)).toEqual([{ state: 3 }, { state: 3 }]);
  expect(parseSearch("i/o")).toEqual({ state: 4 });
});

it("takes all else for a row, and a row with a state behind it for both", () => {
  expect(parseSearch("T07")).toEqual({ row: "T07" });
  expect(parseSearch("GIL holder")).toEqual({ row: "GIL holder" });
  expect(parseSearch("T07 lock")).toEqual({ row: "T07", state: 5 });
  expect(parseSearch("  ")).toBe(undefined);
});
