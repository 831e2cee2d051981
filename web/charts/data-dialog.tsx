/** The figures of a chart as a table, in a dialog: for reading, copying and screen readers. */
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { FigureTable } from "./words.ts";

interface DataDialogProps {
  readonly title: string;
  readonly table: FigureTable;
  readonly onClose: () => void;
}

export function DataDialog({ title, table, onClose }: DataDialogProps) {
  return (
    <Dialog title={`${title}, figures`} width="regular" onClose={onClose}>
      <div className="data-scroll">
        <Button icon="copy" size="small" onPress={() => void copy(table)}>
          Copy as text
        </Button>
        <Figures table={table} />
      </div>
    </Dialog>
  );
}

function Figures({ table }: { readonly table: FigureTable }) {
  return (
    <table className="data-table">
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
  );
}

/** Tab-separated, as spreadsheets paste it. */
function copy(table: FigureTable): Promise<void> {
  const lines = [table.head, ...table.rows].map((row) => row.join("\t"));
  return navigator.clipboard.writeText(lines.join("\n"));
}
