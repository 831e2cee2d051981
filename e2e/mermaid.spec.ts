/** What is copied as Mermaid is Mermaid: its own parser accepts it, for every lane that ships. */
import { fileURLToPath } from "node:url";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { SHIPPED, shipped, small } from "./helpers/scenarios.ts";
import { open, openAndRun, runState } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

const MERMAID = fileURLToPath(
  new URL("../node_modules/mermaid/dist/mermaid.min.js", import.meta.url),
);

/** The page as these tests see it. */
interface MermaidWindow {
  readonly mermaid: {
    initialize(options: { startOnLoad: boolean }): void;
    parse(text: string): Promise<{ readonly diagramType: string }>;
    render(id: string, text: string): Promise<{ readonly svg: string }>;
  };
  readonly interleave: {
    run(): { readonly lanes: readonly unknown[]; readonly clockNs: number };
    readonly mermaid: {
      flow(lane: number): string | undefined;
      sequence(lane: number): Promise<string | undefined>;
      text(text: string): string;
    };
  };
}

const NASTY = [
  'say "hi"',
  "it's ] } ) > over",
  "a --> b",
  "end",
  "subgraph end",
  "wrap: nowrap",
  "style x fill:#f00;",
  "one; two; three",
  "# comment %% more",
  "%%{init: {'theme':'dark'}}%%",
  "line\nbreak\r\nend",
  "<script>alert(1)</script>",
  "<br/>",
  "&lt;b&gt; &#35;",
  "#quot; #35; #",
  "`**markdown**`",
  "participant a as b",
  "note over p0: x",
  "@{ shape: rect }",
  "click p0 call alert()",
  "---\ntitle: x\n---",
  "数据库 – база, عربى 🎉 é",
  "ﬂ°°35¶ß",
  "\u0000\u2028\u202e",
  "",
  " ",
  "x".repeat(60),
];

test("Mermaid's parser accepts the flow and a request of every lane that ships", async ({
  page,
}) => {
  test.setTimeout(90_000);
  await open(page);
  await page.addScriptTag({ path: MERMAID });
  for (const id of SHIPPED) {
    await load(page, id);
    expect(await complaintsAbout(page), id).toEqual([]);
  }
});

test("no name that a person may give breaks a diagram", async ({ page }) => {
  await openAndRun(page, small());
  await page.addScriptTag({ path: MERMAID });
  const said = await page.evaluate(async (names) => {
    const { interleave, mermaid } = window as unknown as MermaidWindow;
    mermaid.initialize({ startOnLoad: false });
    const against: string[] = [];
    for (const name of names) {
      const text = interleave.mermaid.text(name);
      const flow = `flowchart LR\n  subgraph g ["${text}"]\n    p0(["${text}<br/>1/s"])\n  end\n  p0 -->|"${text}"| p1\n`;
      const sequence = `sequenceDiagram\n  participant c\n  participant p as ${text}\n  c->>p: ${text}\n  Note over p: ${text}\n  p->>c: ${text}\n`;
      for (const diagram of [flow, sequence]) {
        await mermaid
          .parse(diagram)
          .catch((error: unknown) => against.push(`${String(error)}\n${diagram}`));
      }
    }
    return against;
  }, NASTY);
  expect(said).toEqual([]);
});

test("what is copied can be drawn, and shows the names and figures of the lane", async ({
  page,
}) => {
  await openAndRun(page, small());
  await page.addScriptTag({ path: MERMAID });
  const [flowSvg, sequenceSvg] = await drawn(page);
  expect(flowSvg).toContain("accept queue");
  expect(flowSvg).toMatch(/\d+(\.\d+)?\/s/);
  expect(sequenceSvg).toContain("wait for I/O");
  expect(sequenceSvg).toContain("completed after");
});

async function load(page: Page, id: string): Promise<void> {
  const { name, lanes } = shipped(id);
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `scenario=${id}`);
  await expect(page.getByTestId(TEST_IDS.title)).toHaveValue(name);
  const names = lanes.map((lane) => lane.name);
  await expect
    .poll(async () => (await runState(page)).lanes.map((lane) => lane.name))
    .toEqual(names);
  // On some lanes the first request takes long.
  const toEnd = page.getByTestId(TEST_IDS.runToEnd);
  if (await toEnd.isEnabled()) await toEnd.click();
}

/** What Mermaid's parser has against the exports of any lane, and which lanes export no request. */
function complaintsAbout(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { interleave, mermaid } = window as unknown as MermaidWindow;
    mermaid.initialize({ startOnLoad: false });
    const said: string[] = [];
    const parse = async (text: string): Promise<void> => {
      await mermaid.parse(text).catch((error: unknown) => said.push(`${String(error)}\n${text}`));
    };
    for (const lane of interleave.run().lanes.keys()) {
      await parse(interleave.mermaid.flow(lane) ?? "");
      const sequence = await requestOf(lane);
      if (sequence === undefined) said.push(`no request of lane ${lane}`);
      else await parse(sequence);
    }
    return said;

    /** As soon as one has ended. */
    async function requestOf(lane: number): Promise<string | undefined> {
      const untilMs = performance.now() + 15_000;
      while (performance.now() < untilMs) {
        const sequence = await interleave.mermaid.sequence(lane);
        if (sequence !== undefined) return sequence;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return undefined;
    }
  });
}

/** Flow and slowest request of lane A as Mermaid draws them. */
function drawn(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { interleave, mermaid } = window as unknown as MermaidWindow;
    mermaid.initialize({ startOnLoad: false });
    const texts = [interleave.mermaid.flow(0), await interleave.mermaid.sequence(0)];
    const svgs: string[] = [];
    for (const [i, text] of texts.entries()) {
      svgs.push((await mermaid.render(`drawn${i}`, text ?? "")).svg);
    }
    return svgs;
  });
}
