/** What a query has found: the chart that fits its columns, and its rows. */
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import type { Rows } from "../data/model.ts";
import { useRows } from "../data/rows.ts";
import { Nothing, Panel } from "../parts/panel.tsx";
import { formatNumber } from "../text/format.ts";
import { Bars } from "./bars.tsx";
import { isInteger } from "./columns.ts";
import { HeatMapTable } from "./heat_map.tsx";
import { Lines, LINES_MAX } from "./lines.tsx";
import { barsOf, countsOf, heatMapOf, interrupted, pivot } from "./pivot.ts";
import { RowsTable } from "./rows_table.tsx";
import { rowsFor, type Shape, shapeOf } from "./shape.ts";

const COUNTED_BARS_MAX = 10;

/** See the module's description. */
export function Results({ query }: { readonly query: QueryView }) {
  const { name, columns } = query;
  const version = `${query.runId}/${query.batchId}`;
  const shape = shapeOf(columns, kindOf(query));
  const { rows } = useRows(name, shape === null ? null : rowsFor(shape, columns), version);
  const isBeside = shape?.kind === "bars" || shape?.kind === "counts";
  return (
    <div class={isBeside ? "results beside" : "results"}>
      {shape !== null && (
        <div class="aside">
          <Chart shape={shape} query={query} rows={rows} />
        </div>
      )}
      <RowsTable query={query} version={version} />
    </div>
  );
}

/** In which form the rows of a query are kept. */
function kindOf({ outputMode }: QueryView): Rows["kind"] {
  return outputMode === "complete" ? "result" : outputMode === "update" ? "state" : "recent";
}

function Chart({ shape, query: { columns }, rows }: {
  readonly shape: Shape;
  readonly query: QueryView;
  /** Null until they are read. */
  readonly rows: Rows | null;
}) {
  const all = rows?.rows ?? [];
  const named = (index: number) => columns[index]!.name;
  switch (shape.kind) {
    case "bars": {
      const { name, value } = shape;
      const bars = barsOf(all, shape);
      return (
        <Panel title={`${named(value)} by ${named(name)}`} note={topText(bars.length, rows?.total)}>
          {bars.length === 0 ? <Nothing>No rows yet.</Nothing> : <Bars bars={bars} />}
        </Panel>
      );
    }
    case "lines": {
      const { name, value } = shape;
      const missing = isInteger(columns[value]!) ? 0 : null;
      const title = name === null
        ? `${named(value)} over time`
        : `${named(value)} over time by ${named(name)}`;
      return (
        <Panel title={title} note={topText(all.length, rows?.total, "latest")}>
          <Lines
            name={named(value)}
            pivot={interrupted(pivot(all, { ...shape, missing, linesMax: LINES_MAX }))}
          />
        </Panel>
      );
    }
    case "heat map": {
      const { hour, weekday, value } = shape;
      const firstDay = /^week_?day/i.test(named(weekday)) ? "monday is 0" : "sunday is 1";
      return (
        <Panel title={`${named(value)} by ${named(hour)} and ${named(weekday)}`}>
          <HeatMapTable map={heatMapOf(all, { ...shape, firstDay })} name={named(value)} />
        </Panel>
      );
    }
    case "counts":
      return (
        <>
          {shape.names.map((column) => {
            const bars = countsOf(all, column);
            const note = bars.length > COUNTED_BARS_MAX
              ? `${COUNTED_BARS_MAX} of ${formatNumber(bars.length)}, in the latest ${
                formatNumber(all.length)
              } rows`
              : `In the latest ${formatNumber(all.length)} rows`;
            return (
              <Panel key={column} title={named(column)} note={note}>
                {bars.length === 0
                  ? <Nothing>No rows yet.</Nothing>
                  : <Bars bars={bars.slice(0, COUNTED_BARS_MAX)} total={all.length} />}
              </Panel>
            );
          })}
        </>
      );
  }
}

function topText(shown: number, total: number | undefined, which = "top"): string {
  return total === undefined || shown >= total
    ? ""
    : `The ${which} ${formatNumber(shown)} of ${formatNumber(total)}`;
}
