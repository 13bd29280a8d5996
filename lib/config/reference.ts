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
}

/** The sections with a fixed name, and their keys. */
export const REFERENCE = {
  kafka: {
    bootstrap_servers: {
      default: "",
      doc: "Kafka bootstrap servers. If unset, the embedded broker is used, a file in the data directory.",
    },
    topic: { default: "sf-police-calls", doc: "Topic to write to and read from." },
    client_id: { default: "sfcrime", doc: "Client ID sent to the brokers." },
    group_id: { default: "sfcrime", doc: "Consumer group of `consume`." },
    auto_offset_reset: {
      default: "earliest",
      doc: "Where a group without committed offsets starts: earliest or latest.",
    },
    num_partitions: { default: "1", doc: "Number of partitions of new topics." },
    replication_factor: {
      default: "1",
      doc: "Replication factor of new topics.",
    },
    retention: {
      default: "",
      doc:
        "How long new topics keep records, or forever. If unset, the broker's default, or forever if records are older than that.",
    },
    topic_config: {
      default: "",
      doc: "Kafka settings of new topics, as NAME=VALUE, separated by spaces.",
    },
    input_file: { default: "", doc: "File to produce, if [producer] input is not set." },
    progress_interval: {
      default: "10000",
      doc:
        "Records between progress lines, which are at least 5 s apart; a terminal gets a progress bar instead.",
    },
  },
  producer: {
    source: {
      default: "",
      doc:
        "Where records come from instead of files: datasf is San Francisco's open data, as [datasf] says. First those that are there, then new ones, each once.",
    },
    input: {
      default: "",
      doc:
        "File to read, plain or compressed with gzip or zstd; - for stdin, sample for the built-in police calls, the default for the default topic. Several files are read one after the other.",
    },
    input_format: {
      default: "",
      doc:
        "How records are written: json and ndjson are JSON objects, csv has a header, lines are texts, raw is the whole file or what --delimiter separates; envelope, kcat and kaf are records with all their parts, as consume --format envelope, kcat -J and kaf --output json-each-row print them. If unset, JSON objects in any layout.",
    },
    delimiter: {
      default: "",
      doc:
        "What separates lines or raw records, or the values of CSV; \\n, \\t, \\0 and \\xHH are escapes. If unset, a line break, nothing, and a comma.",
    },
    rate: { default: "", doc: "Records per second. If unset, as fast as possible." },
    interval: { default: "", doc: "Time between records, instead of a rate." },
    speedup: {
      default: "",
      doc:
        "Replay in call_date_time order, this many times as fast as the calls came in, instead of at a fixed rate.",
    },
    sort_by: {
      default: "",
      doc:
        "Sort the records by this field before sending them (a.b for a nested field); numbers and times sort by value, other values as text. If unset, input order.",
    },
    key: {
      default: "crime_id",
      doc: "Field to use as the record key (a.b for a nested field), or none.",
    },
    key_template: {
      default: "",
      doc:
        "Text to use as the record key, instead of a field, with the fields in braces: {district}-{location.zip}. Without fields, all records have the same key.",
    },
    key_delimiter: {
      default: "",
      doc: "What separates the key from the value in lines and raw records. If unset, they have no keys.",
    },
    headers: {
      default: "",
      doc: "Header to add to each record, as NAME=VALUE.",
    },
    timestamp: {
      default: "now",
      doc:
        "Record timestamp: the time of sending (now), the record's call_date_time (event), or the time in another field, as text or in milliseconds. Records of the formats envelope, kcat and kaf keep their own by default.",
    },
    partitioner: {
      default: "record",
      doc:
        "How partitions are chosen: record is the partition that a record of an envelope names, else murmur2; murmur2 is the hash of the key, as in Java's client, and round-robin without a key; round-robin takes partitions in turn.",
    },
    compression: { default: "none", doc: "Compression codec for batches: none, gzip, snappy, lz4 or zstd." },
    acks: {
      default: "all",
      doc: "Acknowledgements to wait for: all in-sync replicas (all), the leader only (1), or none (0).",
    },
    linger: {
      default: "0s",
      doc:
        "How long to hold back records that come one by one, from stdin, a followed file or at a rate, to send them in larger batches.",
    },
    batch_bytes: {
      default: "",
      doc: "Largest batch of a partition, before compression. If unset, as large as brokers take.",
    },
    transactional: {
      default: "false",
      doc:
        "Whether records are sent in transactions, so that readers of committed records see all of one, or none. Kafka only.",
    },
    transactional_id: {
      default: "",
      doc:
        "Transactional ID, which turns transactions on: an earlier producer with the same ID is fenced off. If unset, one for the topic and the inputs.",
    },
    transaction_records: {
      default: "",
      doc: "Most records of a transaction. If unset, only transaction_interval ends it.",
    },
    transaction_interval: {
      default: "1s",
      doc: "Commit a transaction that is as old as this; never for a single one.",
    },
    value_format: {
      default: "json",
      doc: "Format to send values in: json as they are, or encoded as avro, protobuf or json-schema.",
    },
    value_schema: {
      default: "",
      doc: "Schema for the values: a file, which is registered if it is new; or latest, or a version.",
    },
    subject: {
      default: "",
      doc: "Subject of the schema in the registry. If unset, by [registry] subject_names.",
    },
    message: {
      default: "",
      doc: "Message of a Protobuf schema, such as police.Call. If unset, its first one.",
    },
    key_format: {
      default: "text",
      doc:
        "Format to send keys in: text, or the value of the key field encoded as avro, protobuf or json-schema.",
    },
    key_schema: { default: "", doc: "As value_schema, for the keys." },
    key_subject: { default: "", doc: "As subject, for the keys." },
    key_message: { default: "", doc: "As message, for the keys." },
    on_error: {
      default: "dead-letter",
      doc:
        "What to do with a broken record: dead-letter keeps it in a file, skip only counts it, fail stops the run.",
    },
    validate: {
      default: "",
      doc:
        "How to treat a record that does not match the calls schema: lenient sends it with a warning, strict counts it as broken, none does not check. If unset, lenient for the topic of the stream calls, otherwise none.",
    },
    dead_letter_file: {
      default: "",
      doc: "File for broken records. If unset, dead-letters/<topic>.ndjson in the data directory.",
    },
  },
  consumer: {
    group: { default: "", doc: "Consumer group, if not [kafka] group_id." },
    from: {
      default: "committed",
      doc:
        "Where to start: committed, or, without a group, beginning, end, an offset, -N for the last N records of each partition, a time, or -1h for an hour ago.",
    },
    isolation_level: {
      default: "read_committed",
      doc:
        "Which records of transactions are read: committed ones (read_committed), or all, also of transactions that are open or were aborted (read_uncommitted).",
    },
    format: {
      default: "pretty",
      doc:
        "Output format: pretty, ndjson, envelope, value, raw, csv, table, or a template with kcat's letters. A template such as '%t %p %o %k %s\\n' prints the topic, partition, offset, key and value.",
    },
    value_format: {
      default: "json",
      doc: "Format of the values: json, or avro, protobuf or json-schema, which are printed as JSON.",
    },
    value_schema: {
      default: "",
      doc: "File with the schema of the values, if they do not begin with the id of one in the registry.",
    },
    message: {
      default: "",
      doc: "Message of a Protobuf schema in a file. If unset, its first one.",
    },
    key_format: {
      default: "text",
      doc: "Format of the keys: text, or avro, protobuf or json-schema, which are printed as JSON.",
    },
    key_schema: { default: "", doc: "As value_schema, for the keys." },
    key_message: { default: "", doc: "As message, for the keys." },
  },
  analyze: {
    trigger: {
      default: "10s",
      doc: "When to run micro-batches: an interval, 0 for as soon as possible, once, or available-now.",
    },
    starting_offsets: {
      default: "",
      doc:
        "Where a new query starts: earliest, latest, a time, JSON with an offset or a time per partition, or after the last batch of a checkpoint of either engine. If unset, as in [spark], otherwise earliest.",
    },
    starting_offsets_by_timestamp_strategy: {
      default: "error",
      doc:
        "What to do with a partition that has no record at or after the starting time: end the query (error), or start at its end (latest).",
    },
    max_offsets_per_trigger: {
      default: "",
      doc:
        "Maximum number of records per micro-batch, over all partitions. If unset, as in [spark], otherwise unlimited.",
    },
    min_offsets_per_trigger: {
      default: "",
      doc:
        "Minimum number of records per micro-batch, which waits until there are that many. If unset, no minimum.",
    },
    max_trigger_delay: {
      default: "15m",
      doc: "Maximum time that a micro-batch waits for min_offsets_per_trigger.",
    },
    watermark: {
      default: "call_date_time 10 minutes",
      doc:
        "Event-time column and allowed lateness, for streams that set none. The value none turns the watermark off.",
    },
    watermark_policy: {
      default: "min",
      doc: "Whether the slowest (min) or the fastest (max) of several streams sets the watermark.",
    },
    idle_timeout: {
      default: "",
      doc: "Idle time after which a silent stream stops holding back the watermark. If unset, never.",
    },
    max_event_time_ahead: {
      default: "",
      doc: "Drop rows whose event time is further ahead of the clock than this. If unset, none are dropped.",
    },
    flush_at_end: {
      default: "false",
      doc: "Emit the groups that are still open when once or available-now ends.",
    },
    late_rows: {
      default: "",
      doc: "File, or topic as kafka:TOPIC, that receives each late record as a JSON object.",
    },
    time_zone: { default: "UTC", doc: "Time zone of timestamps that do not name one." },
    workers: { default: "", doc: "Number of worker threads. If unset, one per core." },
    sink: {
      default: "console",
      doc:
        "Where to write rows: console, ndjson, none, json:PATH, csv:PATH, parquet:PATH, sqlite:PATH or kafka:TOPIC.",
    },
    checkpoint: {
      default: "",
      doc: "Directory with a checkpoint for each query, from which it resumes.",
    },
    state_memory_mb: {
      default: "1500",
      doc: "Memory limit for the state of one query, in MiB; a query that exceeds it ends cleanly.",
    },
    progress: {
      default: "",
      doc:
        "File that receives one line of JSON per batch, in the format of Spark's StreamingQueryProgress; - for stdout.",
    },
    fail_on_data_loss: {
      default: "true",
      doc: "Whether to end the query on data loss, such as records that were deleted before they were read.",
    },
    engine: {
      default: "local",
      doc: "Engine that runs the queries: this program (local), or a Spark cluster (spark).",
    },
  },
  spark: {
    remote: {
      default: "",
      doc: "Spark Connect server for engine = spark, as SPARK_REMOTE: sc://host:15002/;token=…;use_ssl=true.",
    },
    ca_file: {
      default: "",
      doc: "PEM file with CA certificates to trust for remote, besides the usual ones.",
    },
    token_file: {
      default: "",
      doc:
        "File with the token for the Spark Connect server, instead of token in remote; it is sent with TLS only.",
    },
    bootstrap_servers: {
      default: "",
      doc: "Kafka bootstrap servers as the Spark cluster reaches them, if different.",
    },
    master: {
      default: "local[*]",
      doc: "Spark's master for `spark-job`: local[*], spark://HOST:PORT, yarn or k8s://https://HOST:PORT.",
    },
    deploy_mode: {
      default: "client",
      doc:
        "Where Spark's driver runs for `spark-job`: where submit.sh runs (client), or on YARN or Kubernetes (cluster).",
    },
    starting_offsets: { default: "", doc: "Same as in [analyze], which takes precedence." },
    max_offsets_per_trigger: { default: "", doc: "Same as in [analyze], which takes precedence." },
    max_rate_per_partition: {
      default: "",
      doc: "Maximum number of records per second from each partition. If unset, unlimited.",
    },
    input_file: { default: "", doc: "File with the radio codes, if [table.radio_code] sets no path." },
    jars: {
      default: "",
      doc: "Jars for `spark-job`, separated by commas, among them those of Spark's connector for Kafka.",
    },
    packages: {
      default: "",
      doc:
        "Maven coordinates for `spark-job`, separated by commas. If neither these nor jars are set, the connector for Kafka in Spark's version.",
    },
  },
  registry: {
    url: {
      default: "",
      doc: "Schema registry with Confluent's API, such as http://localhost:8081.",
    },
    username: { default: "", doc: "User name for the registry, or an API key." },
    password: { default: "", doc: "Password of the user, or the secret of the API key." },
    password_file: { default: "", doc: "File with the password, instead of password." },
    token: { default: "", doc: "Bearer token for the registry, instead of a user name." },
    token_file: { default: "", doc: "File with the token, instead of token." },
    ca_file: { default: "", doc: "PEM file with CA certificates to trust for the registry." },
    subject_names: {
      default: "topic",
      doc: "How subjects are named: by the topic (calls-value), the record's type, or both (topic-record).",
    },
  },
  datasf: {
    url: {
      default: "https://data.sfgov.org",
      doc: "Where the open data is: a server with Socrata's API (SODA 2.1).",
    },
    dataset: {
      default: "gnap-fj3t",
      doc: "Data set with the latest calls, which is asked again and again: the end of its address.",
    },
    history: {
      default: "2zdj-bwza",
      doc: "Data set with all earlier calls, which is read first, or none.",
    },
    from: {
      default: "-7d",
      doc:
        "Where to begin if the topic has no calls of the data set yet: beginning, end, a local time such as 2026-01-31 or 2026-01-31T12:00, or how long ago, such as -7d.",
    },
    select: {
      default:
        "cad_number AS crime_id, coalesce(call_type_final_desc, call_type_original_desc, '') AS original_crime_type_name, left(received_datetime, 10) || 'T00:00:00.000' AS report_date, left(received_datetime, 10) || 'T00:00:00.000' AS call_date, left(received_datetime, 10) || 'T00:00:00.000' AS offense_date, substr(received_datetime, 12, 5) AS call_time, received_datetime AS call_date_time, coalesce(disposition, '') AS disposition, coalesce(intersection_name, '') AS address, 'San Francisco' AS city, 'CA' AS state, coalesce(agency, '') AS agency_id, 'Intersection' AS address_type, coalesce(analysis_neighborhood, '') AS common_location",
      doc:
        "What a record has of a row: a list as after SELECT, in SQL, over the columns of the data set, which are all text. By default, the fields of the stream calls.",
    },
    where: {
      default: "",
      doc:
        "Condition for the rows that the server gives, in its own language (SoQL), such as agency='Police'.",
    },
    time_column: {
      default: "close_datetime",
      doc:
        "Column with the time by which rows are read in order. A row is sent once for each time that it has there: as soon as a call is closed, by default.",
    },
    id_column: { default: "cad_number", doc: "Column that tells rows of the same time apart." },
    time_zone: { default: "America/Los_Angeles", doc: "Time zone of the times in time_column." },
    overlap: {
      default: "2h",
      doc: "How much later than others of its time a row may appear in the data set, and still be found.",
    },
    page_size: { default: "5000", doc: "Rows to ask for at once." },
    poll_interval: { default: "5m", doc: "Time between two looks for new rows." },
    token: {
      default: "",
      doc: "Application token for the server, which has higher limits for those who have one.",
    },
    token_file: { default: "", doc: "File with the token, instead of token." },
    ca_file: { default: "", doc: "PEM file with CA certificates to trust for the server." },
  },
  ui: {
    enabled: {
      default: "false",
      doc: "Serve a dashboard, an HTTP API and metrics while queries run.",
    },
    host: {
      default: "127.0.0.1",
      doc: "Address that the dashboard listens on. One that other machines can reach requires a token.",
    },
    port: {
      default: "4040",
      doc: "Port of the dashboard; 0 picks a free one. If it is in use, the next 16 are tried.",
    },
    token: {
      default: "",
      doc:
        "Secret that clients of the dashboard must send. Without one, queries cannot be stopped from there.",
    },
    token_file: { default: "", doc: "File with the token of the dashboard, instead of token." },
    lag_limit: {
      default: "",
      doc: "Number of unread records above which a query counts as behind, and /readyz as not ready.",
    },
  },
  logging: {
    level: {
      default: "info",
      doc:
        "Lowest level to log: debug, info, warning or error; also of a part of the program, as in analyze=debug, or several separated by commas.",
    },
    format: { default: "text", doc: "Log format: text, or json for one JSON object per line." },
    time: {
      default: "auto",
      doc:
        "Whether lines of text begin with the time (UTC): auto, where stderr is no terminal; always or never.",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** The sections with a user-defined name, as in `[query.by_type]`, and their keys. */
export const NAMED_REFERENCE = {
  stream: {
    topic: { default: "", doc: "Topic, or several separated by commas. If unset, [kafka] topic." },
    topic_pattern: {
      default: "",
      doc:
        "Regular expression, instead of topic: reads all topics whose full name matches, also those created later.",
    },
    columns: {
      default: "",
      doc:
        "Columns and their types, such as `id STRING, at TIMESTAMP`; `name TYPE METADATA` is a field that Kafka keeps of a record, `name TYPE KEY` a field of its key, `name TYPE AS (expression)` is computed.",
    },
    watermark: { default: "", doc: "Event-time column and allowed lateness. If unset, as in [analyze]." },
    format: {
      default: "json",
      doc:
        "Format of the values: json, csv, text, binary, avro, protobuf, or json-schema, which is JSON with the id of a schema.",
    },
    format_options: {
      default: "",
      doc: "Options of CSV, by the names of Spark's from_csv, such as `sep ';', nullValue '-'`.",
    },
    schema: {
      default: "",
      doc: "Schema that gives the columns: latest or a version in the registry, or a file. If unset, latest.",
    },
    subject: {
      default: "",
      doc: "Subject of the schema in the registry. If unset, by [registry] subject_names.",
    },
    message: {
      default: "",
      doc: "Message of a Protobuf schema, such as police.Call. If unset, its first one.",
    },
    key_format: {
      default: "",
      doc: "Format of the keys, one of those of the values. Only columns with KEY need it.",
    },
    key_format_options: { default: "", doc: "As format_options, for the keys." },
    key_schema: { default: "", doc: "As schema, for the keys." },
    key_subject: { default: "", doc: "As subject, for the keys." },
    key_message: { default: "", doc: "As message, for the keys." },
    registry: {
      default: "",
      doc:
        "Whether values begin with the id of a schema in the registry. If unset, if [registry] url is set.",
    },
    mode: {
      default: "permissive",
      doc:
        "What to do with a field that does not fit its column: read NULL (permissive), or end the query (failfast).",
    },
    corrupt_record: {
      default: "",
      doc: "Column for the text of records that do not fit the columns.",
    },
  },
  table: {
    path: { default: "", doc: "File to read. If unset for radio_code, the built-in file." },
    format: {
      default: "json",
      doc: "File format: json (an array, or one object per line) or csv (with a header).",
    },
    columns: { default: "", doc: "Columns and their types; `name TYPE AS other` renames one." },
    reload: {
      default: "false",
      doc: "Whether to read the file again, between batches, when it has changed.",
    },
  },
  query: {
    sql: { default: "", doc: "SQL statement; indented lines below it continue it." },
    sql_file: { default: "", doc: "File with the SQL statement, instead of sql." },
    output_mode: {
      default: "append",
      doc: "Which rows a batch emits: final ones (append), changed ones (update), or all (complete).",
    },
    watermark: { default: "", doc: "Watermark of this query. If unset, that of its stream." },
    trigger: { default: "", doc: "Trigger of this query. If unset, as in [analyze]." },
    sink: { default: "", doc: "Sink of this query. If unset, as in [analyze]." },
    checkpoint: { default: "", doc: "Checkpoint directory of this query." },
    deduplicate: { default: "", doc: "Columns to drop duplicates by, within the watermark." },
    partition_by: {
      default: "",
      doc: "Columns to partition the files of a sink by, one directory per value.",
    },
    tombstones: {
      default: "false",
      doc:
        "Whether the kafka sink sends a tombstone, a record without a value, for each group that the watermark closes.",
    },
    ui_only: {
      default: "false",
      doc: "Whether the query runs only with the dashboard. Its rows are shown there, and go to no sink.",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Entry>>>>;
