/** The result of a query at a glance: the chart that fits its columns, or else its latest rows. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import type { Rows } from "../data/model.ts";
import { hashOf } from "../data/route.ts";
import { type RowsState, useRows } from "../data/rows.ts";
import { Nothing } from "../parts/panel.tsx";
import { chartsOf } from "../results/chart.tsx";
import { kindOf, rowsFor, type Shape, shapeOf } from "../results/shape.ts";
import { LATEST_ROWS_MAX, LatestRows } from "./latest_rows.tsx";
import { useVisible } from "./use_visible.ts";

/** Bars that fit. */
const BARS_MAX = 10;

/** The least time between two requests. */
const PAUSE_MS = 1_000;

const TITLES: Readonly<Record<Rows["kind"], string>> = {
  result: "Result",
  state: "Groups in state",
  recent: "Latest rows",
};

/** See the module's description. */
export function QueryPanel({ query }: { readonly query: QueryView }) {
  const { name, columns } = query;
  const place = useRef<HTMLElement>(null);
  const isVisible = useVisible(place);
  const kind = kindOf(query);
  const shape = panelShape(query);
  const { rows, error } = useRows(name, {
    request: isVisible ? requestOf(shape, query) : null,
    version: `${query.runId}/${query.batchId}`,
    pauseMs: PAUSE_MS,
  });
  const chart = shape && chartsOf(shape, { columns, rows, isSmall: true })[0]!;
  return (
    <section
      ref={place}
      class={shape?.kind === "lines" ? "card panel long" : "card panel"}
      aria-label={`Results of ${name}`}
    >
      <header>
        <h3>
          <a href={hashOf({ query: name, tab: "results" })}>{name}</a>
        </h3>
        <p class="note">{[chart?.title ?? TITLES[kind], chart?.note].filter(Boolean).join(" · ")}</p>
      </header>
      {rows === null && error !== null
        ? <Nothing>{error.message}</Nothing>
        : chart?.body ?? latest(name, { rows, error })}
    </section>
  );
}

/** Rows that are not counted are shown as they come in. */
function panelShape(query: QueryView): Shape | null {
  const shape = shapeOf(query.columns, kindOf(query));
  return shape?.kind === "counts" ? null : shape;
}

function requestOf(shape: Shape | null, { columns }: QueryView): { order?: string; limit: number } {
  if (shape === null) return { limit: LATEST_ROWS_MAX };
  const request = rowsFor(shape, columns);
  return shape.kind === "bars" ? { ...request, limit: BARS_MAX } : request;
}

function latest(name: string, { rows }: RowsState): ComponentChildren {
  if (rows === null) return <Nothing>Reading rows…</Nothing>;
  return rows.rows.length === 0 ? <Nothing>No rows yet.</Nothing> : <LatestRows name={name} rows={rows} />;
}
