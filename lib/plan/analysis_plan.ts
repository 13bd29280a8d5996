/**
 * The plan of an analysis: everything that a run takes from the settings, checked, as frozen plain data.
 *
 * `planAnalysis` makes it once, before a broker is contacted. The run, `--explain`, `config check` and the Spark
 * job take it as it is, and none of them reads a setting of a query.
 */
import type { CommittedOffsets } from "../checkpoint/moving/committed_offsets.ts";
import type { NewTopicSettings } from "../config/new_topics.ts";
import type { LateRowsPlace } from "../config/values/late_rows_value.ts";
import type { SparkRemote } from "../config/values/spark/spark_remote.ts";
import { distinctSelections, type TopicSelection } from "../config/values/topic_selection.ts";
import type { StartingOffsets, TimestampStrategy, TriggerSpec } from "../config/values/values.ts";
import type { SinkPlan } from "../sinks/make_sink.ts";
import type { StreamSource, TableSource } from "../sql/catalog.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { type TableColumns, tablesOf } from "../sql/planning/slot_names.ts";
import type { RateLimits } from "../stream/time/rate_limit.ts";
import type { WatermarkOptions } from "../stream/time/watermark.ts";
import type { RegistryAddress } from "../registry/registry_address.ts";
import type { StreamReading } from "./declared_streams.ts";
import type { LoadedTable } from "./declared_tables.ts";
import type { UiPlan } from "./run/plan_ui.ts";

/** See the module's description. */
export interface AnalysisPlan {
  readonly queries: readonly PlannedQuery[];
  /** The topics of each stream, and how its records are parsed. */
  readonly streams: Readonly<Record<string, StreamReading>>;
  /** The registry with the schemas of records, if a stream has any. */
  readonly registry: RegistryAddress | undefined;
  /** The static tables that the queries join. */
  readonly tables: Readonly<Record<string, LoadedTable>>;
  /** What to do if a partition has no record at or after the starting time. */
  readonly timestampStrategy: TimestampStrategy;
  readonly limits: RateLimits;
  /** Whether records that were deleted before they were read are an error. */
  readonly failOnDataLoss: boolean;
  /** What runs the queries. */
  readonly engine: EnginePlan;
  readonly workerCount: number;
  /** The options for topics that sinks create. */
  readonly sinkTopics: NewTopicSettings;
  /** Where late records go. */
  readonly lateRows: LateRowsPlace | undefined;
  /** The file that the progress of each batch is written to. */
  readonly progress: string | undefined;
  /** The dashboard to serve, if any. */
  readonly ui: UiPlan | undefined;
  readonly resuming: ResumingPlan;
}

/** What runs the queries: this program, a Spark cluster, or a job that is written for one. */
export type EnginePlan = { readonly kind: "local" } | ConnectEngine | JobEngine;

/** A cluster with a Spark Connect server. */
export interface ConnectEngine {
  readonly kind: "spark";
  readonly remote: SparkRemote;
  /** Kafka's servers, as the cluster reaches them. */
  readonly servers: readonly string[];
}

/** A cluster that a job is submitted to. */
export interface JobEngine {
  readonly kind: "spark-job";
  readonly servers: readonly string[];
  /** Spark's master, as `spark-submit` takes it. */
  readonly master: string;
  /** Whether Spark's driver runs where the job is submitted, or on the cluster. */
  readonly deployMode: "client" | "cluster";
  readonly jars: string | undefined;
  readonly packages: string | undefined;
}

/** How far a query may resume although something does not match. */
export interface ResumingPlan {
  /** Whether a query may resume even if it has changed in a way that its state does not allow. */
  readonly acceptChangedQuery: boolean;
  /** Whether a stateless query resumes after the last batch of its sink if that is ahead of its checkpoint. */
  readonly resumeAfterSink: boolean;
}

/** What one query runs with. */
export interface PlannedQuery {
  /** Its statement, analysed. */
  readonly plan: QueryPlan;
  /** What it reads, as it was declared when the statement was planned. */
  readonly declared: Declarations;
  /** The topics of each of its streams. */
  readonly reads: readonly TopicSelection[];
  readonly trigger: TriggerSpec;
  readonly sink: SinkPlan;
  /** Whether it only runs for those who look at its rows. */
  readonly isUiOnly: boolean;
  /** The directory of its checkpoint; without one, every run starts from scratch. */
  readonly checkpoint: string | undefined;
  /** Where it starts, if its checkpoint has no batch. */
  readonly start: StartingPoint;
  /** How its streams make one watermark. */
  readonly watermarks: WatermarkOptions;
  /** Rows whose event time is further ahead of the clock than this are dropped. */
  readonly eventTimeAheadMsMax: number | undefined;
  /** The memory limit for its state. */
  readonly stateBytesMax: number;
  /** Whether a run that ends by its trigger emits the groups that are still open. */
  readonly flushAtEnd: boolean;
}

/** Where a new query starts: at offsets, or after the last batch of a query that was stopped, on either engine. */
export type StartingPoint =
  | { readonly kind: "offsets"; readonly offsets: StartingOffsets }
  | CommittedOffsets & {
    readonly kind: "checkpoint";
    readonly directory: string;
    /** A batch that was begun after it, but not committed. */
    readonly unfinished: number | undefined;
  };

/** The streams and tables of a query, by name. */
export interface Declarations {
  readonly streams: Readonly<Record<string, StreamSource>>;
  readonly tables: Readonly<Record<string, TableSource>>;
}

/** The topics that an analysis reads. */
export function selectionsOf({ queries }: Pick<AnalysisPlan, "queries">): TopicSelection[] {
  return distinctSelections(queries.flatMap(({ reads }) => reads));
}

/** The column names of its tables, for messages. */
export function columnNamesOf({ tables, queries }: Pick<AnalysisPlan, "tables" | "queries">): TableColumns {
  const declared = Object.fromEntries(
    Object.entries(tables).map(([name, { file }]) => [name, file.columns.map((column) => column.name)]),
  );
  return queries.reduce<TableColumns>((all, { plan }) => tablesOf(plan, all), declared);
}
