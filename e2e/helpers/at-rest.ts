/** What is read from a page that may still be drawing it. */
import { expect } from "@playwright/test";

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
