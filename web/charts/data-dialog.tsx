/** The figures of a chart as a table, in a dialog: for reading, copying and screen readers. */
import { useEffect, useRef } from "react";
import type { FigureTable } from "./words.ts";

interface DataDialogProps {
  readonly title: string;
  readonly table: FigureTable;
  readonly onClose: () => void;
}

export function DataDialog({ title, table, onClose }: DataDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="data-dialog" aria-label={`${title}, figures`} onClose={onClose}>
      <header>
        <h2>{title}</h2>
        <button type="button" onClick={() => void copy(table)}>
          Copy
        </button>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      <div className="data-scroll" tabIndex={0} role="region" aria-label="Figures">
        <table>
          <thead>
            <tr>
              {table.head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([time, ...values]) => (
              <tr key={time}>
                <th scope="row">{time}</th>
                {values.map((value, i) => (
                  <td key={table.head[i + 1]}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </dialog>
  );
}

/** Tab-separated, as spreadsheets paste it. */
function copy(table: FigureTable): Promise<void> {
  const lines = [table.head, ...table.rows].map((row) => row.join("\t"));
  return navigator.clipboard.writeText(lines.join("\n"));
}
