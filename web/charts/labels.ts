/**
 * Direct labels at the end of lines: lines that cannot be told apart share one label, the rest are
 * pushed apart until each can be read. Pure geometry; positions in CSS pixels.
 */
import type { LaneLetter } from "../state/lane-run.ts";

export interface EndLabel {
  readonly lane: LaneLetter;
  /** "p99"; empty where a chart has one line per lane. */
  readonly metric: string;
  /** False for labels that need no letter because they belong to the selected lane. */
  readonly showLane: boolean;
  readonly value: number;
  /** Where the line ends. */
  readonly y: number;
  /** Dropped first when there is no room: the highest number. */
  readonly rank: number;
}

export interface PlacedLabel {
  readonly lanes: readonly LaneLetter[];
  readonly metric: string;
  readonly showLanes: boolean;
  /** Smallest and largest value of the lines that share the label. */
  readonly low: number;
  readonly high: number;
  /** End of the first line. */
  readonly anchorY: number;
  /** Middle of the text. */
  readonly y: number;
}

interface Group {
  readonly members: EndLabel[];
  rank: number;
  anchorY: number;
  y: number;
}

/** Lines whose ends are closer than this look like one line. */
const SAME_LINE_PX = 3;

export interface Room {
  readonly top: number;
  readonly bottom: number;
  /** Least distance between two labels; the design's is 11.5. */
  readonly gap: number;
}

export function placeLabels(labels: readonly EndLabel[], room: Room): PlacedLabel[] {
  const capacity = Math.max(1, Math.floor((room.bottom - room.top) / room.gap) + 1);
  const groups = merge(labels.filter((label) => Number.isFinite(label.y)));
  const kept = groups.sort((a, b) => a.rank - b.rank).slice(0, capacity);
  pushApart(kept, room);
  return kept.map(placed);
}

function merge(labels: readonly EndLabel[]): Group[] {
  const groups: Group[] = [];
  for (const label of [...labels].sort((a, b) => a.y - b.y)) {
    const twin = groups.find(
      ({ members: [first] }) =>
        first!.metric === label.metric &&
        first!.showLane &&
        label.showLane &&
        Math.abs(first!.y - label.y) <= SAME_LINE_PX,
    );
    if (twin === undefined) {
      groups.push({ members: [label], rank: label.rank, anchorY: label.y, y: label.y });
    } else {
      twin.members.push(label);
      twin.rank = Math.min(twin.rank, label.rank);
    }
  }
  return groups;
}

/** Stacks overlapping labels around the middle of their anchors, then keeps them inside. */
function pushApart(groups: Group[], room: Room): void {
  groups.sort((a, b) => a.anchorY - b.anchorY || higherMetric(a, b));
  const stacks: Group[][] = [];
  for (const group of groups) {
    stacks.push([group]);
    while (stacks.length > 1 && overlaps(stacks.at(-2)!, stacks.at(-1)!, room)) {
      stacks.at(-2)!.push(...stacks.pop()!);
    }
  }
  for (const stack of stacks) {
    const first = topOf(stack, room);
    stack.forEach((group, i) => (group.y = first + i * room.gap));
  }
}

/** Of lines that end at one height: p99 before p50. */
function higherMetric({ members: [a] }: Group, { members: [b] }: Group): number {
  return (b?.metric ?? "").localeCompare(a?.metric ?? "", "en");
}

function overlaps(above: readonly Group[], below: readonly Group[], room: Room): boolean {
  return topOf(below, room) < topOf(above, room) + above.length * room.gap;
}

/** Where the first label of a stack goes. */
function topOf(stack: readonly Group[], room: Room): number {
  const middle = stack.reduce((sum, group) => sum + group.anchorY, 0) / stack.length;
  const height = (stack.length - 1) * room.gap;
  return Math.max(room.top, Math.min(middle - height / 2, room.bottom - height));
}

function placed(group: Group): PlacedLabel {
  const values = group.members.map((member) => member.value);
  return {
    lanes: group.members.map((member) => member.lane).sort(),
    metric: group.members[0]!.metric,
    showLanes: group.members[0]!.showLane,
    low: Math.min(...values),
    high: Math.max(...values),
    anchorY: group.anchorY,
    y: group.y,
  };
}
