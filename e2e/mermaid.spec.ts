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

interface Exports {
  readonly flow: string;
  readonly sequence: string;
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
  const without: string[] = [];
  for (const id of SHIPPED) {
    await load(page, id);
    const lanes = await page.evaluate(
      () => (window as unknown as MermaidWindow).interleave.run().lanes.length,
    );
    for (let lane = 0; lane < lanes; lane++) {
      const { flow, sequence } = await exportsOf(page, lane);
      expect(await complaint(page, flow), `${id}, lane ${lane}:\n${flow}`).toBe("");
      if (sequence === "") without.push(`${id} ${lane}`);
      else expect(await complaint(page, sequence), `${id}, lane ${lane}:\n${sequence}`).toBe("");
    }
  }
  expect(without, "lanes of which no request was copied").toEqual([]);
});

test("no name that a person may give breaks a diagram", async ({ page }) => {
  await openAndRun(page, small());
  await page.addScriptTag({ path: MERMAID });
  const complaints = await page.evaluate(async (names) => {
    const { interleave, mermaid } = window as unknown as MermaidWindow;
    mermaid.initialize({ startOnLoad: false });
    const said: string[] = [];
    for (const name of names) {
      const text = interleave.mermaid.text(name);
      const flow = `flowchart LR\n  subgraph g ["${text}"]\n    p0(["${text}<br/>1/s"])\n  end\n  p0 -->|"${text}"| p1\n`;
      const sequence = `sequenceDiagram\n  participant c\n  participant p as ${text}\n  c->>p: ${text}\n  Note over p: ${text}\n  p->>c: ${text}\n`;
      for (const diagram of [flow, sequence]) {
        await mermaid
          .parse(diagram)
          .catch((error: unknown) => said.push(`${String(error)}\n${diagram}`));
      }
    }
    return said;
  }, NASTY);
  expect(complaints).toEqual([]);
});

test("what is copied can be drawn, and shows the names and figures of the lane", async ({
  page,
}) => {
  await openAndRun(page, small());
  await page.addScriptTag({ path: MERMAID });
  const { flow, sequence } = await exportsOf(page, 0);
  const [flowSvg, sequenceSvg] = await drawn(page, [flow, sequence]);
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

/** Flow and slowest request of a lane, as soon as a request has ended on it; "" for no request. */
async function exportsOf(page: Page, lane: number): Promise<Exports> {
  return page.evaluate(async (index) => {
    const { interleave } = window as unknown as MermaidWindow;
    const untilMs = performance.now() + 4000;
    let sequence: string | undefined;
    while (sequence === undefined && performance.now() < untilMs) {
      sequence = await interleave.mermaid.sequence(index);
      if (sequence === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { flow: interleave.mermaid.flow(index) ?? "", sequence: sequence ?? "" };
  }, lane);
}

/** What Mermaid's parser has against a diagram; empty when it takes it. */
function complaint(page: Page, text: string): Promise<string> {
  return page.evaluate(async (diagram) => {
    const { mermaid } = window as unknown as MermaidWindow;
    mermaid.initialize({ startOnLoad: false });
    return mermaid.parse(diagram).then(() => "", String);
  }, text);
}

function drawn(page: Page, texts: readonly string[]): Promise<string[]> {
  return page.evaluate(async (diagrams) => {
    const { mermaid } = window as unknown as MermaidWindow;
    mermaid.initialize({ startOnLoad: false });
    const svgs: string[] = [];
    for (const [i, text] of diagrams.entries()) {
      svgs.push((await mermaid.render(`drawn${i}`, text)).svg);
    }
    return svgs;
  }, texts);
}
