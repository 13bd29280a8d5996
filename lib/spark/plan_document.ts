/**
 * The plan of an analysis for the Spark job (`job.py`), as JSON. Spark parses the SQL itself; the rest comes
 * from our plan: which streams a query reads, with which columns, watermark and deduplication.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { Settings } from "../config/settings.ts";
import type { TopicSelection } from "../config/values/topic_selection.ts";
import type {
  SinkSpec,
  StartingOffsets,
  StartingPlace,
  TimestampStrategy,
  TriggerSpec,
} from "../config/values/values.ts";
import { typeName } from "../records/data_type.ts";
import { parseColumns, type SourceColumn } from "../sql/catalog.ts";
import type { Branch, OutputMode, QueryPlan } from "../sql/plan.ts";

/** A column, with its names in SQL and in the record, and its type in Spark's DDL. */
export interface DocumentColumn {
  readonly name: string;
  readonly field: string;
  readonly type: string;
}

/** A stream of a query. */
export interface DocumentStream {
  readonly name: string;
  /** The topics, by the option of Spark's connector. */
  readonly topics: { readonly subscribe: string } | { readonly subscribePattern: string };
  readonly columns: readonly DocumentColumn[];
  readonly watermark?: { readonly column: string; readonly delayMs: number };
  /** Columns to drop duplicates by, within the watermark. */
  readonly deduplicate?: readonly string[];
}

/** A static table: a JSON file, an array or concatenated values, gzipped or not. */
export interface DocumentTable {
  readonly name: string;
  readonly path: string;
  readonly columns: readonly DocumentColumn[];
}

/** Where the record values come from. */
export type DocumentSource =
  | { readonly kind: "kafka"; readonly options: Readonly<Record<string, string>> }
  /** See `job.py`. */
  | { readonly kind: "files"; readonly directory: string; readonly filesPerTrigger: number };

/** Where the rows of a query go. */
export type DocumentSink =
  | { readonly kind: "console" | "ndjson" | "none" }
  | {
    readonly kind: "json" | "csv" | "parquet";
    readonly path: string;
    readonly partitionBy: readonly string[];
  }
  | { readonly kind: "kafka"; readonly topic: string; readonly options: Readonly<Record<string, string>> }
  /** A file `QUERY.ndjson` in a directory: the rows and the progress of each batch, and an error. */
  | { readonly kind: "collect"; readonly directory: string };

/** A query. */
export interface DocumentQuery {
  readonly name: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly streams: readonly DocumentStream[];
  readonly trigger: TriggerSpec;
  readonly sink: DocumentSink;
  /** Without one, every run starts from scratch. */
  readonly checkpoint?: string;
}

/** See the module's description. */
export interface PlanDocument {
  /** Spark settings. Those that start with `spark.sql.` also apply to an existing session. */
  readonly conf: Readonly<Record<string, string>>;
  readonly source: DocumentSource;
  readonly tables: readonly DocumentTable[];
  readonly queries: readonly DocumentQuery[];
  /** Whether the progress of each batch is written to stderr. */
  readonly progress: boolean;
}

/** The plans of an analysis. */
export interface DocumentPlans {
  readonly queries: readonly {
    readonly plan: QueryPlan;
    readonly trigger: TriggerSpec;
    readonly sink: SinkSpec;
    readonly partitionBy: readonly string[];
  }[];
  /** Which topics each stream reads. */
  readonly streams: Readonly<Record<string, { readonly topics: TopicSelection }>>;
}

/** The options of a document. */
export interface DocumentOptions {
  readonly source: DocumentSource;
  readonly conf?: Readonly<Record<string, string>>;
  /** Replaces the sinks of the queries. */
  readonly sink?: DocumentSink;
  /** The file of a table without a path. */
  readonly tablePath?: (table: string) => string | undefined;
  readonly checkpoints?: ReadonlyMap<string, string>;
  readonly progress?: boolean;
}

/**
 * Makes the document for queries.
 *
 * @throws {SfcrimeError} CONFIG for a sink that Spark does not support, or a table without a file.
 */
export function planDocument(
  plans: DocumentPlans,
  settings: Settings,
  options: DocumentOptions,
): PlanDocument {
  const tables = new Set(plans.queries.flatMap(({ plan }) => tablesOf(plan)));
  return {
    conf: {
      "spark.sql.session.timeZone": settings.analyze.time_zone,
      "spark.sql.streaming.multipleWatermarkPolicy": settings.analyze.watermark_policy,
      "spark.sql.streaming.numRecentProgressUpdates": "10000",
      ...options.conf,
    },
    source: options.source,
    tables: [...tables].map((name) => documentTable(name, settings, options)),
    queries: plans.queries.map(({ plan, trigger, sink, partitionBy }) => {
      const checkpoint = options.checkpoints?.get(plan.name);
      return {
        name: plan.name,
        sql: plan.sql,
        outputMode: plan.outputMode,
        streams: streamsOf(plan, plans, settings),
        trigger,
        sink: options.sink ?? documentSink(sink, partitionBy, options.source),
        ...(checkpoint === undefined ? {} : { checkpoint }),
      };
    }),
    progress: options.progress ?? false,
  };
}

/** The options of a Kafka source. */
export interface KafkaSourceOptions {
  readonly servers: readonly string[];
  /** Kafka client properties, by the names of the Java client. */
  readonly properties: Readonly<Record<string, string>>;
  readonly startingOffsets: StartingOffsets;
  /** What to do if a partition has no record at or after the starting time; `error` by default. */
  readonly timestampStrategy?: TimestampStrategy;
  readonly maxOffsetsPerTrigger: number | undefined;
  readonly failOnDataLoss: boolean;
}

