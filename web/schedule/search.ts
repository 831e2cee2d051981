/** What people type to find a slice, as the engine is asked for it. Pure. */
import type { SliceSearch } from "../../engine/api.ts";
import { LOOKS } from "./forms.ts";

/** "main#20417", "#7" and "r7" name requests, "gil" and "wants GIL" states, all else is a row. */
export function parseSearch(text: string): SliceSearch | undefined {
  const wanted = text.trim();
  if (wanted === "") return undefined;
  const request = /^(?:(?<request>[^#]*)#|r)?(?<number>\d+)$/i.exec(wanted)?.groups;
  if (request !== undefined) {
    const name = request["request"] ?? "";
    const number = Number(request["number"]);
    return name === "" ? { number } : { request: name, number };
  }
  const state = stateNamed(wanted);
  if (state !== undefined) return { state };
  // "T07 gil": a state on one row.
  const space = wanted.indexOf(" ");
  const onRow = space < 0 ? undefined : stateNamed(wanted.slice(space + 1));
  return onRow === undefined ? { row: wanted } : { row: wanted.slice(0, space), state: onRow };
}

function stateNamed(text: string): number | undefined {
  const name = text.trim().toLowerCase();
  const found = LOOKS.findIndex(
    (look) => look.form !== "none" && (look.state === name || look.name.toLowerCase() === name),
  );
  return found < 0 ? undefined : found;
}
