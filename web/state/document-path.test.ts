import { describe, expect, it } from "vitest";
import { joinPath, parsePath, isSameJson, readPath, writePath } from "./document-path.ts";

const DOCUMENT = {
  lanes: [{ runtime: { threads: 8 } }, { name: "b" }],
  load: { "a.b": { rate: 1 } },
};

describe("paths into a document", () => {
  it("read what problems point at", () => {
    expect(readPath(DOCUMENT, "lanes[0].runtime.threads")).toBe(8);
    expect(readPath(DOCUMENT, "lanes[7].name")).toBeUndefined();
    expect(readPath(DOCUMENT, `load["a.b"].rate`)).toBe(1);
  });

  it("do not reach into prototypes", () => {
    expect(readPath(DOCUMENT, "constructor.name")).toBeUndefined();
  });

  it("write without touching the document they start from", () => {
    const before = JSON.stringify(DOCUMENT);
    const after = writePath(DOCUMENT, "lanes[0].runtime.queue", "unbounded");
    expect(readPath(after, "lanes[0].runtime")).toEqual({ threads: 8, queue: "unbounded" });
    expect(JSON.stringify(DOCUMENT)).toBe(before);
  });

  it("remove keys and elements when the value is undefined", () => {
    expect(writePath(DOCUMENT, "lanes[0]", undefined)).toMatchObject({ lanes: [{ name: "b" }] });
    expect(readPath(writePath(DOCUMENT, "load", undefined), "load")).toBeUndefined();
  });

  it("leave no empty object behind, but never drop an element of a list for it", () => {
    const draft = { gil: { switchInterval: "5ms" }, steps: [{ cpu: "1ms" }, { io: "2ms" }] };
    expect(writePath(draft, "gil.switchInterval", undefined)).toEqual({ steps: draft.steps });
    expect(writePath(draft, "steps[0].cpu", undefined)).toMatchObject({
      steps: [{}, draft.steps[1]],
    });
  });

  it("create the objects on their way", () => {
    expect(writePath({}, "machine.cores", 4)).toEqual({ machine: { cores: 4 } });
  });

  it("come apart into the keys they were joined from", () => {
    const keys = ["load", "a.b", 'quote"d', 3, "x"];
    const path = keys.reduce((joined: string, key) => joinPath(joined, key), "");
    expect(parsePath(path)).toEqual(keys);
  });
});

it("tells documents apart by what they say, not by the order in which they say it", () => {
  const document = { a: 1, b: [{ c: "x" }, null] };
  expect(isSameJson(document, { b: [{ c: "x" }, null], a: 1 })).toBe(true);
  expect(isSameJson(document, { a: 1, b: [{ c: "x" }] })).toBe(false);
  expect(isSameJson({ a: 1 }, { a: 1, b: 2 })).toBe(false);
});
