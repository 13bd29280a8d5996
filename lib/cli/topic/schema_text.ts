/** The columns of a topic as a section of a configuration file, with how often each field was there. */
import { formatCount, plural } from "../../base/text/format.ts";
import { type Column, typeName } from "../../records/data_type.ts";
import type { RecordSchema, SeenField } from "../../records/inference/record_schema.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";

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
export function sectionText(topic: string, schema: RecordSchema): string {
  const { objects, others, fields, columns } = schema;
  const last = others === 0
    ? `the last ${plural(objects, "record")}`
    : `${formatCount(objects)} of the last ${
      plural(objects + others, "record")
    }; the others are no JSON objects`;
  const width = Math.max(0, ...fields.map((field) => pathText(field).length));
  const seen = fields.map((field) =>
    `#   ${pathText(field).padEnd(width)}  ${percent(field.records, objects)}  ${typeName(field.type)}`
  );
  return [
    `# By ${last} of ${topic}. How many have each field:`,
    ...seen,
    `[stream.${streamName(topic)}]`,
    `topic = ${topic}`,
    `columns = ${columnsText(columns)}`,
    "",
  ].join("\n");
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
export function schemaJson(topic: string, schema: RecordSchema): string {
  const { objects, others, fields, columns } = schema;
  return `${
    JSON.stringify({
      topic,
      records: objects + others,
      objects,
      columns: columnsText(columns, ", "),
      fields: fields.map(({ path, type, records }) => ({ path, type: typeName(type), records })),
    })
  }\n`;
}
