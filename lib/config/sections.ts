/**
 * Every section and key of the INI file: the one table from which validation, defaults, flags, `config
 * show`, the reference in `docs/` and the comments of `config/app.cfg` are made or checked.
 *
 * A default is INI text, read by the same schema as a user's value; the empty text means "not set".
 */
import { LOG_FORMATS, LOG_LEVELS } from "../base/log.ts";
import {
  duration,
  type Kind,
  oneOf,
  path,
  positiveNumber,
  readFrom,
  servers,
  sink,
  startingOffsets,
  text,
  timeZone,
  topicName,
  trigger,
  watermark,
  wholeNumber,
  yesOrNo,
} from "./values.ts";

/** One key of a section. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  readonly default: string;
  /** One or two sentences for the reference; the first also stands in `--help`. */
  readonly doc: string;
}

/** A key that has a value even when nobody sets it. */
function withDefault<T>(kind: Kind<T>, fallback: string, doc: string): Setting<T> {
  return { kind, default: fallback, doc };
}

/** A key that may stay unset. */
function optional<T>(kind: Kind<T>, doc: string): Setting<T | undefined> {
  return { kind: kind as Kind<T | undefined>, default: "", doc };
}

const MANY = Number.MAX_SAFE_INTEGER;

/** The sections whose name is fixed, with their keys. */
export const SECTIONS = {
  kafka: {
    bootstrap_servers: optional(
      servers,
      "Kafka's servers. Unset: the embedded broker, a file under the data directory.",
    ),
    topic: withDefault(topicName, "sf-police-calls", "The topic that is written and read."),
    client_id: withDefault(text, "sfcrime", "How the program calls itself at the broker."),
    group_id: withDefault(text, "sfcrime", "The consumer group of `consume`."),
    auto_offset_reset: withDefault(
      oneOf("earliest", "latest"),
      "earliest",
      "Where a group starts that has committed nothing yet.",
    ),
    num_partitions: withDefault(
      wholeNumber(1, 10_000),
      "1",
      "Partitions of a topic that `produce` creates.",
    ),
    replication_factor: withDefault(
      wholeNumber(1, 100),
      "1",
      "Copies of each partition of a topic that `produce` creates.",
    ),
    input_file: optional(path, "The calls to produce, where [producer] input is not set."),
    progress_interval: withDefault(
      wholeNumber(1, MANY),
      "10000",
      "Records between two progress lines where there is no terminal.",
    ),
  },
  producer: {
    input: optional(
      path,
      "The calls: a JSON array or NDJSON, plain or gzipped; - is stdin. Unset: the sample that is built in.",
    ),
    rate: optional(positiveNumber, "Records a second. Unset: as fast as they are taken."),
    interval: optional(duration(1), "Time from one record to the next, instead of a rate."),
    speedup: optional(
      positiveNumber,
      "Replay in the order of call_date_time, with its pauses divided by this, instead of a rate.",
    ),
    key: withDefault(text, "crime_id", "The field whose value becomes the record's key, or none."),
    timestamp: withDefault(
      oneOf("now", "event"),
      "now",
      "The record's timestamp: the moment of sending, or its call_date_time.",
    ),
    compression: withDefault(
      oneOf("none", "gzip", "snappy", "lz4", "zstd"),
      "none",
      "How batches of records are compressed.",
    ),
    acks: withDefault(
      oneOf("all", "1", "0"),
      "all",
      "Who confirms a record: all replicas in sync, the leader, or nobody.",
    ),
    on_error: withDefault(
      oneOf("dead-letter", "skip", "fail"),
      "dead-letter",
      "What happens to a broken record: kept in a file, only counted, or the end of the run.",
    ),
    validate: withDefault(
      oneOf("lenient", "strict"),
      "lenient",
      "Whether a record that breaks the calls' schema is sent with a warning, or counts as broken.",
    ),
    dead_letter_file: optional(
      path,
      "Where broken records are kept. Unset: dead-letters/<topic>.ndjson in the data directory.",
    ),
  },
  consumer: {
    group: optional(text, "The consumer group, where it is not that of [kafka] group_id."),
    from: withDefault(
      readFrom,
      "committed",
      "Where reading starts; anything but committed reads without a group.",
    ),
    format: withDefault(oneOf("pretty", "ndjson", "value"), "pretty", "How records are printed."),
  },
  analyze: {
    trigger: withDefault(
      trigger,
      "10s",
      "When micro-batches run: an interval, 0 for as soon as possible, once, or available-now.",
    ),
    starting_offsets: optional(
      startingOffsets,
      "Where a new query starts. Unset: that of [spark], else earliest.",
    ),
    max_offsets_per_trigger: optional(
      wholeNumber(1, MANY),
      "Records in one micro-batch, over all partitions. Unset: that of [spark], else no limit.",
    ),
    watermark: withDefault(
      watermark,
      "call_date_time 10 minutes",
      "The event time of every stream that names no own, and how late a row may be; or none.",
    ),
    time_zone: withDefault(timeZone, "UTC", "The zone of times that are written without one."),
    workers: optional(wholeNumber(1, 256), "Worker threads. Unset: one for each core."),
    sink: withDefault(sink, "console", "Where rows go."),
    checkpoint: optional(path, "A directory for what a query needs to go on after it was stopped."),
    engine: withDefault(oneOf("local"), "local", "What runs the queries."),
  },
  spark: {
    bootstrap_servers: optional(
      servers,
      "Kafka as a Spark cluster reaches it, where that differs.",
    ),
    master: withDefault(text, "local[*]", "The Spark master."),
    starting_offsets: optional(startingOffsets, "As in [analyze], which wins."),
    max_offsets_per_trigger: optional(wholeNumber(1, MANY), "As in [analyze], which wins."),
    max_rate_per_partition: optional(
      positiveNumber,
      "Records a second that an analysis takes from each partition. Unset: no limit.",
    ),
    input_file: optional(path, "The radio codes, where [table.radio_code] names no path."),
    jars: optional(text, "Jars for spark-submit, separated by commas."),
    packages: optional(text, "Maven coordinates for spark-submit, separated by commas."),
  },
  ui: {
    enabled: withDefault(yesOrNo, "false", "Whether an analysis serves its dashboard."),
    host: withDefault(text, "127.0.0.1", "The address that the dashboard binds."),
    port: withDefault(
      wholeNumber(0, 65_535),
      "4040",
      "The port of the dashboard; 0 takes a free one.",
    ),
  },
  logging: {
    level: withDefault(oneOf(...LOG_LEVELS), "info", "The least serious messages that are shown."),
    format: withDefault(
      oneOf(...LOG_FORMATS),
      "text",
      "Messages for people, or one JSON object a line.",
    ),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Setting<unknown>>>>>;

/** The kinds of section that carry a name of the user's, as in `[query.by_type]`, with their keys. */
export const NAMED_SECTIONS = {
  stream: {
    topic: optional(topicName, "The topic. Unset: that of [kafka]."),
    columns: optional(text, "Columns and types, such as `id STRING, at TIMESTAMP`."),
    watermark: optional(watermark, "The stream's event time and delay. Unset: that of [analyze]."),
  },
  table: {
    path: optional(path, "The file. Unset, for radio_code: the one that is built in."),
    columns: optional(text, "Columns and types; `name TYPE AS other` renames one."),
  },
  query: {
    sql: optional(text, "The statement; indented lines below it belong to it."),
    sql_file: optional(path, "A file that holds the statement, instead."),
    output_mode: withDefault(
      oneOf("append", "update", "complete"),
      "append",
      "Which rows a batch gives: final ones, changed ones, or all.",
    ),
    watermark: optional(watermark, "The query's own watermark. Unset: that of its stream."),
    trigger: optional(trigger, "The query's own trigger. Unset: that of [analyze]."),
    sink: optional(sink, "The query's own sink. Unset: that of [analyze]."),
    checkpoint: optional(path, "The query's own checkpoint directory."),
    deduplicate: optional(text, "Columns by which a row counts once within the watermark."),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Setting<unknown>>>>>;

type ValueOf<S> = S extends Setting<infer T> ? T : never;
type Values<K> = { readonly [Key in keyof K]: ValueOf<K[Key]> };

/** The name of a section with a fixed name. */
export type SectionName = keyof typeof SECTIONS;
/** The typed values of all fixed sections. */
export type SectionValues = { readonly [S in SectionName]: Values<(typeof SECTIONS)[S]> };
/** The kind of a section with a user's name. */
export type NamedSectionKind = keyof typeof NAMED_SECTIONS;
/** The typed values of one `[stream.NAME]`. */
export type StreamSettings = Values<(typeof NAMED_SECTIONS)["stream"]>;
/** The typed values of one `[table.NAME]`. */
export type TableSettings = Values<(typeof NAMED_SECTIONS)["table"]>;
/** The typed values of one `[query.NAME]`. */
export type QuerySettings = Values<(typeof NAMED_SECTIONS)["query"]>;
