import { expect, test } from "vitest";
import { setPath } from "./set-path.ts";

const document = {
  lanes: [{ name: "a", runtime: { threads: 4 } }],
  load: { "heavy users": { vus: 1 } },
};

function problem(path: string): string {
  const reply = setPath(document, path, 1);
  return reply.kind === "ok" ? "none" : `${reply.problems[0]!.path}: ${reply.problems[0]!.message}`;
}

test("sets a value deep inside, and leaves the document itself alone", () => {
  const reply = setPath(document, "lanes[0].runtime.threads", 50);
  expect(reply).toMatchObject({ kind: "ok", document: { lanes: [{ runtime: { threads: 50 } }] } });
  expect(document.lanes[0]!.runtime.threads).toBe(4);
});

test("names with spaces are quoted", () => {
  expect(setPath(document, 'load["heavy users"].vus', 9)).toMatchObject({
    document: { load: { "heavy users": { vus: 9 } } },
  });
});

test("objects that a document has left out are added", () => {
  expect(setPath(document, "machine.cores", 8)).toMatchObject({
    document: { machine: { cores: 8 } },
  });
});

test("a path that leads nowhere says where it ends", () => {
  expect(problem("lanes[1].name")).toBe("lanes: there is no [1]: the list has 1, counted from 0");
  expect(problem("lanes.name")).toMatch(/^lanes: expected an object, for "name", got \[/);
  expect(problem("load[0]")).toMatch(/^load: expected a list, for \[0\], got \{/);
  expect(problem("lanes[0].name.first")).toBe(
    'lanes[0]: expected an object or a list at "name", got "a"',
  );
});

test("what is no path is refused, and so are keys that reach the prototype", () => {
  for (const path of ["", ".a", "a..b", "a b", "a[", "a[-1]", "[x]", 'a["\\u00"]']) {
    expect(problem(path)).toMatch(/expected a path such as/);
  }
  expect(problem("__proto__.polluted")).toBe(': "__proto__" is no key');
  expect(problem('load["constructor"].prototype')).toBe('load: "constructor" is no key');
});
