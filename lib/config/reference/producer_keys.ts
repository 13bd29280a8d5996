/** The keys of the sections about what is produced. */
import type { Entry } from "./entry.ts";

/** What `produce` sends, and how. */
export const PRODUCER = {
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
} as const satisfies Readonly<Record<string, Entry>>;

/** The data set that `produce --source datasf` reads. */
export const DATASF = {
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
    doc: "Condition for the rows that the server gives, in its own language (SoQL), such as agency='Police'.",
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
} as const satisfies Readonly<Record<string, Entry>>;
