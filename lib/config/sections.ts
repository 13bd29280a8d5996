/** The type of each key of the INI file. The keys are described in `reference/`. */
import { DATA_SET_PAGE_ROWS_MAX } from "../base/bounds.ts";
import { LOG_FORMATS, LOG_TIMES } from "../base/log_levels.ts";
import type { NAMED_REFERENCE } from "./reference/named_keys.ts";
import type { REFERENCE } from "./reference/reference.ts";
import { lateRowsPlace } from "./values/late_rows_value.ts";
import { logLevels } from "./values/log_levels_value.ts";
import { sparkMaster } from "./values/spark/spark_master.ts";
import { sparkRemote } from "./values/spark/spark_remote.ts";
import { formatOptions, keyFormat, recordFormat, valueFormat } from "./values/record_format.ts";
import { escapedBytes } from "./values/text/escaped_bytes.ts";
import {
  dataSet,
  dataSetColumn,
  dataSetOrNone,
  headers,
  inputFormat,
  paths,
  producerSource,
  timestampSource,
  transactionInterval,
} from "./values/input_values.ts";
import { printedFormat } from "./values/printed_format.ts";
import { readFrom, rowsFrom } from "./values/read_places.ts";
import { httpUrl, schemaChoice } from "./values/registry_values.ts";
import { retention, topicConfig } from "./values/new_topic_values.ts";
import {
  duration,
  type Kind,
  oneOf,
  path,
  positiveNumber,
  servers,
  sink,
  startingOffsets,
  text,
  timeZone,
  token,
  topicName,
  topicNames,
  trigger,
  watermark,
  wholeNumber,
  yesOrNo,
} from "./values/values.ts";

/** A key that may be unset. */
function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return kind as Kind<T | undefined>;
}

const MANY = Number.MAX_SAFE_INTEGER;

/** The kinds of keys; each key has an entry in the reference. */
type KindsOf<R> = { readonly [S in keyof R]: { readonly [K in keyof R[S]]: Kind<unknown> } };

/** The sections with a fixed name. */
export const SECTIONS = {
  kafka: {
    bootstrap_servers: optional(servers),
    topic: topicName,
    client_id: text,
    group_id: text,
    auto_offset_reset: oneOf("earliest", "latest"),
    num_partitions: wholeNumber(1, 10_000),
    replication_factor: wholeNumber(1, 100),
    retention: optional(retention),
    topic_config: optional(topicConfig),
    input_file: optional(path),
    progress_interval: wholeNumber(1, MANY),
  },
  producer: {
    source: optional(producerSource),
    input: optional(paths),
    input_format: optional(inputFormat),
    delimiter: optional(escapedBytes),
    rate: optional(positiveNumber),
    interval: optional(duration(1)),
    speedup: optional(positiveNumber),
    sort_by: optional(text),
    key: text,
    key_template: optional(text),
    key_delimiter: optional(escapedBytes),
    headers: optional(headers),
    timestamp: timestampSource,
    partitioner: oneOf("record", "murmur2", "round-robin"),
    compression: oneOf("none", "gzip", "snappy", "lz4", "zstd"),
    acks: oneOf("all", "1", "0"),
    linger: duration(0),
    batch_bytes: optional(wholeNumber(1, 1_000_000)),
    transactional: yesOrNo,
    transactional_id: optional(text),
    transaction_records: optional(wholeNumber(1, MANY)),
    transaction_interval: transactionInterval,
    value_format: valueFormat,
    value_schema: optional(schemaChoice),
    subject: optional(text),
    message: optional(text),
    key_format: keyFormat,
    key_schema: optional(schemaChoice),
    key_subject: optional(text),
    key_message: optional(text),
    on_error: oneOf("dead-letter", "skip", "fail"),
    validate: optional(oneOf("none", "lenient", "strict")),
    dead_letter_file: optional(path),
  },
  consumer: {
    group: optional(text),
    from: readFrom,
    isolation_level: oneOf("read_committed", "read_uncommitted"),
    format: printedFormat,
    value_format: valueFormat,
    value_schema: optional(schemaChoice),
    message: optional(text),
    key_format: keyFormat,
    key_schema: optional(schemaChoice),
    key_message: optional(text),
  },
  analyze: {
    trigger: trigger,
    starting_offsets: optional(startingOffsets),
    starting_offsets_by_timestamp_strategy: oneOf("error", "latest"),
    max_offsets_per_trigger: optional(wholeNumber(1, MANY)),
    min_offsets_per_trigger: optional(wholeNumber(1, MANY)),
    max_trigger_delay: duration(1),
    watermark: watermark,
    watermark_policy: oneOf("min", "max"),
    idle_timeout: optional(duration(1)),
    max_event_time_ahead: optional(duration(0)),
    flush_at_end: yesOrNo,
    late_rows: optional(lateRowsPlace),
    time_zone: timeZone,
    workers: optional(wholeNumber(1, 256)),
    sink: sink,
    checkpoint: optional(path),
    state_memory_mb: wholeNumber(1, 1_000_000),
    progress: optional(path),
    fail_on_data_loss: yesOrNo,
    engine: oneOf("local", "spark"),
  },
  spark: {
    remote: optional(sparkRemote),
    ca_file: optional(path),
    token_file: optional(path),
    bootstrap_servers: optional(servers),
    master: sparkMaster,
    deploy_mode: oneOf("client", "cluster"),
    starting_offsets: optional(startingOffsets),
    max_offsets_per_trigger: optional(wholeNumber(1, MANY)),
    max_rate_per_partition: optional(positiveNumber),
    input_file: optional(path),
    jars: optional(text),
    packages: optional(text),
  },
  registry: {
    url: optional(httpUrl),
    username: optional(text),
    password: optional(text),
    password_file: optional(path),
    token: optional(text),
    token_file: optional(path),
    ca_file: optional(path),
    subject_names: oneOf("topic", "record", "topic-record"),
  },
  datasf: {
    url: httpUrl,
    dataset: dataSet,
    history: dataSetOrNone,
    from: rowsFrom,
    select: text,
    where: optional(text),
    time_column: dataSetColumn,
    id_column: dataSetColumn,
    time_zone: timeZone,
    overlap: duration(0),
    page_size: wholeNumber(1, DATA_SET_PAGE_ROWS_MAX),
    poll_interval: duration(1),
    token: optional(text),
    token_file: optional(path),
    ca_file: optional(path),
  },
  ui: {
    enabled: yesOrNo,
    host: text,
    port: wholeNumber(0, 65_535),
    token: optional(token),
    token_file: optional(path),
    lag_limit: optional(wholeNumber(1, MANY)),
  },
  logging: {
    level: logLevels,
    format: oneOf(...LOG_FORMATS),
    time: oneOf(...LOG_TIMES),
  },
} as const satisfies KindsOf<typeof REFERENCE>;

