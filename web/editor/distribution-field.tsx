/** A duration of the document that may be a distribution: its kind, and one field per parameter. */
import { isObject, type Json } from "../state/document-path.ts";
import { edit } from "../state/scenario-actions.ts";
import { ChoiceField } from "../ui/field.tsx";
import { DISTRIBUTIONS, durationText, meanMs } from "./distribution.ts";
import { DocField, useDraft } from "./doc-field.tsx";

interface Parameter {
  readonly key: string;
  readonly label: string;
  readonly kind: "number" | "text";
}

const MEAN: Parameter = { key: "mean", label: "Mean", kind: "text" };
const SHAPE: Parameter = { key: "shape", label: "Shape", kind: "number" };

const PARAMETERS: Readonly<Record<string, readonly Parameter[]>> = {
  exponential: [MEAN],
  uniform: [
    { key: "min", label: "From", kind: "text" },
    { key: "max", label: "To", kind: "text" },
  ],
  normal: [MEAN, { key: "stddev", label: "Std deviation", kind: "text" }],
  lognormal: [
    MEAN,
    { key: "p99", label: "p99", kind: "text" },
    { key: "sigma", label: "or sigma", kind: "number" },
  ],
  gamma: [MEAN, SHAPE],
  weibull: [{ key: "scale", label: "Scale", kind: "text" }, SHAPE],
  pareto: [
    { key: "min", label: "Minimum", kind: "text" },
    SHAPE,
    { key: "max", label: "Truncated at", kind: "text" },
  ],
};

interface DistributionFieldProps {
  readonly path: string;
  readonly label: string;
  readonly required?: boolean;
  readonly placeholder?: string;
}

export function DistributionField(props: DistributionFieldProps) {
  const { path, label } = props;
  const value = useDraft(path);
  const kind = isObject(value) ? String(value["dist"]) : "constant";
  const parameters = PARAMETERS[kind] ?? [];
  return (
    <>
      <ChoiceField
        label={`${label}: distribution`}
        value={kind}
        options={DISTRIBUTIONS}
        onCommit={(word) => edit(path, convert(value, word))}
      />
      {kind === "constant" ? <DocField {...props} kind="text" /> : null}
      {parameters.map((parameter) => (
        <DocField
          key={parameter.key}
          path={`${path}.${parameter.key}`}
          label={parameter.label}
          kind={parameter.kind}
        />
      ))}
      {kind === "hyperexponential" || kind === "empirical" ? (
        <p className="editor-note">Branches and quantiles are edited in the JSON view.</p>
      ) : null}
    </>
  );
}

/** Another distribution with the same mean, as far as that one has one. */
export function convert(value: Json | undefined, kind: string): Json {
  const ms = meanMs(value) ?? 1;
  const mean = durationText(ms);
  switch (kind) {
    case "exponential":
      return { dist: kind, mean };
    case "uniform":
      return { dist: kind, min: durationText(ms / 2), max: durationText(ms * 1.5) };
    case "normal":
      return { dist: kind, mean, stddev: durationText(ms / 5) };
    case "lognormal":
      return { dist: kind, mean, p99: durationText(ms * 4) };
    case "gamma":
      return { dist: kind, mean, shape: 4 };
    case "weibull":
      return { dist: kind, scale: mean, shape: 1 };
    case "pareto":
      return { dist: kind, min: durationText(ms / 3), shape: 1.5 };
    case "hyperexponential":
      return {
        dist: kind,
        branches: [
          { p: 0.9, mean: durationText(ms / 2) },
          { p: 0.1, mean: durationText(ms * 5.5) },
        ],
      };
    case "empirical":
      return {
        dist: kind,
        quantiles: [
          [0, "0ms"],
          [0.5, mean],
          [1, durationText(ms * 2)],
        ],
      };
    default:
      return mean;
  }
}
