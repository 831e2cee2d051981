/** The slices of one row as a table: the schedule without a picture. */
import { useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import type { Timeline } from "./use-timeline.ts";
import { listRow } from "./words.ts";

interface SliceListProps {
  readonly timeline: Timeline;
  readonly onClose: () => void;
}

const SLICES_MAX = 500;

export function SliceList({ timeline, onClose }: SliceListProps) {
  // What was on screen when the list was opened: a list that runs away cannot be read.
  const [slices] = useState(timeline.slices());
  const [row, setRow] = useState(0);
  return (
    <Dialog title="Slices" width="regular" onClose={onClose}>
      <div className="slice-list">
        {slices === undefined ? (
          <p>Nothing has been recorded yet.</p>
        ) : (
          <>
            <label>
              Row{" "}
              <select value={row} onChange={(event) => setRow(Number(event.target.value))}>
                {slices.rows.map(({ label, kind }, index) => (
                  <option key={`${kind} ${label}`} value={index}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
            <SliceTable slices={listRow(slices, row, SLICES_MAX)} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function SliceTable({ slices }: { readonly slices: ReturnType<typeof listRow> }) {
  return (
    <table className="data-table">
      <thead>
        <tr>
          {["start", "state", "duration", "request"].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {slices.map((slice) => (
          <tr key={slice.key}>
            <th scope="row">{slice.start}</th>
            <td>{slice.state}</td>
            <td>{slice.duration}</td>
            <td>{slice.request}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
