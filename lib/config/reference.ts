/**
 * Every key of the INI file with its description and default: the single table from which flags and their
 * help, `config show`, the reference in `docs/` and the comments in `config/app.cfg` are generated or
 * checked.
 *
 * It is only text: the values that a key takes are in `sections.ts`, which `--help` does not have to load.
 */

/** A key of a section. */
export interface Entry {
  /** INI text; empty if the key is unset by default. */
  readonly default: string;
  /** One or two sentences; the first is also in `--help`. */
  readonly doc: string;
  /** Whether the key has no effect yet; setting it causes a warning. */
  readonly withoutEffect?: true;
}

/** The sections with a fixed name, and their keys. */
export const REFERENCE = {
  kafka: {
    bootstrap_servers: {
      default: "",
      doc: "Kafka bootstrap servers. Unset: the embedded broker, a file in the data directory.",
    },
    topic: { default: "sf-police-calls", doc: "The topic to write to and read from." },
    client_id: { default: "sfcrime", doc: "The client id sent to the broker." },
    group_id: { default: "sfcrime", doc: "The consumer group that `consume` joins." },
    auto_offset_reset: {
      default: "earliest",
      doc: "Where a consumer group without committed offsets starts.",
    },
    num_partitions: { default: "1", doc: "Number of partitions of topics that `produce` or a sink creates." },
    replication_factor: {
      default: "1",
      doc: "Replication factor of topics that `produce` or a sink creates.",
    },
    input_file: { default: "", doc: "The records to produce, if [producer] input is not set." },
    progress_interval: {
      default: "10000",
      doc:
        "Records between two progress lines if stderr is not a terminal; the lines are at least 5 s apart.",
    },
  },
  producer: {
    input: {
      default: "",
      doc:
        "The records to produce: a JSON array or NDJSON, plain or gzipped; - is stdin, sample is the built-in police calls, the default for the default topic.",
    },
    rate: { default: "", doc: "Records per second. Unset: no limit." },
    interval: { default: "", doc: "Time between two records, instead of a rate." },
    speedup: {
      default: "",
      doc:
        "Replay records in order of call_date_time, this many times faster than real time, instead of a rate.",
    },
    key: {
      default: "crime_id",
      doc: "The field to use as the record key, a.b for a nested field, or none.",
    },
    timestamp: {
      default: "now",
      doc: "The record timestamp: the time of sending, or call_date_time.",
    },
    compression: { default: "none", doc: "Compression codec for record batches." },
    acks: {
      default: "all",
      doc: "Acknowledgements to wait for: all in-sync replicas, the leader only, or none.",
    },
    on_error: {
      default: "dead-letter",
      doc: "What to do with a broken record: write it to the dead letter file, skip it, or stop.",
    },
    validate: {
      default: "",
      doc:
        "What to do with a record that does not match the calls schema: lenient sends it with a warning, strict treats it as broken, none does not check. Unset: lenient for the topic of the stream calls, else none.",
    },
    dead_letter_file: {
      default: "",
      doc: "The file for broken records. Unset: dead-letters/<topic>.ndjson in the data directory.",
    },
  },
  consumer: {
    group: { default: "", doc: "The consumer group. Unset: that of [kafka] group_id." },
    from: {
      default: "committed",
      doc: "Where to start reading; anything but committed reads without a consumer group.",
    },
    format: { default: "pretty", doc: "Output format of records." },
  },
  analyze: {
    trigger: {
      default: "10s",
      doc: "When to run micro-batches: at an interval, 0 for as soon as possible, once, or available-now.",
    },
    starting_offsets: {
      default: "",
      doc: "Where a new query starts reading. Unset: that of [spark], else earliest.",
    },
    starting_offsets_by_timestamp_strategy: {
      default: "error",
      doc:
        "What to do if a partition has no record at or after the starting time: fail with an error, or start at latest.",
    },
    max_offsets_per_trigger: {
      default: "",
      doc:
        "Maximum number of records in a micro-batch, over all partitions. Unset: that of [spark], else no limit.",
    },
    min_offsets_per_trigger: {
      default: "",
      doc:
        "Minimum number of records in a micro-batch: it is delayed until there are as many. Unset: no minimum.",
    },
    max_trigger_delay: {
      default: "15m",
      doc: "The longest that min_offsets_per_trigger delays a micro-batch.",
    },
    watermark: {
      default: "call_date_time 10 minutes",
      doc: "Event-time column and allowed lateness, for streams that set none; or none.",
    },
    watermark_policy: {
      default: "min",
      doc: "Whether the watermark of a query over several streams is the minimum or the maximum of theirs.",
    },
    idle_timeout: {
      default: "",
      doc: "Idle time after which a silent stream stops holding back the watermark. Unset: never.",
    },
    max_event_time_ahead: {
      default: "",
      doc: "Drop rows whose event time is further ahead of the clock than this. Unset: keep all rows.",
    },
    flush_at_end: {
      default: "false",
      doc: "Whether once and available-now emit the groups that are still open before they end.",
    },
    late_rows: {
      default: "",
      doc: "A file, or a topic as kafka:TOPIC, for late records, as JSON objects.",
    },
    time_zone: { default: "UTC", doc: "Time zone of times without one." },
    workers: { default: "", doc: "Number of worker threads. Unset: one per core." },
    sink: { default: "console", doc: "Where rows go." },
    checkpoint: {
      default: "",
      doc: "Directory for the checkpoints of the queries, from which they resume after a restart.",
    },
    state_memory_mb: {
      default: "1500",
      doc: "Memory limit for the state of one query, in MiB; a query that exceeds it is stopped cleanly.",
    },
    progress: {
      default: "",
      doc: "A file for progress, one JSON line per batch, as Spark's StreamingQueryProgress; - is stdout.",
    },
    fail_on_data_loss: {
      default: "true",
      doc: "Whether the query fails if records were deleted before it read them.",
    },
    engine: { default: "local", doc: "The engine that runs the queries." },
  },
  spark: {
    bootstrap_servers: {
      default: "",
      doc: "Kafka bootstrap servers for the Spark cluster, if they differ.",
      withoutEffect: true,
    },
    master: { default: "local[*]", doc: "The Spark master URL.", withoutEffect: true },
    starting_offsets: { default: "", doc: "As in [analyze], which wins." },
    max_offsets_per_trigger: { default: "", doc: "As in [analyze], which wins." },
    max_rate_per_partition: {
      default: "",
      doc: "Maximum number of records per second to read from each partition. Unset: no limit.",
    },
    input_file: { default: "", doc: "The radio codes, if [table.radio_code] sets no path." },
    jars: { default: "", doc: "Jars for spark-submit, separated by commas.", withoutEffect: true },
    packages: {
      default: "",
      doc: "Maven coordinates for spark-submit, separated by commas.",
      withoutEffect: true,
    },
  },
  ui: {
    enabled: { default: "false", doc: "Whether `analyze` serves a dashboard.", withoutEffect: true },
    host: { default: "127.0.0.1", doc: "The address that the dashboard listens on.", withoutEffect: true },
    port: { default: "4040", doc: "The port of the dashboard; 0 picks a free port.", withoutEffect: true },
  },
  logging: {
    level: { default: "info", doc: "The lowest level of messages to show." },
    format: { default: "text", doc: "Format of messages: text, or one JSON object per line." },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** The sections with a user-defined name, as in `[query.by_type]`, and their keys. */
export const NAMED_REFERENCE = {
  stream: {
    topic: { default: "", doc: "The topic, or several, separated by commas. Unset: that of [kafka]." },
    topic_pattern: {
      default: "",
      doc: "A regular expression, instead of topic: all topics whose full name matches, including new ones.",
    },
    columns: { default: "", doc: "Column names and types, such as `id STRING, at TIMESTAMP`." },
    watermark: { default: "", doc: "Event-time column and allowed lateness. Unset: that of [analyze]." },
    mode: {
      default: "permissive",
      doc:
        "What to do with a field that does not fit the type of its column: set it to NULL, or fail the query.",
    },
    corrupt_record: {
      default: "",
      doc: "A column for the text of records that do not fit the columns.",
    },
  },
  table: {
    path: { default: "", doc: "The file. Unset: the built-in one, for radio_code." },
    format: {
      default: "json",
      doc: "File format: JSON (an array or one object per line), or CSV with a header.",
    },
    columns: { default: "", doc: "Column names and types; `name TYPE AS other` renames a column." },
    reload: {
      default: "false",
      doc: "Whether to reload the file between batches when it has changed.",
    },
  },
  query: {
    sql: { default: "", doc: "The SQL statement; indented lines continue it." },
    sql_file: { default: "", doc: "A file with the SQL statement, instead of sql." },
    output_mode: {
      default: "append",
      doc: "Which rows a batch emits: final rows, changed rows, or all rows.",
    },
    watermark: { default: "", doc: "Event-time column and allowed lateness. Unset: that of the stream." },
    trigger: { default: "", doc: "The trigger of this query. Unset: that of [analyze]." },
    sink: { default: "", doc: "The sink of this query. Unset: that of [analyze]." },
    checkpoint: { default: "", doc: "The checkpoint directory of this query." },
    deduplicate: { default: "", doc: "Columns to drop duplicates by, within the watermark." },
    partition_by: {
      default: "",
      doc: "Columns to partition the files of a sink by, one directory per value.",
    },
    tombstones: {
      default: "false",
      doc: "Whether a Kafka sink sends a tombstone for each group that the watermark has closed.",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** The Kafka client properties that `[kafka]` and `-X` accept, by the names that librdkafka and Java use. */
export const CLIENT_PROPERTY_REFERENCE = {
  "security.protocol": { doc: "Protocol used to talk to the brokers." },
  "sasl.mechanism": { doc: "SASL mechanism used for authentication." },
  "sasl.username": { doc: "SASL user name." },
  "sasl.password": { doc: "SASL password.", secret: true },
  "ssl.ca.location": { doc: "PEM file with the CA certificates to trust." },
  "ssl.certificate.location": { doc: "PEM file with the client certificate." },
  "ssl.key.location": { doc: "PEM file with the client's private key." },
  "ssl.key.password": { doc: "Password of the private key.", secret: true },
  "enable.ssl.certificate.verification": { doc: "Whether to verify the broker's certificate." },
  "request.timeout.ms": { doc: "How long to wait for a response." },
  "socket.connection.setup.timeout.ms": { doc: "How long to wait for a connection to be set up." },
  "check.crcs": {
    doc: "Whether `analyze` verifies the checksum of every record batch, as `consume` always does.",
  },
} as const satisfies Readonly<Record<string, ClientProperty>>;

/** A client property; the values of `secret` ones are never shown. */
export interface ClientProperty {
  readonly doc: string;
  readonly secret?: true;
}

/** The prefix of environment variables for settings. */
const ENVIRONMENT_PREFIX = "SFCRIME";

/** The environment variable for a setting: `SFCRIME_KAFKA_SASL_PASSWORD` for `kafka.sasl.password`. */
export function environmentVariable(section: string, key: string): string {
  return [ENVIRONMENT_PREFIX, section, key].join("_").replaceAll(".", "_").toUpperCase();
}

/**
 * The names of all environment variables for settings. The program reads each by name: it may not list the
 * environment.
 */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...Object.entries(REFERENCE).flatMap(([section, keys]) =>
    Object.keys(keys).map((key) => environmentVariable(section, key))
  ),
  ...Object.keys(CLIENT_PROPERTY_REFERENCE).map((name) => environmentVariable("kafka", name)),
];

/** Other environment variables that are read. */
export const OTHER_ENVIRONMENT_NAMES: readonly string[] = ["SFCRIME_DATA_DIR", "SFCRIME_CONFIG", "NO_COLOR"];
