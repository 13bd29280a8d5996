/** The charts of a result: their titles, and their figures as far as rows are read. */
import type { ComponentChildren } from "preact";
import type { ColumnView } from "../../../monitoring/view/query_view.ts";
import type { Rows } from "../data/model.ts";
import { Nothing } from "../parts/panel.tsx";
import { formatNumber } from "../text/format.ts";
import { Bars } from "./bars.tsx";
import { isInteger } from "./columns.ts";
import { HeatMapTable } from "./heat_map.tsx";
import { Lines, LINES_MAX } from "./lines.tsx";
import { barsOf, countsOf, heatMapOf, interrupted, pivot, withoutCutTime } from "./pivot.ts";
import type { Shape } from "./shape.ts";

/** A chart. */
export interface Chart {
  readonly title: string;
  /** Which part of the rows it shows. */
  readonly note: string;
  readonly body: ComponentChildren;
}

/** What charts are made of. */
export interface ChartOptions {
  readonly columns: readonly ColumnView[];
  /** Null until they are read. */
  readonly rows: Rows | null;
  /** Whether it is one of many on the page. */
  readonly isSmall?: boolean;
}

const COUNTED_BARS_MAX = 10;

/** The charts of a shape: one, or one for each column whose values are counted. */
export function chartsOf(shape: Shape, { columns, rows, isSmall = false }: ChartOptions): readonly Chart[] {
  const all = rows?.rows ?? [];
  const named = (index: number) => columns[index]!.name;
  switch (shape.kind) {
    case "bars": {
      const bars = barsOf(all, shape);
      return [{
        title: `${named(shape.value)} by ${named(shape.name)}`,
        note: topText(bars.length, rows?.total),
        body: bars.length === 0 ? <None rows={rows} /> : <Bars bars={bars} />,
      }];
    }
    case "lines": {
      const { name, value } = shape;
      const missing = isInteger(columns[value]!) ? 0 : null;
      const lines = pivot(all, { ...shape, missing, linesMax: LINES_MAX });
      return [{
        title: name === null ? `${named(value)} over time` : `${named(value)} over time by ${named(name)}`,
        note: topText(all.length, rows?.total, "latest"),
        body: all.length === 0 ? <None rows={rows} /> : (
          <Lines
            name={named(value)}
            isSmall={isSmall}
            pivot={interrupted(rows?.truncated === true ? withoutCutTime(lines) : lines)}
          />
        ),
      }];
    }
    case "heat map": {
      const { hour, weekday, value } = shape;
      const firstDay = /^week_?day/i.test(named(weekday)) ? "monday is 0" : "sunday is 1";
      return [{
        title: `${named(value)} by ${named(hour)} and ${named(weekday)}`,
        note: "",
        body: all.length === 0 ? <None rows={rows} /> : (
          <HeatMapTable
            map={heatMapOf(all, { ...shape, firstDay })}
            name={named(value)}
            isSmall={isSmall}
          />
        ),
      }];
    }
    case "counts":
      return shape.names.map((column) => {
        const bars = countsOf(all, column);
        const latest = `the latest ${formatNumber(all.length)} rows`;
        return {
          title: named(column),
          note: bars.length > COUNTED_BARS_MAX
            ? `${COUNTED_BARS_MAX} of ${formatNumber(bars.length)}, in ${latest}`
            : `In ${latest}`,
          body: bars.length === 0
            ? <None rows={rows} />
            : <Bars bars={bars.slice(0, COUNTED_BARS_MAX)} total={all.length} />,
        };
      });
  }
}

function None({ rows }: { readonly rows: Rows | null }) {
  return <Nothing>{rows === null ? "Reading rows…" : "No rows yet."}</Nothing>;
}

function topText(shown: number, total: number | undefined, which = "top"): string {
  return total === undefined || shown >= total
    ? ""
    : `The ${which} ${formatNumber(shown)} of ${formatNumber(total)}`;
}
