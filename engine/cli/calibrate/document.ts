/** From what the measuring programs print to a calibration document. Pure. */
import {
  measuredMachine,
  type MeasuredMachineDocument,
} from "../../scenario/calibration-schema.ts";

/** Sections of a calibration document that hold measurements. */
export type SectionName = "os" | `${RuntimeName}_1core` | `${RuntimeName}_2cores`;

export type RuntimeName = "python" | "go" | "node" | "java";

type Section = NonNullable<MeasuredMachineDocument["os"]>;

export type Output =
  | { readonly kind: "ok"; readonly section: Section }
  | { readonly kind: "wrong"; readonly message: string };

const DIGITS = 5;

/** One line of JSON: lists of figures by name. Each becomes its median and the runs. */
export function parseOutput(text: string): Output {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "wrong", message: "printed something that is not JSON" };
  }
  if (typeof value !== "object" || value === null) {
    return { kind: "wrong", message: "printed no measurements" };
  }
  const section: Record<string, { median: number; runs: number[] }> = {};
  for (const [name, runs] of Object.entries(value)) {
    if (!isFigures(runs)) return { kind: "wrong", message: `printed no figures for ${name}` };
    section[name] = { median: rounded(median(runs)), runs: runs.map(rounded) };
  }
  return { kind: "ok", section };
}

function isFigures(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => Number.isFinite(item));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** The document, checked as a scenario would check it; a problem is a bug of the programs. */
export function calibrationDocument(document: object): MeasuredMachineDocument {
  const reply = measuredMachine.safeParse(document);
  if (reply.success) return reply.data;
  const [issue] = reply.error.issues;
  throw new Error(
    `the measurements do not fit the format: ${issue?.path.join(".")}: ${issue?.message}`,
  );
}

/** `0-2,5` as `/proc/self/status` lists the cores that a process may use. */
export function coresOf(list: string): readonly number[] {
  return list
    .split(",")
    .filter((part) => /^\s*\d+(?:-\d+)?\s*$/.test(part))
    .flatMap((part) => {
      const [from, to = from] = part.split("-").map(Number);
      return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i);
    });
}
