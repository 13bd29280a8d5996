/** All queries, one line each; the name leads to the query. */
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import { formatSpan } from "../../../base/text/duration.ts";
import { formatNumber, NONE } from "../text/format.ts";
import { HealthBadge } from "../parts/health.tsx";
import { hashOf, type Route } from "../data/route.ts";

/** See the module's description. */
export function QueryList({ queries, route, nowMs }: {
  readonly queries: readonly QueryView[];
  readonly route: Route;
  /** The time of the server. */
  readonly nowMs: number;
}) {
  return (
    <nav class="card queries scroll" aria-label="Queries" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Query</th>
            <th scope="col">Status</th>
            <th scope="col" class="number">Lag</th>
            <th scope="col" class="number roomy">Lag in time</th>
            <th scope="col" class="number roomy">Watermark gap</th>
            <th scope="col" class="roomy">Trigger</th>
            <th scope="col" class="number roomy">Batch</th>
            <th scope="col" class="number roomy">Uptime</th>
          </tr>
        </thead>
        <tbody>
          {queries.map((query) => {
            const isSelected = query.name === route.query;
            return (
              <tr key={query.name} class={isSelected ? "selected" : undefined}>
                <th scope="row">
                  <a
                    href={hashOf({ query: query.name, tab: route.tab })}
                    aria-current={isSelected ? "page" : undefined}
                  >
                    {query.name}
                  </a>
                </th>
                <td>
                  <HealthBadge health={query.health} />
                </td>
                <td class="number">{query.lagRecords === null ? NONE : formatNumber(query.lagRecords)}</td>
                <td class="number roomy">{query.lagMs === null ? NONE : formatSpan(query.lagMs)}</td>
                <td class="number roomy">
                  {query.watermarkGapMs === null ? NONE : formatSpan(query.watermarkGapMs)}
                </td>
                <td class="roomy">{query.trigger ?? NONE}</td>
                <td class="number roomy">{query.batchId === null ? NONE : formatNumber(query.batchId)}</td>
                <td class="number roomy">{uptimeText(query, nowMs)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </nav>
  );
}

/** The lag in records, and in time if there is any. */
export function lagText({ lagRecords, lagMs }: QueryView): string {
  if (lagRecords === null) return NONE;
  return lagRecords > 0 && lagMs !== null
    ? `${formatNumber(lagRecords)} (${formatSpan(lagMs)})`
    : formatNumber(lagRecords);
}

/** How long a query has been running, or had been. */
export function uptimeText({ startedAtMs, endedAtMs }: QueryView, nowMs: number): string {
  return startedAtMs === null
    ? NONE
    : formatSpan(Math.max(0, Math.floor(((endedAtMs ?? nowMs) - startedAtMs) / 1_000) * 1_000));
}
