/** The waterfall of one request as rows, bars and words; no pixels but those that words need. */
import type {
  Holder,
  PlaceKind,
  RequestName,
  SeenRequest,
  Stay,
  Topology,
  Waterfall,
} from "../../engine/api.ts";
import type { StepRow } from "../editor/program.ts";
import { grouped, milliseconds } from "../format.ts";
import { GETS_ON, stateOf, type StayState } from "./stay-state.ts";

/** A stretch of time (ns) that bars are drawn over. */
export interface Scale {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface FallBar {
  readonly state: StayState;
  readonly place: number;
  readonly fromNs: number;
  readonly toNs: number;
  /** "GIL 16.2 ms": what stands on the bar where there is room. */
  readonly label: string;
}

export interface FallRow {
  /** Number of the step; −1 before the first. */
  readonly key: number;
  readonly step: StepRow | undefined;
  readonly bars: readonly FallBar[];
  readonly ns: number;
  /** Who had what the row waited for. */
  readonly held: readonly Held[];
  /** "behind 128 others"; empty where nobody was in the way. */
  readonly queue: string;
}

/** Who had one kind of thing that was waited for. */
export interface Held {
  /** "held by", "threads busy with", "meanwhile ran" */
  readonly verb: string;
  /** The longest first. */
  readonly holders: readonly Holder[];
  /** How many had it, listed or not. */
  readonly heldBy: number;
}

export interface FallPicture {
  readonly whole: Scale;
  /** What the rows are drawn over: all of it, or what follows the wait in front. */
  readonly scale: Scale;
  /** The wait before the first step, where it is most of the whole and has a scale of its own. */
  readonly front: FallRow | undefined;
  readonly rows: readonly FallRow[];
}

/** From this share on, the wait in front hides the rest, which gets a scale of its own. */
const FRONT_SHARE = 0.5;
/** Bars of a row are at least this share of its scale; what is shorter is drawn with its like. */
const LEAST_SHARE = 1 / 300;
const HOLDERS_MAX = 12;

const SHORT: Readonly<Record<PlaceKind, string>> = {
  client: "client",
  queue: "queue",
  ready: "ready",
  run: "run",
  gil: "GIL",
  lock: "lock",
  pool: "pool",
  channel: "channel",
  io: "I/O",
  blocked: "call",
  timer: "sleep",
  join: "parts",
  executor: "executor",
  gc: "GC",
  done: "",
  failed: "",
};

export function fallPicture(
  { request, stays }: Waterfall,
  steps: readonly StepRow[],
  topology: Topology,
): FallPicture {
  const whole = { fromNs: request.beganNs, toNs: request.endedNs };
  const insideNs = stays.find(({ step }) => step >= 0)?.fromNs ?? request.endedNs;
  const length = whole.toNs - whole.fromNs;
  const hasFront =
    insideNs < whole.toNs && insideNs - whole.fromNs >= FRONT_SHARE * Math.max(1, length);
  const scale = hasFront ? { fromNs: insideNs, toNs: whole.toNs } : whole;
  const rowOf = (key: number, some: readonly Stay[], over: Scale): FallRow => ({
    key,
    step: steps[key],
    bars: barsOf(some, over, topology),
    ns: some.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0),
    held: heldOf(some, over, topology),
    queue: queueWords(some, topology),
  });
  const inFront = stays.filter(({ toNs }) => hasFront && toNs <= insideNs);
  const others = stays.slice(inFront.length);
  const numbers = withParents(new Set(others.map(({ step }) => step)), steps);
  return {
    whole,
    scale,
    front: hasFront ? rowOf(-1, inFront, whole) : undefined,
    rows: numbers.map((key) =>
      rowOf(
        key,
        others.filter(({ step }) => step === key),
        scale,
      ),
    ),
  };
}

/** In reading order, with the steps that they are inside of: those take no time of their own. */
function withParents(numbers: ReadonlySet<number>, steps: readonly StepRow[]): number[] {
  const all = new Set(numbers);
  for (const number of numbers) {
    let depth = steps[number]?.depth ?? 0;
    for (let at = number - 1; at >= 0 && depth > 0; at--) {
      if (steps[at]!.depth >= depth) continue;
      ({ depth } = steps[at]!);
      all.add(at);
    }
  }
  return [...all].sort((a, b) => a - b);
}

