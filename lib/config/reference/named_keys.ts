/** The keys of sections that the user names. */
import type { Entry } from "./entry.ts";

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
