import { expect, it } from "vitest";
import { appendSamples, createSampleTable, edgeRates } from "./sample-table.ts";

it("keeps every row in order while the table grows", () => {
  const table = createSampleTable(["t", "edge.0"]);
  for (let row = 0; row < 500; row++) appendSamples(table, new Float64Array([row, row * 2]), row);
  expect(table.count).toBe(500);
  expect([...table.data.subarray(998, 1000)]).toEqual([499, 998]);
});

it("forgets the rows of a future that the run has left", () => {
  const table = createSampleTable(["t"]);
  appendSamples(table, new Float64Array([1, 2, 3, 4]), 0);
  appendSamples(table, new Float64Array([30]), 2);
  expect([...table.data.subarray(0, table.count)]).toEqual([1, 2, 30]);
});

it("takes rates along edges from the last second only", () => {
  const table = createSampleTable(["t", "edge.0"]);
  const layout = { sampleNs: 200e6, columns: ["t", "edge.0"] };
  appendSamples(table, new Float64Array([0, 1000]), 0);
  for (let row = 1; row <= 5; row++) appendSamples(table, new Float64Array([row, 3]), row);
  expect([...edgeRates(table, layout, 1)]).toEqual([15]);
});
