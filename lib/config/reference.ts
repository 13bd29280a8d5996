/**
 * What every key of the INI file is for, and its default: the one table from which flags and their help,
 * `config show`, the reference in `docs/` and the comments of `config/app.cfg` are made or checked.
 *
 * It is only words: what values a key takes is in `sections.ts`, which help does not have to load.
 */

/** A key of a section. */
export interface Entry {
  /** INI text; empty where the key is not set. */
  readonly default: string;
  /** One or two sentences; the first also stands in `--help`. */
  readonly doc: string;
  /** Whether nothing acts on it yet; one that is set is warned about. */
  readonly withoutEffect?: true;
}

/** The sections whose name is fixed, with their keys. */
export const REFERENCE = {
  kafka: {
    bootstrap_servers: {
      default: "",
      doc: "Kafka's servers. Unset: the embedded broker, a file under the data directory.",
    },
    topic: { default: "sf-police-calls", doc: "The topic that is written and read." },
    client_id: { default: "sfcrime", doc: "How the program calls itself at the broker." },
    group_id: { default: "sfcrime", doc: "The consumer group of `consume`." },
    auto_offset_reset: { default: "earliest", doc: "Where a group starts that has committed nothing yet." },
    num_partitions: { default: "1", doc: "Partitions of a topic that `produce` or a sink makes." },
    replication_factor: {
      default: "1",
      doc: "Copies of each partition of a topic that `produce` or a sink makes.",
    },
    input_file: { default: "", doc: "The records to produce, where [producer] input is not set." },
    progress_interval: {
      default: "10000",
      doc: "Records between two progress lines where there is no terminal; they are at least 5 s apart.",
    },
  },
  producer: {
    input: {
      default: "",
      doc:
        "The records: a JSON array or NDJSON, plain or gzipped; - is stdin, sample the built-in police calls, which are the default for the default topic.",
    },
    rate: { default: "", doc: "Records a second. Unset: as fast as they are taken." },
    interval: { default: "", doc: "Time from one record to the next, instead of a rate." },
    speedup: {
      default: "",
      doc: "Replay in the order of call_date_time, with its pauses divided by this, instead of a rate.",
    },
    key: {
      default: "crime_id",
      doc: "The field whose value becomes the record's key, as a.b where it is in another, or none.",
    },
    timestamp: {
      default: "now",
      doc: "The record's timestamp: the moment of sending, or its call_date_time.",
    },
    compression: { default: "none", doc: "How batches of records are compressed." },
    acks: { default: "all", doc: "Who confirms a record: all replicas in sync, the leader, or nobody." },
    on_error: {
      default: "dead-letter",
      doc: "What happens to a broken record: kept in a file, only counted, or the end of the run.",
    },
    validate: {
      default: "",
      doc:
        "What becomes of a record that does not match the calls schema: lenient sends it with a warning, strict counts it as broken, none sends it. Unset: lenient for the topic of the stream calls, else none.",
    },
    dead_letter_file: {
      default: "",
      doc: "Where broken records are kept. Unset: dead-letters/<topic>.ndjson in the data directory.",
    },
  },
  consumer: {
    group: { default: "", doc: "The consumer group, where it is not that of [kafka] group_id." },
    from: {
      default: "committed",
      doc: "Where reading starts; anything but committed reads without a group.",
    },
    format: { default: "pretty", doc: "How records are printed." },
  },
  analyze: {
    trigger: {
      default: "10s",
      doc: "When micro-batches run: an interval, 0 for as soon as possible, once, or available-now.",
    },
    starting_offsets: {
      default: "",
      doc: "Where a new query starts. Unset: that of [spark], else earliest.",
    },
    starting_offsets_by_timestamp_strategy: {
      default: "error",
      doc:
        "What a partition without a record of the starting time or later does: end the query, or start at latest.",
    },
    max_offsets_per_trigger: {
      default: "",
      doc: "Records in one micro-batch, over all partitions. Unset: that of [spark], else no limit.",
    },
    min_offsets_per_trigger: {
      default: "",
      doc: "Records that are worth a micro-batch: it is put off until there are as many. Unset: any are.",
    },
    max_trigger_delay: {
      default: "15m",
      doc: "The longest that a micro-batch is put off by min_offsets_per_trigger.",
    },
    watermark: {
      default: "call_date_time 10 minutes",
      doc: "The event time of every stream that names no own, and how late a row may be; or none.",
    },
    watermark_policy: {
      default: "min",
      doc: "Whether the slowest or the fastest of several streams decides on the watermark.",
    },
    idle_timeout: {
      default: "",
      doc:
        "How long a stream may be silent before it holds the watermark of the others back no more. Unset: for ever.",
    },
    max_event_time_ahead: {
      default: "",
      doc: "Rows whose event time is further ahead of the clock are left out. Unset: all count.",
    },
    flush_at_end: {
      default: "false",
      doc: "Whether once and available-now give out, at their end, the groups that are still open.",
    },
    late_rows: {
      default: "",
      doc: "A file, or a topic as kafka:TOPIC, that gets a JSON object for each record that comes too late.",
    },
    time_zone: { default: "UTC", doc: "The zone of times that are written without one." },
    workers: { default: "", doc: "Worker threads. Unset: one for each core." },
    sink: { default: "console", doc: "Where rows go." },
    checkpoint: {
      default: "",
      doc: "A directory that holds a checkpoint for each query, from which it goes on after it was stopped.",
    },
    state_memory_mb: {
      default: "1500",
      doc: "What the state of one query may take in memory, in MiB, before the query is ended in good order.",
    },
    progress: {
      default: "",
      doc: "A file that gets a line of JSON for each batch, as Spark's StreamingQueryProgress; - is stdout.",
    },
    fail_on_data_loss: {
      default: "true",
      doc: "Whether records that were deleted before they were read end the query.",
    },
    engine: { default: "local", doc: "What runs the queries." },
  },
  spark: {
    bootstrap_servers: {
      default: "",
      doc: "Kafka as a Spark cluster reaches it, where that differs.",
      withoutEffect: true,
    },
    master: { default: "local[*]", doc: "The Spark master.", withoutEffect: true },
    starting_offsets: { default: "", doc: "As in [analyze], which wins." },
    max_offsets_per_trigger: { default: "", doc: "As in [analyze], which wins." },
    max_rate_per_partition: {
      default: "",
      doc: "Records a second that an analysis takes from each partition. Unset: no limit.",
    },
    input_file: { default: "", doc: "The radio codes, where [table.radio_code] names no path." },
    jars: { default: "", doc: "Jars for spark-submit, separated by commas.", withoutEffect: true },
    packages: {
      default: "",
      doc: "Maven coordinates for spark-submit, separated by commas.",
      withoutEffect: true,
    },
  },
  ui: {
    enabled: { default: "false", doc: "Whether an analysis serves its dashboard.", withoutEffect: true },
    host: { default: "127.0.0.1", doc: "The address that the dashboard binds.", withoutEffect: true },
    port: { default: "4040", doc: "The port of the dashboard; 0 takes a free one.", withoutEffect: true },
  },
  logging: {
    level: { default: "info", doc: "The least serious messages that are shown." },
    format: { default: "text", doc: "Messages for people, or one JSON object a line." },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** The kinds of section that carry a name of the user's, as in `[query.by_type]`, with their keys. */
export const NAMED_REFERENCE = {
  stream: {
    topic: { default: "", doc: "The topic, or several separated by commas. Unset: that of [kafka]." },
    topic_pattern: {
      default: "",
      doc: "A regular expression, instead: all topics whose whole name it fits, also those to come.",
    },
    columns: { default: "", doc: "Columns and types, such as `id STRING, at TIMESTAMP`." },
    watermark: { default: "", doc: "The stream's event time and delay. Unset: that of [analyze]." },
    mode: {
      default: "permissive",
      doc: "Whether a field that does not fit its column is NULL, or ends the query.",
    },
    corrupt_record: {
      default: "",
      doc: "A column that holds the text of each record that does not fit the columns.",
    },
  },
  table: {
    path: { default: "", doc: "The file. Unset, for radio_code: the one that is built in." },
    format: { default: "json", doc: "JSON, an array or one object a line, or CSV with a header." },
    columns: { default: "", doc: "Columns and types; `name TYPE AS other` renames one." },
    reload: {
      default: "false",
      doc: "Whether the file is read again, between two batches, when it has changed.",
    },
  },
  query: {
    sql: { default: "", doc: "The statement; indented lines below it belong to it." },
    sql_file: { default: "", doc: "A file that holds the statement, instead." },
    output_mode: { default: "append", doc: "Which rows a batch gives: final ones, changed ones, or all." },
    watermark: { default: "", doc: "The query's own watermark. Unset: that of its stream." },
    trigger: { default: "", doc: "The query's own trigger. Unset: that of [analyze]." },
    sink: { default: "", doc: "The query's own sink. Unset: that of [analyze]." },
    checkpoint: { default: "", doc: "The query's own checkpoint directory." },
    deduplicate: { default: "", doc: "Columns by which a row counts once within the watermark." },
    partition_by: {
      default: "",
      doc: "Columns by whose values the files of a sink are divided into directories.",
    },
    tombstones: {
      default: "false",
      doc: "Whether a topic is told, by records without a value, of groups that a watermark has ended.",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** The Kafka client properties that `[kafka]` and `-X` take, by the names that librdkafka and Java use. */
export const CLIENT_PROPERTY_REFERENCE = {
  "security.protocol": { doc: "How to talk to the brokers." },
  "sasl.mechanism": { doc: "How to log in." },
  "sasl.username": { doc: "The user to log in as." },
  "sasl.password": { doc: "The password of that user.", secret: true },
  "ssl.ca.location": { doc: "The certificates to trust, as a PEM file." },
  "ssl.certificate.location": { doc: "The client's certificate, as a PEM file." },
  "ssl.key.location": { doc: "The client's private key, as a PEM file." },
  "ssl.key.password": { doc: "The password of that key.", secret: true },
  "enable.ssl.certificate.verification": { doc: "Whether the broker's certificate is checked." },
  "request.timeout.ms": { doc: "How long to wait for an answer." },
  "socket.connection.setup.timeout.ms": { doc: "How long to wait for a connection." },
  "check.crcs": { doc: "Whether an analysis checks the checksum of every batch, as `consume` always does." },
} as const satisfies Readonly<Record<string, ClientProperty>>;

/** A client property; `secret` ones are never shown. */
export interface ClientProperty {
  readonly doc: string;
  readonly secret?: true;
}

/** The prefix of environment variables that set something. */
const ENVIRONMENT_PREFIX = "SFCRIME";

/** The environment variable of a setting: `kafka.sasl.password` is `SFCRIME_KAFKA_SASL_PASSWORD`. */
export function environmentVariable(section: string, key: string): string {
  return [ENVIRONMENT_PREFIX, section, key].join("_").replaceAll(".", "_").toUpperCase();
}

/** The names of all variables that set something. The program reads them one by one: it may not list them. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...Object.entries(REFERENCE).flatMap(([section, keys]) =>
    Object.keys(keys).map((key) => environmentVariable(section, key))
  ),
  ...Object.keys(CLIENT_PROPERTY_REFERENCE).map((name) => environmentVariable("kafka", name)),
];

/** Variables that are read and are no settings. */
export const OTHER_ENVIRONMENT_NAMES: readonly string[] = ["SFCRIME_DATA_DIR", "SFCRIME_CONFIG", "NO_COLOR"];
