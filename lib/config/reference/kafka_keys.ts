/** The keys of the sections about topics and what reads them. */
import type { Entry } from "./entry.ts";

/** The broker, the topic, and how new topics are made; the properties of clients stand beside them. */
export const KAFKA = {
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
} as const satisfies Readonly<Record<string, Entry>>;

/** What `consume` reads and prints. */
export const CONSUMER = {
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
} as const satisfies Readonly<Record<string, Entry>>;

/** The schema registry. */
export const REGISTRY = {
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
} as const satisfies Readonly<Record<string, Entry>>;
