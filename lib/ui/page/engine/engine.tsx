/** How a query runs: the charts of Spark's page, and what stands in its progress. */
import { useState } from "preact/hooks";
import { PHASES } from "../../../monitoring/history/batch_point.ts";
import type { HistorySnapshot } from "../../../monitoring/history/history_snapshot.ts";
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import { ChartCard } from "../charts/chart_card.tsx";
import { phasesOf, type Range, RANGES, samplesOf, within } from "../charts/series.ts";
import { LastBatches } from "./last_batches.tsx";
import {
  CHARTS,
  type MeasureChart,
  OTHER_CHARTS,
  PHASE_COLORS,
  PHASES_TITLE,
  STATE_CHARTS,
  WATERMARK_CHARTS,
} from "./measures.ts";
import { Partitions } from "./partitions.tsx";
import { PlanGraphCard } from "./plan_graph.tsx";
import { Samples } from "./samples.tsx";
import { Workers } from "./workers.tsx";

type Parts = ReturnType<typeof within>;

/** See the module's description. The history is null until it is loaded. */
export function Engine(
  { query, history }: { readonly query: QueryView; readonly history: HistorySnapshot | null },
) {
  const [range, setRange] = useState<Range>("recent");
  const parts = history === null ? [] : within(history, range);
  return (
    <>
      <div class="toolbar">
        <h3>Charts</h3>
        <fieldset class="segments">
          <legend class="unseen">Range of the charts</legend>
          {(Object.keys(RANGES) as Range[]).map((each) => (
            <label key={each}>
              <input type="radio" name="range" checked={each === range} onChange={() => setRange(each)} />
              <span>{RANGES[each].name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="charts">
        {CHARTS.map((chart) => <Measured key={chart.measure} chart={chart} parts={parts} />)}
        <Phases parts={parts} />
        {query.watermarkMs !== null &&
          WATERMARK_CHARTS.map((chart) => <Measured key={chart.measure} chart={chart} parts={parts} />)}
        {hasState(parts) &&
          STATE_CHARTS.map((chart) => <Measured key={chart.measure} chart={chart} parts={parts} />)}
        {OTHER_CHARTS.map((chart) => <Measured key={chart.measure} chart={chart} parts={parts} />)}
      </div>
      <div class="panels">
        <Partitions partitions={query.partitions} />
        <Workers workers={query.workers} />
        <LastBatches batches={history?.batches ?? []} />
        {query.plan !== null && <PlanGraphCard plan={query.plan} sql={query.sql} />}
        <Samples title="Late records" samples={query.lateSamples} total={query.totals.lateRows} />
        <Samples
          title="Malformed records"
          samples={query.malformedSamples}
          total={query.totals.malformedRecords}
        />
      </div>
    </>
  );
}

function Measured({ chart, parts }: { readonly chart: MeasureChart; readonly parts: Parts }) {
  const { title, measure, unit } = chart;
  const samples = samplesOf(parts, measure);
  return (
    <ChartCard
      title={title}
      unit={unit}
      timesMs={samples.map(({ atMs }) => atMs)}
      labels={samples.map(({ batches }) => batchesText(batches))}
      lines={[{ name: title, color: "--series-1", values: samples.map(({ value }) => value) }]}
    />
  );
}

function Phases({ parts }: { readonly parts: Parts }) {
  const labels = samplesOf(parts, "durationMs").map(({ batches }) => batchesText(batches));
  const moments = phasesOf(parts);
  return (
    <ChartCard
      title={PHASES_TITLE}
      unit="ms"
      timesMs={moments.map(({ atMs }) => atMs)}
      labels={labels}
      lines={PHASES.map((phase) => ({
        name: phase,
        color: PHASE_COLORS[phase],
        values: moments.map(({ phases }) => phases?.[phase] ?? null),
      }))}
    />
  );
}

function batchesText([first, last]: readonly [number, number]): string {
  return first === last ? `batch ${last}` : `batches ${first}–${last}`;
}

function hasState(parts: Parts): boolean {
  return parts.some(({ stateRows }) => (typeof stateRows === "number" ? stateRows : stateRows?.max ?? 0) > 0);
}
