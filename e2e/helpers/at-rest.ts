/** What is read from a page that may still be drawing it. */
import { expect, type Locator } from "@playwright/test";

/** What `read` gives once it has given the same twice, `apartMs` milliseconds apart. */
export async function atRest<T>(read: () => Promise<T>, apartMs = 200): Promise<T> {
  let seen = await read();
  await expect
    .poll(
      async () => {
        const before = seen;
        seen = await read();
        return JSON.stringify(seen) === JSON.stringify(before);
      },
      { intervals: [apartMs] },
    )
    .toBe(true);
  return seen;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where an element is on the page once it stays there, CSS pixels; fails where it is not shown. */
export async function boxOf(element: Locator): Promise<Box> {
  const box = await atRest(() => element.boundingBox());
  if (box === null) throw new Error("the element is not shown");
  return box;
}
