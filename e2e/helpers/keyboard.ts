/** Walks a page with the Tab key, and with arrows inside what is one stop of it. */
import { expect, type Page } from "@playwright/test";

const STOPS_MOST = 250;

/** What a press of a key has led to. */
interface Stop {
  /** Number among all elements that the walk has seen; -1 on the page itself. */
  readonly id: number;
  readonly name: string;
  /** Whether something drawn at or around it has the colour of the focus. */
  readonly hasRing: boolean;
  /** Whether any of it can be seen: nothing sticky lies over it. */
  readonly isSeen: boolean;
}

/**
 * Presses Tab until it comes round, and asserts that every control in `within` had the focus, with a
 * ring around it, where it can be seen. Returns the names of the stops.
 */
export async function expectReachable(page: Page, within = "body"): Promise<string[]> {
  const stops: Stop[] = [];
  const seen = new Set<number>();
  // Controls that come and go while one walks would be missed: the walk begins once they rest.
  await page.evaluate(prepare);
  // The focus shows once it was moved by a key.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  for (let stop = await stopNow(page); ; stop = await stopNow(page)) {
    if (stop.id >= 0 && !seen.has(stop.id)) stops.push(stop);
    else if (stops.length > 0) break;
    seen.add(stop.id);
    if (stops.length > STOPS_MOST) throw new Error("the Tab key does not come round");
    await page.keyboard.press("Tab");
  }
  for (const { name, hasRing, isSeen } of stops) {
    expect.soft(hasRing, `a ring around ${name}`).toBe(true);
    expect.soft(isSeen, `${name} is not covered`).toBe(true);
  }
  expect.soft(await withArrows(page, await missed(page, within)), "reached by no key").toEqual([]);
  return stops.map(({ name }) => name);
}

/** What only arrow keys lead to; returns the names of those that they do not lead to either. */
async function withArrows(page: Page, ids: readonly number[]): Promise<string[]> {
  const lost: string[] = [];
  for (const id of ids) {
    const { name, length } = await page.evaluate(beginComposite, id);
    let isReached = false;
    for (let presses = 0; presses < length && !isReached; presses++) {
      for (const key of ["ArrowRight", "ArrowDown"]) {
        await page.keyboard.press(key);
        isReached ||= (await stopNow(page)).id === id;
        if (isReached) break;
      }
    }
    if (!isReached) lost.push(name);
  }
  return lost;
}

interface Walk {
  readonly elements: Element[];
  readonly visited: Set<Element>;
}

declare global {
  interface Window {
    walk: Walk;
  }
}

function prepare(): void {
  window.walk = { elements: [], visited: new Set() };
  if (document.querySelector("[role=dialog]") === null) {
    document.querySelector<HTMLElement>(".skip-link")?.focus();
  }
}

function stopNow(page: Page): Promise<Stop> {
  return page.evaluate(async () => {
    const { elements, visited } = window.walk;
    const at = document.activeElement ?? document.body;
    if (at === document.body) return { id: -1, name: "page", hasRing: true, isSeen: true };
    if (!elements.includes(at)) elements.push(at);
    visited.add(at);
    // Some rings are drawn by way of an attribute, which comes with the next rendering.
    for (let frame = 0; frame < 10 && !hasRing(at); frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const name = at.getAttribute("aria-label") ?? at.textContent.trim().slice(0, 40);
    const id = elements.indexOf(at);
    return {
      id,
      name: name || at.outerHTML.slice(0, 80),
      hasRing: hasRing(at),
      isSeen: isSeen(at),
    };

    /** At the element, close around it, or in what is drawn before or after it. */
    function hasRing(element: Element): boolean {
      const focus = document.createElement("i");
      focus.style.color = "var(--focus)";
      document.body.append(focus);
      const { color } = getComputedStyle(focus);
      focus.remove();
      const around = [element, element.parentElement, element.parentElement?.parentElement];
      return around.some((one) =>
        [null, "::before", "::after"].some((part) => {
          if (!one) return false;
          const { outline, boxShadow, backgroundColor } = getComputedStyle(one, part);
          return `${outline} ${boxShadow} ${backgroundColor}`.includes(color);
        }),
      );
    }

    function isSeen(element: Element): boolean {
      let shown: Element = element;
      for (let one: Element | null = element; one !== null; one = one.parentElement) {
        if (one.getBoundingClientRect().width <= 2) shown = one.parentElement ?? one;
      }
      const { left, right, top, bottom } = shown.getBoundingClientRect();
      const xs = [left + 3, (left + right) / 2, right - 3];
      const ys = [top + 3, (top + bottom) / 2, bottom - 3];
      const label = shown.closest("label") ?? shown;
      return xs.some((x) =>
        ys.some((y) => {
          const hit = document.elementFromPoint(x, y);
          return hit !== null && (label.contains(hit) || hit.contains(shown));
        }),
      );
    }
  });
}

/** Controls that can be seen and had no focus. */
function missed(page: Page, within: string): Promise<number[]> {
  return page.evaluate((selector) => {
    const { elements, visited } = window.walk;
    const controls =
      "a[href], button, input:not([type=hidden]), select, textarea, summary, canvas, [tabindex], " +
      "[role=tab], [role=option], [role=menuitem], [role=slider], [role=switch]";
    const left = [...document.querySelectorAll(`:is(${selector}) :is(${controls})`)].filter(
      (one) => isControl(one) && !visited.has(one) && !isReachedFor(one),
    );
    elements.push(...left);
    return left.map((one) => elements.indexOf(one));

    function isControl(one: Element): boolean {
      if (one.matches(":disabled, [aria-disabled=true]")) return false;
      if (one.closest("[inert], [aria-hidden=true]") !== null) return false;
      // Where the focus is put by the program: no control.
      const isNative = one.matches("a, button, input, select, textarea, summary, [role]");
      if (!isNative && one.matches("[tabindex='-1']")) return false;
      if (getComputedStyle(one).pointerEvents === "none" && one.matches("canvas")) return false;
      return one.checkVisibility({ checkVisibilityCSS: true });
    }

    /** A picture that is pointed at has a stop for the keyboard around or beside it. */
    function isReachedFor(one: Element): boolean {
      if (!one.matches("canvas")) return false;
      const keys =
        one.closest("[role=application]") ??
        one.closest(".schedule-body")?.querySelector(".schedule-keys");
      return keys !== null && keys !== undefined;
    }
  }, within);
}

/** Gives the focus to what the Tab key led to in the same composite, and says how large that is. */
function beginComposite(id: number): { readonly name: string; readonly length: number } {
  const { elements, visited } = window.walk;
  const element = elements[id];
  const composite = element?.closest("[role=tablist], [role=menu], [role=listbox], .charts");
  const inside = [...(composite?.querySelectorAll<HTMLElement>("[tabindex], [role]") ?? [])];
  inside.find((one) => visited.has(one) && one.matches("[tabindex='0']"))?.focus();
  const own = element?.getAttribute("aria-label") ?? element?.outerHTML.slice(0, 100) ?? "";
  return { name: own, length: inside.length };
}
