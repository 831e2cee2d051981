/**
 * Words that belong to something on a chart: a limit, the planned load, an event, a fork. Each has
 * several places where it may stand, best first, and takes the first that is free; one that finds
 * none is left out.
 */
import { type Box, type Spot, boxOf, isInside, overlap } from "./texts.ts";

export interface Note {
  readonly text: string;
  readonly color: string;
  readonly spots: readonly NoteSpot[];
}

export interface NoteSpot extends Spot {
  /** A hairline leads from here to what the words are about. */
  readonly leader?: readonly (readonly [number, number])[];
}

export interface PlacedNote {
  readonly note: Note;
  readonly spot: NoteSpot;
  readonly box: Box;
}

export interface NoteRoom {
  /** All of a note stays in here. */
  readonly bounds: Box;
  /** Boxes that nothing may lie over. */
  readonly taken: readonly Box[];
  readonly px: number;
  readonly measure: (text: string) => number;
}

/** Space that a note keeps to the next one. */
const GAP_PX = 3;

/** Earlier notes have the first choice. */
export function placeNotes(notes: readonly Note[], room: NoteRoom): PlacedNote[] {
  const placed: PlacedNote[] = [];
  for (const note of notes) {
    const width = room.measure(note.text);
    for (const spot of note.spots) {
      const box = boxOf(spot, width, room.px);
      if (!isInside(box, room.bounds) || room.taken.some((other) => overlap(box, other))) continue;
      if (placed.some((other) => overlap(box, widened(other.box)))) continue;
      placed.push({ note, spot, box });
      break;
    }
  }
  return placed;
}

function widened({ left, right, top, bottom }: Box): Box {
  return { left: left - GAP_PX, right: right + GAP_PX, top, bottom };
}
