/** The same scenario gives the same digest in the browser and in Node, lane by lane. */
import { expect, test } from "./helpers/test.ts";
import { runInNode, SHIPPED } from "./helpers/scenarios.ts";
import { open, runToEnd } from "./helpers/workbench.ts";

for (const id of SHIPPED) {
  test(`${id} has the same digest in the page and on the command line`, async ({ page }) => {
    await open(page, `scenario=${id}`);
    const run = await runToEnd(page);
    const node = runInNode(id);
    expect(run.status).toBe("finished");
    expect(run.digest).toBe(node.digest);
    expect(run.lanes.map(({ result }) => result?.digest)).toEqual(
      node.lanes.map(({ digest }) => digest),
    );
    await expect(page.getByText(`digest ${node.digest.slice(0, 8)}`)).toBeVisible();
  });

  test(`${id} has lanes that come out the same alone as together`, () => {
    for (const { name, digest } of runInNode(id).lanes) {
      const alone = runInNode(id, name).lanes.map((lane) => lane.digest);
      expect(alone, name).toEqual([digest]);
    }
  });
}
