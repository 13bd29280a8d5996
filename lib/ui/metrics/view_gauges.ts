/** What is read from the view of a run when metrics are asked for. */
import { Gauge, type Registry } from "prom-client";
import { METRIC_PARTITIONS_MAX } from "../../base/bounds.ts";
import type { PartitionView, QueryView } from "../../monitoring/view/query_view.ts";
import type { RunView } from "../../monitoring/view/run_view.ts";

const MS_PER_S = 1_000;

type Labels = Readonly<Record<string, string | number>>;

/** A value for each set of labels. */
type Series = Iterable<readonly [Labels, number]>;

/** What a gauge is called and says. */
export interface GaugeNames {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Adds a gauge whose series are read each time; what is not among them any more disappears. */
export function addGauge(
  registry: Registry,
  { name, help, labels = [] }: GaugeNames,
  series: () => Series,
): void {
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset();
      for (const [values, value] of series()) this.set(values, value);
    },
  });
}

/** The gauges of each query; null where there is no value. */
const OF_QUERY: Readonly<
  Record<string, { readonly help: string; readonly of: (view: QueryView) => number | null }>
> = {
  query_running: { help: "1 while the query runs.", of: ({ isRunning }) => isRunning ? 1 : 0 },
  query_failed: { help: "1 if the query has failed.", of: ({ health }) => health === "failed" ? 1 : 0 },
  query_ready: {
    help: "1 if /readyz counts the query as ready.",
    of: ({ health }) => health === "running" ? 1 : 0,
  },
  last_batch_id: { help: "The id of the last batch.", of: ({ batchId }) => batchId },
  lag_records: { help: "Records available that are not read yet.", of: ({ lagRecords }) => lagRecords },
  lag_seconds: {
    help: "The age of the oldest record that is not read yet.",
    of: ({ lagMs }) => seconds(lagMs),
  },
  watermark_timestamp_seconds: { help: "The watermark.", of: ({ watermarkMs }) => seconds(watermarkMs) },
  watermark_gap_seconds: {
    help: "Time from the watermark to the trigger of the last batch.",
    of: ({ watermarkGapMs }) => seconds(watermarkGapMs),
  },
};

/** The gauges of the last batch of each query. */
const OF_LAST_BATCH = {
  last_batch_timestamp_seconds: {
    help: "When the last batch ended.",
    measure: "atMs",
    unitsPerSecond: MS_PER_S,
  },
  state_rows: { help: "Rows in state.", measure: "stateRows", unitsPerSecond: 1 },
  state_rows_updated: {
    help: "Rows of state that the last batch changed.",
    measure: "stateRowsUpdated",
    unitsPerSecond: 1,
  },
  state_memory_bytes: { help: "Memory used by state, estimated.", measure: "stateBytes", unitsPerSecond: 1 },
} as const;

const OF_PARTITION: Readonly<
  Record<string, { readonly help: string; readonly of: (partition: PartitionView) => number | null }>
> = {
  partition_read_offset: { help: "The offset up to which the partition is read.", of: ({ end }) => end },
  partition_end_offset: {
    help: "The end of the partition when the last batch was triggered.",
    of: ({ latest }) => latest,
  },
  partition_lag_records: { help: "Records of the partition that are not read yet.", of: ({ lag }) => lag },
};

/** What the gauges show. All of them are asked for it each time, so the views are made once for all. */
export interface ShownView extends Pick<RunView, "latest"> {
  readonly queries: () => readonly QueryView[];
}

/** Adds the gauges of the queries and their partitions. */
export function addViewGauges(registry: Registry, view: ShownView): void {
  const labels = ["query"];
  addGauge(
    registry,
    {
      name: "sfcrime_query_info",
      help: "What a query is.",
      labels: ["query", "query_id", "run_id", "output_mode", "sink"],
    },
    () =>
      view.queries().map(({ name, queryId, runId, outputMode, sink }) =>
        [{ query: name, query_id: queryId, run_id: runId ?? "", output_mode: outputMode, sink }, 1] as const
      ),
  );
  for (const [name, { help, of }] of Object.entries(OF_QUERY)) {
    addGauge(
      registry,
      { name: `sfcrime_${name}`, help, labels },
      () => view.queries().flatMap((query) => labelled({ query: query.name }, of(query))),
    );
  }
  for (const [name, { help, measure, unitsPerSecond }] of Object.entries(OF_LAST_BATCH)) {
    addGauge(
      registry,
      { name: `sfcrime_${name}`, help, labels },
      () =>
        view.queries().flatMap(({ name: query }) => {
          const value = view.latest(query)?.point[measure];
          return labelled({ query }, value === undefined ? null : value / unitsPerSecond);
        }),
    );
  }
  for (const [name, { help, of }] of Object.entries(OF_PARTITION)) {
    addGauge(
      registry,
      { name: `sfcrime_${name}`, help, labels: ["query", "topic", "partition"] },
      () =>
        partitionsOf(view).slice(0, METRIC_PARTITIONS_MAX).flatMap(({ query, partition }) =>
          labelled({ query, topic: partition.topic, partition: partition.partition }, of(partition))
        ),
    );
  }
  addGauge(registry, {
    name: "sfcrime_partitions_without_metrics",
    help: "Partitions that are left out of the metrics of partitions, as there are too many.",
  }, () => [[{}, Math.max(0, partitionsOf(view).length - METRIC_PARTITIONS_MAX)]]);
}

function partitionsOf(view: ShownView): { readonly query: string; readonly partition: PartitionView }[] {
  return view.queries().flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ query: name, partition }))
  );
}

function labelled(labels: Labels, value: number | null): readonly (readonly [Labels, number])[] {
  return value === null ? [] : [[labels, value]];
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / MS_PER_S;
}
