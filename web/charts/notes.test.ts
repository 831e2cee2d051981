import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Note, placeNotes } from "./notes.ts";
import { isInside, overlap } from "./texts.ts";

const room = {
  bounds: { left: 0, right: 300, top: 0, bottom: 90 },
  taken: [{ left: 200, right: 260, top: 0, bottom: 90 }],
  px: 10,
  measure: (text: string) => text.length * 6,
};
const note = (text: string, ...at: readonly (readonly [number, number])[]): Note => ({
  text,
  color: "",
  spots: at.map(([x, y]) => ({ x, y, align: "left" })),
});
const textAt = (notes: readonly Note[]) =>
  placeNotes(notes, room).map(({ note: { text }, spot: { x, y } }) => [text, x, y]);

it("gives the first place that is free to the first that asks", () => {
  const notes = [note("offered", [5, 20]), note("holds", [10, 24], [60, 24])];
  expect(textAt(notes)).toEqual([
    ["offered", 5, 20],
    ["holds", 60, 24],
  ]);
});

it("keeps out of the labels at the playhead", () => {
  expect(textAt([note("limit 512", [190, 20], [262, 20], [100, 20])])).toEqual([
    ["limit 512", 100, 20],
  ]);
});

it("leaves out what finds no place", () => {
  expect(textAt([note("falls", [280, 20], [5, 88])])).toEqual([]);
});

it("never puts one note over another, or beyond the chart", () => {
  const spot = fc.tuple(fc.integer({ min: -20, max: 310 }), fc.integer({ min: -5, max: 95 }));
  const some = fc.array(fc.array(spot, { minLength: 1, maxLength: 4 }), { maxLength: 8 });
  fc.assert(
    fc.property(some, (all) => {
      const boxes = placeNotes(
        all.map((spots) => note("a limit", ...spots)),
        room,
      ).map(({ box }) => box);
      const others = [...room.taken, ...boxes];
      expect(boxes.every((box) => isInside(box, room.bounds))).toBe(true);
      expect(boxes.some((box) => others.some((one) => one !== box && overlap(one, box)))).toBe(
        false,
      );
    }),
  );
});
