/** A few rows of a query, the newest first. Each row and column keeps its place, so nothing jumps as rows come in. */
import type { ColumnView } from "../../../monitoring/view/query_view.ts";
import type { Rows } from "../data/model.ts";
import { cellText, isNumber, isTime, isWindow } from "../results/columns.ts";

/** Rows and columns that are shown. */
export const LATEST_ROWS_MAX = 10;
const COLUMNS_MAX = 5;

/** See the module's description. */
export function LatestRows(
  { name, rows: { columns, rows } }: { readonly name: string; readonly rows: Rows },
) {
  const shown = columns.slice(0, COLUMNS_MAX);
  const classOf = (column: ColumnView) =>
    isNumber(column) ? "number" : isTime(column) && !isWindow(column) ? "time" : "";
  return (
    <table class="latest" aria-label={`Latest rows of ${name}`}>
      <thead>
        <tr>
          {shown.map((column, index) => (
            <th key={index} scope="col" class={classOf(column) || undefined}>{column.name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {shown.map((column, at) => {
              const text = cellText(row[at]);
              const classes = `${classOf(column)} ${row[at] === null ? "null" : ""}`.trim();
              return <td key={at} class={classes || undefined} title={text}>{text}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
