/** The controls on a page: which there are, how large they are to hit, what the keyboard reaches. */
import { expect, type Page } from "@playwright/test";

/** WCAG 2.5.8 asks for 24 CSS pixels; fingers get 44, and people on a stage 48. */
export const TARGET = { pointer: 24, coarse: 44, stage: 48 } as const;

/** Fails on controls that are smaller than `least` CSS pixels to hit. */
export async function expectTargets(page: Page, least: number, within = "body"): Promise<void> {
  const small = await page.evaluate(smallTargets, { least, within });
  expect.soft(small, `controls of less than ${least} px`).toEqual([]);
}

function smallTargets({ least, within }: { least: number; within: string }): string[] {
  const controls =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, circle[class*=grip], " +
    "[role=tab], [role=option], [role=menuitem], [role=separator][tabindex], [role=application]";
  const found: string[] = [];
  for (const control of document.querySelectorAll(`:is(${within}) :is(${controls})`)) {
    if (!isShown(control)) continue;
    const target = targetOf(control);
    if (target === undefined || isInSentence(target)) continue;
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { width, height } = target.getBoundingClientRect();
    const track = target.closest(".slider-track");
    if (isLarge(target) || (track && isLarge(track)) || isHitAround(target)) continue;
    found.push(`${nameOf(control)}: ${Math.round(width)} × ${Math.round(height)}`);
  }
  return found;

  function isLarge(target: Element): boolean {
    const box = target.getBoundingClientRect();
    return box.width >= least - 0.01 && box.height >= least - 0.01;
  }

  function isShown(element: Element): boolean {
    if (element.matches(":disabled, [aria-disabled=true], .skip-link")) return false;
    if (element.closest("[inert], [aria-hidden=true]") !== null) return false;
    // For screen readers alone: pressed, not pointed at.
    if (element.matches("button") && element.clientWidth <= 2) return false;
    return element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
  }

  /** A hidden input is hit by way of what is drawn for it. */
  function targetOf(control: Element): Element | undefined {
    const label = control.closest("label");
    if (label !== null) return label;
    let target: Element | null = control;
    for (let at: Element | null = control; at !== null; at = at.parentElement) {
      if (at.getBoundingClientRect().width <= 2) target = at.parentElement;
    }
    return target ?? undefined;
  }

  function isInSentence(target: Element): boolean {
    return target.matches("a") && target.closest("p, li, dd") !== null;
  }

  /** As large as asked for where the pointer is caught, by whatever means. */
  function isHitAround(target: Element): boolean {
    const { left, top, width, height } = target.getBoundingClientRect();
    // What is wide may have others over its middle.
    return [width / 2, width / 8, (7 * width) / 8].some((x) =>
      isHitAt(target, left + x, top + height / 2),
    );
  }

  function isHitAt(target: Element, x: number, y: number): boolean {
    const reach = (stepX: number, stepY: number): number => {
      let steps = 0;
      const isHit = () =>
        target.contains(document.elementFromPoint(x + stepX * steps, y + stepY * steps));
      while (steps < least && isHit()) steps++;
      return steps;
    };
    return reach(1, 0) + reach(-1, 0) >= least && reach(0, 1) + reach(0, -1) >= least;
  }

  function nameOf(control: Element): string {
    const own = control.getAttribute("aria-label") ?? control.textContent.trim().slice(0, 40);
    return `${control.tagName.toLowerCase()}.${control.getAttribute("class") ?? ""} "${own}"`;
  }
}
