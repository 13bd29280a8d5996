/**
 * The plan of an analysis as the Spark job takes it (`job.py`): plain data that can be written as JSON, and all
 * that the job knows. Spark parses the SQL itself; what comes from our plan is what stands around it: which
 * streams a query reads, by which columns, with which watermark and deduplication.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { Settings } from "../config/settings.ts";
import type { TopicSelection } from "../config/topic_selection.ts";
import type {
  SinkSpec,
  StartingOffsets,
  StartingPlace,
  TimestampStrategy,
  TriggerSpec,
} from "../config/values.ts";
import { typeName } from "../records/data_type.ts";
import { parseColumns, type SourceColumn } from "../sql/catalog.ts";
import type { Branch, OutputMode, QueryPlan } from "../sql/plan.ts";

/** A column: what it is called in SQL and in the record, and its type in Spark's DDL. */
export interface DocumentColumn {
  readonly name: string;
  readonly field: string;
  readonly type: string;
}

/** A stream, as one query sees it. */
export interface DocumentStream {
  readonly name: string;
  /** Which topics are read, by the option of Spark's connector for it. */
  readonly topics: { readonly subscribe: string } | { readonly subscribePattern: string };
  readonly columns: readonly DocumentColumn[];
  readonly watermark?: { readonly column: string; readonly delayMs: number };
  /** Columns by which rows count once within the watermark. */
  readonly deduplicate?: readonly string[];
}

/** A static table: a file of JSON, an array or values that follow each other; gzipped or not. */
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
  /** Without one, every run starts afresh. */
  readonly checkpoint?: string;
}

/** See the module's description. */
export interface PlanDocument {
  /** Spark's own settings. Those that begin with `spark.sql.` also hold where a session has begun already. */
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

/** What a document is made of, besides plans and settings. */
export interface DocumentOptions {
  readonly source: DocumentSource;
  readonly conf?: Readonly<Record<string, string>>;
  /** In place of the sinks of the queries. */
  readonly sink?: DocumentSink;
  /** The file of a table whose path is not set. */
  readonly tablePath?: (table: string) => string | undefined;
  readonly checkpoints?: ReadonlyMap<string, string>;
  readonly progress?: boolean;
}

/**
 * Makes the document of some queries.
 *
 * @throws {SfcrimeError} CONFIG for a sink that Spark does not have, or a table without a file.
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

/** How a Kafka source begins, and how much a batch takes. */
export interface KafkaSourceOptions {
  readonly servers: readonly string[];
  /** Kafka client properties by the names of the Java client. */
  readonly properties: Readonly<Record<string, string>>;
  readonly startingOffsets: StartingOffsets;
  /** What a partition does that no record of its starting time has reached. `error` where it is absent. */
  readonly timestampStrategy?: TimestampStrategy;
  readonly maxOffsetsPerTrigger: number | undefined;
  readonly failOnDataLoss: boolean;
}

/** The source of topics of a Kafka, with the options of Spark's connector. */
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
 * Spark has an option for each kind of start.
 *
 * @throws {SfcrimeError} CONFIG for offsets and times beside each other, which Spark does not take.
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
          `starting_offsets names an offset of ${topic}-${partition} beside times of other partitions.`,
          {
            hint:
              "Spark takes either offsets or times: name a time for each partition, or an offset for each.",
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
    throw new SfcrimeError("CONFIG", `[table.${name}] has no path.`, { hint: "Set it to the table's file." });
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

/** The names of the columns that the branch deduplicates by; it knows them by their fields. */
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
      throw new SfcrimeError("CONFIG", `The sink sqlite:${sink.path} is not one that Spark has.`, {
        hint: "Use console, ndjson, json:PATH, csv:PATH, parquet:PATH, kafka:TOPIC or none.",
      });
  }
}

function clientOptions({ options }: DocumentSource & { readonly kind: "kafka" }): Record<string, string> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name.startsWith("kafka.")));
}
