/** The keys of the sections about how queries run, and what shows it. */
import type { Entry } from "./entry.ts";

/** How queries run. */
export const ANALYZE = {
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
} as const satisfies Readonly<Record<string, Entry>>;

/** The Spark that runs them with `--engine spark`. */
export const SPARK = {
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
} as const satisfies Readonly<Record<string, Entry>>;

/** The dashboard. */
export const UI = {
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
    doc: "Secret that clients of the dashboard must send. Without one, queries cannot be stopped from there.",
  },
  token_file: { default: "", doc: "File with the token of the dashboard, instead of token." },
  lag_limit: {
    default: "",
    doc: "Number of unread records above which a query counts as behind, and /readyz as not ready.",
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** The log, of all commands. */
export const LOGGING = {
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
} as const satisfies Readonly<Record<string, Entry>>;