/** Stays as bars; those too short to be seen are drawn together, as what most of their time was. */
function barsOf(stays: readonly Stay[], { fromNs, toNs }: Scale, topology: Topology): FallBar[] {
  const least = (toNs - fromNs) * LEAST_SHARE;
  const bars: FallBar[] = [];
  let group: Stay[] = [];
  const close = (): void => {
    const [first] = group;
    if (first === undefined) return;
    bars.push(barOf(group, topology));
    group = [];
  };
  for (const stay of stays) {
    const last = group.at(-1);
    const isApart = last !== undefined && last.toNs !== stay.fromNs;
    const isSeen = stay.toNs - stay.fromNs >= least;
    const wasSeen = last !== undefined && stay.fromNs - group[0]!.fromNs >= least;
    if (isApart || isSeen || wasSeen) close();
    group.push(stay);
  }
  close();
  return bars;
}

function barOf(group: readonly Stay[], topology: Topology): FallBar {
  const time = new Map<number, number>();
  for (const { place, fromNs, toNs } of group) {
    time.set(place, (time.get(place) ?? 0) + toNs - fromNs);
  }
  const [place] = [...time].reduce((most, one) => (one[1] > most[1] ? one : most));
  const where = topology.places[place];
  const [fromNs, toNs] = [group[0]!.fromNs, group.at(-1)!.toNs];
  const word = where === undefined ? "" : SHORT[where.kind];
  const label = `${word} ${milliseconds(toNs - fromNs)}`;
  return { state: stateOf(where), place, fromNs, toNs, label };
}

/** What waits of a kind are for; of locks, pools and the GIL, which are held, in the first place. */
const VERBS: readonly string[] = ["held by", "threads busy with", "meanwhile ran"];
const HELD_BY = VERBS[0]!;

function verbOf(kind: PlaceKind | undefined): string {
  if (kind === "queue" || kind === "executor") return VERBS[1]!;
  return kind === "ready" ? VERBS[2]! : HELD_BY;
}

/** The holders of several waits, one list for each kind; waits for a turn only if they are seen. */
function heldOf(stays: readonly Stay[], { fromNs, toNs }: Scale, topology: Topology): Held[] {
  const least = (toNs - fromNs) * LEAST_SHARE;
  return VERBS.flatMap((verb) => {
    const some = stays.filter(({ place, holders }) => {
      return holders.length > 0 && verbOf(topology.places[place]?.kind) === verb;
    });
    const ns = some.reduce((sum, stay) => sum + stay.toNs - stay.fromNs, 0);
    const isTold = some.length > 0 && (verb === HELD_BY || ns >= least);
    return isTold ? [{ verb, ...holdersOf(some) }] : [];
  });
}

/** The holders of several waits as one list. */
function holdersOf(stays: readonly Stay[]): Omit<Held, "verb"> {
  const sums = new Map<string, { of: Holder["of"]; ns: number }>();
  for (const { of, ns } of stays.flatMap(({ holders }) => holders)) {
    const key = of === undefined ? "" : `${of.number} ${of.request}`;
    const sum = sums.get(key) ?? { of, ns: 0 };
    sum.ns += ns;
    sums.set(key, sum);
  }
  const holders = [...sums.values()].sort((a, b) => b.ns - a.ns);
  const heldBy = Math.max(holders.length, ...stays.map((stay) => stay.heldBy));
  return { holders: holders.slice(0, HOLDERS_MAX), heldBy };
}

/** How many were there when the longest wait of the row began. */
function queueWords(stays: readonly Stay[], topology: Topology): string {
  const waits = stays.filter(({ place }) => !GETS_ON.has(stateOf(topology.places[place])));
  const [first] = waits;
  if (first === undefined) return "";
  const { place, others } = waits.reduce((most, one) =>
    one.toNs - one.fromNs > most.toNs - most.fromNs ? one : most,
  );
  if (others === 0) return "";
  const noun = others === 1 ? "other" : "others";
  const isLine = stateOf(topology.places[place]) === "queue";
  return isLine ? `behind ${grouped(others)} ${noun}` : `${grouped(others)} ${noun} waiting`;
}

// ---- Words --------------------------------------------------------------------------------------

const ENDS: Readonly<Record<SeenRequest["outcome"], string>> = {
  completed: "answered",
  timeout: "timed out",
  rejected: "refused",
  error: "failed",
  crash: "crashed",
  open: "still open",
};

export function endWord(outcome: SeenRequest["outcome"]): string {
  return ENDS[outcome];
}

/** "r20417" */
export function shortName({ number }: Pick<RequestName, "number">): string {
  return `r${number}`;
}

/** "r20417", or "checkout r20417" beside requests of other classes. */
export function fullName(name: RequestName, areMany: boolean): string {
  return areMany ? `${name.request} ${shortName(name)}` : shortName(name);
}

/** What a request, or nobody's, that had something is called. */
export function holderName({ of }: Holder, areMany: boolean): string {
  return of === undefined ? "the runtime" : fullName(of, areMany);
}
