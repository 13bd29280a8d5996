/** What a query has found: the chart that fits its columns, and its rows. */
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import { useRows } from "../data/rows.ts";
import { Panel } from "../parts/panel.tsx";
import { chartsOf } from "./chart.tsx";
import { RowsTable } from "./rows_table.tsx";
import { kindOf, rowsFor, shapeOf } from "./shape.ts";

/** See the module's description. */
export function Results({ query }: { readonly query: QueryView }) {
  const { name, columns } = query;
  const version = `${query.runId}/${query.batchId}`;
  const shape = shapeOf(columns, kindOf(query));
  const request = shape === null ? null : rowsFor(shape, columns);
  const { rows } = useRows(name, { request, version });
  const isBeside = shape?.kind === "bars" || shape?.kind === "counts";
  return (
    <div class={isBeside ? "results beside" : "results"}>
      {shape !== null && (
        <div class="aside">
          {chartsOf(shape, { columns, rows }).map(({ title, note, body }) => (
            <Panel key={title} title={title} note={note}>{body}</Panel>
          ))}
        </div>
      )}
      <RowsTable query={query} version={version} />
    </div>
  );
}
