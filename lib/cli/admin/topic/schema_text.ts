/** The columns of a topic as a section of a configuration file, with how often each field was there. */
import { formatCount, plural } from "../../../base/text/format.ts";
import { type Column, typeName } from "../../../records/data_type.ts";
import type { FoundFormat, TopicSample } from "../../../consume/topic_sample.ts";
import type { SeenField } from "../../../records/inference/record_schema.ts";
import { WHOLE_TYPES } from "../../../plan/schemas/whole_types.ts";
import { quotedName } from "../../../sql/syntax/quoted_name.ts";

/** The name of the column with the time that Kafka keeps of a record, as in Spark's source for Kafka. */
export const KAFKA_TIME = "timestamp";

/** The declaration of columns, as `[stream.NAME] columns` takes it; names that differ only by case are told apart. */
export function columnsText(columns: readonly Column[], separator = ",\n    "): string {
  const taken = new Set<string>();
  return columns.map(({ name, type }) => {
    let other = name;
    for (let number = 2; taken.has(other.toLowerCase()); number++) other = `${name}_${number}`;
    taken.add(other.toLowerCase());
    return `${written(name)} ${typeName(type)}${other === name ? "" : ` AS ${written(other)}`}`;
  }).join(separator);
}

function written(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : quotedName(name);
}

/** The name of a stream for a topic. */
function streamName(topic: string): string {
  const name = topic.replace(/\W+/g, "_");
  return /^\d/.test(name) ? `_${name}` : name;
}

/** See the module's description. */
export function sectionText(topic: string, sample: TopicSample): string {
  const { values: { schema }, format } = sample;
  const section = [`[stream.${streamName(topic)}]`, `topic = ${topic}`];
  const stream = format === "json"
    ? [...section, `columns = ${columnsText(schema.columns)}`]
    : [...section, `format = ${format}`];
  return [...notes(topic, sample), ...stream, ...timeNotes(sample), ...keyNotes(sample), ""].join("\n");
}

/** What was seen of the values. */
function notes(topic: string, { values, format }: TopicSample): string[] {
  const { objects, others, fields } = values.schema;
  if (format !== "json") {
    const whole = WHOLE_TYPES[format!];
    const columns = whole === undefined
      ? "the columns are those of its schema"
      : `one column, value ${typeName(whole)}`;
    return [
      `# By the last ${plural(values.records, "record")} of ${topic}, whose values are ${
        WORDS[format!]
      }: ${columns}.`,
    ];
  }
  const last = others === 0
    ? `the last ${plural(objects, "record")}`
    : `${formatCount(objects)} of the last ${
      plural(objects + others, "record")
    }; the others are no JSON objects`;
  const width = Math.max(0, ...fields.map((field) => pathText(field).length));
  return [
    `# By ${last} of ${topic}. How many have each field:`,
    ...fields.map((field) =>
      `#   ${pathText(field).padEnd(width)}  ${percent(field.records, objects)}  ${typeName(field.type)}`
    ),
  ];
}

const WORDS: Readonly<Record<FoundFormat, string>> = {
  json: "JSON",
  text: "text",
  binary: "bytes",
  avro: "Avro",
  protobuf: "Protobuf",
  "json-schema": "JSON with a schema",
};

/** How Kafka's time becomes the event time, where the values seem to have none. */
function timeNotes({ values: { schema }, format }: TopicSample): string[] {
  const whole = format && WHOLE_TYPES[format];
  if (whole !== undefined) {
    return [
      "# To have Kafka's time as the event time, add:",
      `#   columns = value ${typeName(whole)}, ${KAFKA_TIME} TIMESTAMP METADATA`,
      `#   watermark = ${KAFKA_TIME} 10 minutes`,
    ];
  }
  if (format !== "json" || schema.hasTime) return [];
  const isTaken = schema.columns.some(({ name }) => name.toLowerCase() === KAFKA_TIME);
  const name = isTaken ? `kafka_${KAFKA_TIME}` : KAFKA_TIME;
  return [
    "# No field is a time as text. To have Kafka's as the event time, add:",
    `#   ${name} TIMESTAMP METADATA${isTaken ? ` FROM '${KAFKA_TIME}'` : ""} to columns`,
    `#   watermark = ${name} 10 minutes`,
  ];
}

/** How the keys become columns. */
function keyNotes(sample: TopicSample): string[] {
  const { keys, keyFormat } = sample;
  if (keyFormat === undefined || keyFormat === "binary") return [];
  const columns = keyColumns(sample);
  return [
    `# ${
      keys.count === keys.records
        ? "Keys"
        : `${percent(keys.count, keys.records).trim()} of the keys are there; they`
    } are ${WORDS[keyFormat]}. To have them as columns, add:`,
    `#   key_format = ${keyFormat}`,
    ...columns === undefined ? [] : [`#   ${columns} to columns`],
  ];
}

/** The columns of keys; undefined where their schema has them. */
function keyColumns({ keys, keyFormat, values, format }: TopicSample): string | undefined {
  const taken = new Set(
    format === "json" ? values.schema.columns.map(({ name }) => name.toLowerCase()) : ["value"],
  );
  const nameOf = (name: string) => taken.has(name.toLowerCase()) ? `${name}_of_key` : name;
  if (keyFormat === "text") return format === "json" ? `${nameOf("key")} STRING KEY` : undefined;
  if (keyFormat !== "json") return undefined;
  return keys.schema.columns.map(({ name, type }) => {
    const other = nameOf(name);
    const from = other === name ? "" : ` FROM ${quotedText(name)}`;
    return `${written(other)} ${typeName(type)} KEY${from}`;
  }).join(", ");
}

function quotedText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

function pathText({ path }: SeenField): string {
  return path.map(written).join(".");
}

function percent(count: number, total: number): string {
  const share = Math.round(100 * count / total);
  const text = count < total && share === 100 ? "<100 %" : count > 0 && share === 0 ? "<1 %" : `${share} %`;
  return text.padStart(6);
}

/** The same as an object, for programs. */
export function schemaJson(topic: string, sample: TopicSample): string {
  const { values: { schema, records }, format, keyFormat = null } = sample;
  const { objects, fields, columns } = schema;
  const ofValue = format === "json" ? { columns: columnsText(columns, ", ") } : {};
  const ofKey = keyColumns(sample);
  return `${
    JSON.stringify({
      topic,
      records,
      objects,
      format,
      ...ofValue,
      keyFormat,
      ...ofKey === undefined ? {} : { keyColumns: ofKey },
      fields: fields.map(({ path, type, records }) => ({ path, type: typeName(type), records })),
    })
  }\n`;
}
