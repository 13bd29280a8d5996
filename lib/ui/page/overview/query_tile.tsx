/** How a query is, in a few figures. */
import { formatSpan } from "../../../base/text/duration.ts";
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import { hashOf } from "../data/route.ts";
import { HealthBadge } from "../parts/health.tsx";
import { formatNumber, formatValue, NONE } from "../text/format.ts";

/** See the module's description. */
export function QueryTile({ query }: { readonly query: QueryView }) {
  const { name, health, error, inputRowsPerSecond, lagRecords, watermarkGapMs, stateRows } = query;
  const figures: readonly (readonly [name: string, value: string])[] = [
    ["Input rate", formatValue(inputRowsPerSecond, "rows/s")],
    ["Lag", lagRecords === null ? NONE : formatNumber(lagRecords)],
    ["Watermark gap", watermarkGapMs === null ? NONE : formatSpan(watermarkGapMs)],
    ["State rows", stateRows === null ? NONE : formatNumber(stateRows)],
  ];
  return (
    <li class={`card tile ${health}`}>
      <p class="title">
        <a href={hashOf({ query: name, tab: "engine" })} title={name}>{name}</a>
      </p>
      <HealthBadge health={health} />
      {error !== null && <p class="problem" title={error.message}>{error.message}</p>}
      <dl>
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
