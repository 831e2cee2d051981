/** A canvas that is pointed at and walked by keys, with a tooltip and a sentence for what is chosen. */
import type { KeyboardEvent, PointerEvent, RefObject } from "react";

export interface Tip {
  /** CSS pixels in the plot. */
  readonly x: number;
  readonly y: number;
  readonly count: string;
  readonly range: string;
}

interface PlotBodyProps {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** What the canvas shows until it is first painted. */
  readonly label: string;
  /** What keys do. */
  readonly keys: string;
  readonly testId: string;
  readonly tip: Tip | undefined;
  /** What was chosen last by keys, as a sentence. */
  readonly said: string;
  readonly pointer: Readonly<Record<string, (event: PointerEvent<HTMLElement>) => void>>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function PlotBody(props: PlotBodyProps) {
  const { canvas, label, keys, testId, tip, said, pointer, onKeyDown } = props;
  return (
    <div className="heat-body">
      {/* Arrow keys walk what is drawn, so it takes the focus although it is a picture. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="heat-keys"
        role="application"
        aria-label={keys}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas is no img element */}
        <canvas ref={canvas} role="img" aria-label={label} data-testid={testId} {...pointer} />
      </div>
      <output className="visually-hidden">{said}</output>
      {tip && (
        <div className="heat-tip" style={{ left: tip.x, top: tip.y }}>
          <b>{tip.count}</b>
          {tip.range}
        </div>
      )}
    </div>
  );
}

/** Tells what a canvas shows. */
export function setLabel(canvas: HTMLCanvasElement, text: string): void {
  if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
}
