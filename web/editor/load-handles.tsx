/**
 * Handles on the corners of a ramp. Dragging one changes its stage when it is let go; the rows of
 * stages below the drawing do the same without dragging.
 */
import { useEffect, useState, type PointerEvent } from "react";
import { isObject, joinPath } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { useDraft } from "./doc-field.tsx";
import { moveCorner, rampOf, snap, stagesOf, type Corner, type Ramp } from "./ramp.ts";

export interface ProfileScale {
  /** Drawing coordinates of a time in ns and of a level. */
  readonly x: (ns: number) => number;
  readonly y: (value: number) => number;
  /** Level at the top of the drawing. */
  readonly top: number;
  readonly durationNs: number;
  /** Width of the drawing, in its own units. */
  readonly width: number;
}

const NS_PER_MS = 1e6;

export function LoadHandles({ scale }: { scale: ProfileScale }) {
  const load = useDraft("load");
  const draft = useScenario((state) => state.draft);
  const problems = useScenario((state) => state.draftProblems);
  const focused = useFocusedStage();
  const [dragged, setDragged] = useState<Ramp | undefined>();
  const [held, setHeld] = useState<number | undefined>();
  const names = isObject(load) ? Object.keys(load) : [];
  const ramp = names.length === 1 ? rampOf(draft, joinPath("load", names[0] ?? "")) : undefined;
  if (ramp === undefined) return null;
  const shown = dragged ?? ramp;
  const drag = (index: number, event: PointerEvent<SVGCircleElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    setDragged(moveCorner(ramp, index, cornerAt(event, scale)));
  };
  const drop = (): void => {
    if (dragged !== undefined) edit(ramp.path, stagesOf(dragged));
    setDragged(undefined);
    setHeld(undefined);
  };
  const x = (corner: Corner): number => scale.x(corner.ms * NS_PER_MS);
  // A value that is out of range stands at the edge of the drawing, and says so by its colour.
  const y = (corner: Corner): number => scale.y(Math.max(0, Math.min(corner.value, scale.top)));
  const isWrong = (index: number): boolean =>
    problems.some(({ path }) => path.startsWith(joinPath(ramp.path, index)));
  const visible = shown.corners.map((corner, index) => ({ corner, index }));
  return (
    <>
      {dragged === undefined ? null : (
        <path
          className="load-preview"
          d={`M${[dragged.start, ...dragged.corners].map((c) => `${x(c)} ${y(c)}`).join("L")}`}
        />
      )}
      {visible
        .filter(({ corner }) => corner.ms * NS_PER_MS <= scale.durationNs)
        .map(({ corner, index }) => (
          <g key={index}>
            <circle
              className="load-handle"
              cx={x(corner)}
              cy={y(corner)}
              r={3.5}
              data-invalid={isWrong(index) ? true : undefined}
              data-selected={index === (held ?? focused)}
            />
            <circle
              className="load-grip"
              cx={x(corner)}
              cy={y(corner)}
              r={12}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setHeld(index);
              }}
              onPointerMove={(event) => drag(index, event)}
              onPointerUp={drop}
              onPointerCancel={() => {
                setDragged(undefined);
                setHeld(undefined);
              }}
            />
          </g>
        ))}
    </>
  );
}

/** The stage whose row has the focus: its handle is the selected one. */
function useFocusedStage(): number | undefined {
  const [stage, setStage] = useState<number | undefined>();
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent): void => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-stage]") : null;
      setStage(row === null ? undefined : Number(row.dataset["stage"]));
    };
    const onBlur = (): void => setStage(undefined);
    document.addEventListener("focusin", onFocus);
    document.addEventListener("focusout", onBlur);
    return () => {
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("focusout", onBlur);
    };
  }, []);
  return stage;
}

/** Time and level under the pointer, to steps that one would type. */
function cornerAt(event: PointerEvent<SVGCircleElement>, scale: ProfileScale): Corner {
  const box = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
  if (box === undefined) return { ms: 0, value: 0 };
  const unit = scale.width / box.width;
  const [x0, x1] = [scale.x(0), scale.x(scale.durationNs)];
  const [y0, y1] = [scale.y(0), scale.y(scale.top)];
  const share = ((event.clientX - box.left) * unit - x0) / (x1 - x0);
  const level = ((event.clientY - box.top) * unit - y0) / (y1 - y0);
  const durationMs = scale.durationNs / NS_PER_MS;
  return {
    ms: snap(Math.min(1, Math.max(0, share)) * durationMs, durationMs),
    // A little above the top, so that a ramp can grow from one drag to the next.
    value: snap(Math.min(1.2, Math.max(0, level)) * scale.top, scale.top),
  };
}