/** The sections with a user-defined name. */
export const NAMED_SECTIONS = {
  stream: {
    topic: optional(topicNames),
    topic_pattern: optional(text),
    columns: optional(text),
    watermark: optional(watermark),
    format: recordFormat,
    format_options: optional(formatOptions),
    schema: optional(schemaChoice),
    subject: optional(text),
    message: optional(text),
    key_format: optional(recordFormat),
    key_format_options: optional(formatOptions),
    key_schema: optional(schemaChoice),
    key_subject: optional(text),
    key_message: optional(text),
    registry: optional(yesOrNo),
    mode: oneOf("permissive", "failfast"),
    corrupt_record: optional(text),
  },
  table: {
    path: optional(path),
    format: oneOf("json", "csv"),
    columns: optional(text),
    reload: yesOrNo,
  },
  query: {
    sql: optional(text),
    sql_file: optional(path),
    output_mode: oneOf("append", "update", "complete"),
    watermark: optional(watermark),
    trigger: optional(trigger),
    sink: optional(sink),
    checkpoint: optional(path),
    deduplicate: optional(text),
    partition_by: optional(text),
    tombstones: yesOrNo,
    ui_only: yesOrNo,
  },
} as const satisfies KindsOf<typeof NAMED_REFERENCE>;

type ValueOf<K> = K extends Kind<infer T> ? T : never;
type Values<S> = { readonly [Key in keyof S]: ValueOf<S[Key]> };

/** The name of a section with a fixed name. */
export type SectionName = keyof typeof SECTIONS;
/** The typed values of all fixed sections. */
export type SectionValues = { readonly [S in SectionName]: Values<(typeof SECTIONS)[S]> };
/** The kind of a section with a user-defined name. */
export type NamedSectionKind = keyof typeof NAMED_SECTIONS;
/** The typed values of one `[stream.NAME]`. */
export type StreamSettings = Values<(typeof NAMED_SECTIONS)["stream"]>;
/** The typed values of one `[table.NAME]`. */
export type TableSettings = Values<(typeof NAMED_SECTIONS)["table"]>;
/** The typed values of one `[query.NAME]`. */
export type QuerySettings = Values<(typeof NAMED_SECTIONS)["query"]>;