/** A Kafka source, with the options of Spark's connector. */
export function kafkaSource(source: KafkaSourceOptions): DocumentSource & { readonly kind: "kafka" } {
  const { servers, properties, startingOffsets, maxOffsetsPerTrigger, failOnDataLoss } = source;
  return {
    kind: "kafka",
    options: {
      "kafka.bootstrap.servers": servers.join(","),
      ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [`kafka.${name}`, value])),
      ...startOptions(startingOffsets, source.timestampStrategy ?? "error"),
      ...(maxOffsetsPerTrigger === undefined ? {} : { maxOffsetsPerTrigger: String(maxOffsetsPerTrigger) }),
      failOnDataLoss: String(failOnDataLoss),
    },
  };
}

/**
 * Spark has a separate option for each kind of start.
 *
 * @throws {SfcrimeError} CONFIG for a mix of offsets and times, which Spark does not support.
 */
function startOptions(start: StartingOffsets, strategy: TimestampStrategy): Record<string, string> {
  if (typeof start === "string") return { startingOffsets: start };
  const byTimestamp = { startingOffsetsByTimestampStrategy: strategy };
  const { timestampMs } = start as { readonly timestampMs?: unknown };
  if (typeof timestampMs === "number") return { startingTimestamp: String(timestampMs), ...byTimestamp };
  const topics = Object.entries(start as Readonly<Record<string, Readonly<Record<string, StartingPlace>>>>);
  const places = topics.flatMap(([, partitions]) => Object.values(partitions));
  if (!places.some((place) => typeof place === "object")) return { startingOffsets: JSON.stringify(start) };
  const times = topics.map(([topic, partitions]) => [
    topic,
    Object.fromEntries(
      Object.entries(partitions).map(([partition, place]) => {
        if (typeof place === "object") return [partition, place.timestampMs];
        throw new SfcrimeError(
          "CONFIG",
          `starting_offsets has an offset for ${topic}-${partition}, but times for other partitions.`,
          {
            hint:
              "Spark accepts either offsets or times: use a time for every partition, or an offset for every one.",
          },
        );
      }),
    ),
  ]);
  return { startingOffsetsByTimestamp: JSON.stringify(Object.fromEntries(times)), ...byTimestamp };
}

function tablesOf({ branches }: QueryPlan): string[] {
  return branches.flatMap(({ steps }) => steps.flatMap((step) => step.kind === "join" ? [step.table] : []));
}

function documentTable(name: string, settings: Settings, { tablePath }: DocumentOptions): DocumentTable {
  const { path, columns } = settings.tables[name]!;
  const file = path ?? tablePath?.(name);
  if (file === undefined) {
    throw new SfcrimeError("CONFIG", `[table.${name}] has no path.`, {
      hint: "Set path to the file of the table.",
    });
  }
  return { name, path: file, columns: parseColumns(columns ?? "", `[table.${name}] columns`).map(column) };
}

function column({ name, field, type }: SourceColumn): DocumentColumn {
  return { name, field, type: typeName(type) };
}

function streamsOf(plan: QueryPlan, { streams }: DocumentPlans, settings: Settings): DocumentStream[] {
  const byName = new Map(plan.branches.map((branch) => [branch.stream, branch]));
  return [...byName].map(([name, branch]) => {
    const columns = parseColumns(settings.streams[name]!.columns ?? "", `[stream.${name}] columns`);
    const keys = deduplicationOf(branch, columns);
    return {
      name,
      topics: subscriptionOf(streams[name]!.topics),
      columns: columns.map(column),
      ...(branch.watermark === undefined ? {} : {
        watermark: { column: branch.watermark.column, delayMs: branch.watermark.delayMs },
      }),
      ...(keys === undefined ? {} : { deduplicate: keys }),
    };
  });
}

function subscriptionOf(topics: TopicSelection): DocumentStream["topics"] {
  return topics.kind === "names"
    ? { subscribe: topics.topics.join(",") }
    : { subscribePattern: topics.pattern };
}

/** The names of the columns that the branch deduplicates by; the plan has their fields. */
function deduplicationOf(
  { deduplication, columns: read }: Branch,
  columns: readonly SourceColumn[],
): string[] | undefined {
  return deduplication?.keys.map((slot) => columns.find(({ field }) => field === read[slot]!.name)!.name);
}

function documentSink(sink: SinkSpec, partitionBy: readonly string[], source: DocumentSource): DocumentSink {
  switch (sink.kind) {
    case "console":
    case "ndjson":
    case "none":
      return { kind: sink.kind };
    case "json":
    case "csv":
    case "parquet":
      return { kind: sink.kind, path: sink.path, partitionBy };
    case "kafka":
      return {
        kind: "kafka",
        topic: sink.topic,
        options: source.kind === "kafka" ? clientOptions(source) : {},
      };
    case "sqlite":
      throw new SfcrimeError("CONFIG", `The sink sqlite:${sink.path} is not supported by Spark.`, {
        hint: "Use console, ndjson, json:PATH, csv:PATH, parquet:PATH, kafka:TOPIC or none.",
      });
  }
}

function clientOptions({ options }: DocumentSource & { readonly kind: "kafka" }): Record<string, string> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name.startsWith("kafka.")));
}
