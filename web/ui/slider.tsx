/** A slider over any backdrop: the caller draws what lies under the thumb. */
import type { ReactNode } from "react";
import { Slider as AriaSlider, SliderThumb, SliderTrack } from "react-aria-components";

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly step?: number;
  readonly className: string;
  readonly testId?: string;
  readonly format: (value: number) => string;
  readonly onChange?: (value: number) => void;
  readonly onChangeEnd?: (value: number) => void;
  readonly children?: ReactNode;
}

export function Slider(props: SliderProps) {
  const single = (report: ((value: number) => void) | undefined) => (value: number | number[]) =>
    report?.(typeof value === "number" ? value : (value[0] ?? 0));
  return (
    <AriaSlider
      className={`slider ${props.className}`}
      aria-label={props.label}
      value={props.value}
      minValue={0}
      maxValue={props.max}
      step={props.step ?? 1}
      onChange={single(props.onChange)}
      onChangeEnd={single(props.onChangeEnd)}
      {...(props.testId === undefined ? {} : { "data-testid": props.testId })}
    >
      <SliderTrack className="slider-track">
        {props.children}
        <SliderThumb className="slider-thumb" aria-valuetext={props.format(props.value)} />
      </SliderTrack>
    </AriaSlider>
  );
}
