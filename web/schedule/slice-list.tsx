/** The slices of one row as a table: the schedule without a picture. */
import { useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import type { Timeline } from "./timeline.ts";
import { type ListedSlice, listRow } from "./words.ts";

interface SliceListProps {
  readonly timeline: Timeline;
  readonly onClose: () => void;
}

const SLICES_MAX = 500;

export function SliceList({ timeline, onClose }: SliceListProps) {
  // What was on screen when the list was opened: a list that runs away cannot be read.
  const [slices] = useState(timeline.slices());
  const [row, setRow] = useState(0);
  const show = ({ atNs }: ListedSlice) => {
    const id = slices?.rows[row]?.id;
    if (slices !== undefined && id !== undefined) timeline.show(slices, id, atNs);
    onClose();
  };
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
                {slices.rows.map(({ label, id }, index) => (
                  <option key={id} value={index}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
            <SliceTable slices={listRow(slices, row, SLICES_MAX)} onShow={show} />
          </>
        )}
      </div>
    </Dialog>
  );
}

interface SliceTableProps {
  readonly slices: readonly ListedSlice[];
  readonly onShow: (slice: ListedSlice) => void;
}

function SliceTable({ slices, onShow }: SliceTableProps) {
  return (
    <table className="data-table">
      <thead>
        <tr>
          {["start", "state", "duration", "for", "woken by"].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {slices.map((slice) => (
          <tr key={slice.key}>
            <th scope="row">
              <button type="button" className="slice-show" onClick={() => onShow(slice)}>
                {slice.start}
              </button>
            </th>
            <td>{slice.state}</td>
            <td>{slice.duration}</td>
            <td>{slice.request}</td>
            <td>{slice.wokenBy}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
