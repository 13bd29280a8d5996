/** A query: what it is, its figures at a glance, and one of its tabs. */
import type { HistorySnapshot } from "../../../monitoring/history/history_snapshot.ts";
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import { Engine } from "../engine/engine.tsx";
import { Results } from "../results/results.tsx";
import { formatSpan } from "../../../base/text/duration.ts";
import { formatEventTime, formatNumber, formatValue, NONE } from "../text/format.ts";
import { Failure } from "./failure.tsx";
import { HealthBadge } from "../parts/health.tsx";
import { lagText, uptimeText } from "./query_list.tsx";
import { hashOf, type Tab, TABS } from "../data/route.ts";
import { StopButton } from "./stop_button.tsx";

const TAB_NAMES: Readonly<Record<Tab, string>> = { results: "Results", engine: "Engine" };

/** See the module's description. */
export function QueryPage({ query, history, tab, nowMs, canStop }: {
  readonly query: QueryView;
  readonly history: HistorySnapshot | null;
  readonly tab: Tab;
  readonly nowMs: number;
  readonly canStop: boolean;
}) {
  const { name, error } = query;
  return (
    <main>
      <div class="heading">
        <h2>{name}</h2>
        <HealthBadge health={query.health} />
        <p class="status">{query.status.message}</p>
        {canStop && query.isRunning && <StopButton query={name} />}
      </div>
      <Facts query={query} history={history} nowMs={nowMs} />
      {error !== null && <Failure error={error} />}
      <nav class="tabs" aria-label={`Views of ${name}`}>
        {TABS.map((each) => (
          <a
            key={each}
            href={hashOf({ query: name, tab: each })}
            aria-current={each === tab ? "page" : undefined}
          >
            {TAB_NAMES[each]}
          </a>
        ))}
      </nav>
      {tab === "results"
        ? <Results key={name} query={query} />
        : <Engine key={name} query={query} history={history} />}
    </main>
  );
}

function Facts({ query, history, nowMs }: {
  readonly query: QueryView;
  readonly history: HistorySnapshot | null;
  readonly nowMs: number;
}) {
  const last = history?.batches.at(-1);
  const facts: readonly (readonly [name: string, value: string])[] = [
    ["Input rate", formatValue(query.inputRowsPerSecond, "rows/s")],
    ["Process rate", formatValue(last?.processedRowsPerSecond ?? null, "rows/s")],
    ["Lag", lagText(query)],
    ["Batch", query.batchId === null ? NONE : formatNumber(query.batchId)],
    ["Records", formatNumber(query.totals.inputRecords)],
    ["Watermark", query.watermarkMs === null ? NONE : formatEventTime(query.watermarkMs)],
    ["Watermark gap", query.watermarkGapMs === null ? NONE : formatSpan(query.watermarkGapMs)],
    ["Trigger", query.trigger ?? NONE],
    ["Output mode", query.outputMode],
    ["Sink", query.sink],
    ["Uptime", uptimeText(query, nowMs)],
  ];
  return (
    <dl class="card facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
