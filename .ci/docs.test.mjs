import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...listDocs()];

test.each(DOCUMENTS)("%s links to files that exist", (document) => {
  const links = matches(document, /\]\(([^)#:]+)\)/g);
  expect(links.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
});

test.each(DOCUMENTS)("%s names files that exist", (document) => {
  const paths = matches(document, /`((?:engine|web|e2e|scenarios|\.ci)\/[^`*]+)`/g);
  const real = paths.filter((path) => !path.includes("NAME"));
  expect(real.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each(DOCUMENTS)("%s names scripts that exist", (document) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const named = matches(document, /npm run (?:-s )?([a-z0-9:]+)/g);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(DOCUMENTS)("%s runs scenarios that exist", (document) => {
  const named = matches(document, /sim -- run ([a-z0-9-]+)/g);
  expect(named.filter((name) => !existsSync(join(ROOT, "scenarios", `${name}.json`)))).toEqual([]);
});

/** What the pattern's group finds. @param {string} document @param {RegExp} pattern */
function matches(document, pattern) {
  const text = readFileSync(join(ROOT, document), "utf8");
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function listDocs() {
  return readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
}
