/** How Spark makes the rows of a stream or table of records: expressions, step by step. */
import { isOfValue } from "../records/kafka/kafka_column.ts";
import { quotedName } from "../sql/syntax/quoted_name.ts";
import type { RecordPart } from "../registry/formats/stream_format.ts";
import type { DocumentColumn, RecordParsing } from "./query_documents.ts";

/** Expressions that make rows of other rows, step by step: each step has one expression for each column. */
export type Steps = readonly (readonly string[])[];

/**
 * The columns of records: of the JSON or CSV in columns `value` and `key`, of what Spark's source for Kafka has beside them, and,
 * one step each, of what is computed of other columns.
 */
export function recordSteps(columns: readonly DocumentColumn[], parsing: RecordParsing): Steps {
  const ofValue = columns.filter(isOfValue);
  const ofKey = columns.filter(({ keyField }) => keyField !== undefined);
  const kafka = [...new Set(columns.flatMap(({ kafka }) => kafka ?? []))];
  const computed = columns.filter((column) => column.computed !== undefined);
  return [
    // A record may have a field of the same name, but no column of the step before has it.
    [...parsed("value", ofValue, parsing), ...parsed("key", ofKey, parsing), ...kafka],
    columns.flatMap((column) => column.computed === undefined ? [readColumn(column)] : []),
    ...computed.map((each, index) =>
      columns.flatMap((column) => {
        if (column === each) return [computedColumn(column)];
        const isThere = column.computed === undefined || computed.indexOf(column) < index;
        return isThere ? [quotedName(column.name)] : [];
      })
    ),
  ];
}

/** What a key or value becomes. */
const PARSED = { key: "record_key", value: "record" } as const;

/** A key or value as a structure, if a column needs it. */
function parsed(
  part: RecordPart,
  columns: readonly DocumentColumn[],
  { mode, csv = {} }: RecordParsing,
): string[] {
  if (columns.length === 0) return [];
  const schema = columns.map(({ field, keyField = field, type }) => `${quotedName(keyField)} ${type}`).join(
    ", ",
  );
  const options = Object.entries({ mode: mode.toUpperCase(), ...csv[part] }).flat().map(quotedText).join(
    ", ",
  );
  const parse = csv[part] === undefined ? "from_json" : "from_csv";
  return [`${parse}(CAST(${part} AS STRING), ${quotedText(schema)}, map(${options})) AS ${PARSED[part]}`];
}

function readColumn({ name, field, type, kafka, keyField }: DocumentColumn): string {
  const value = kafka !== undefined
    ? `CAST(${kafka} AS ${type})`
    : keyField !== undefined
    ? `${PARSED.key}.${quotedName(keyField)}`
    : `${PARSED.value}.${quotedName(field)}`;
  return `${value} AS ${quotedName(name)}`;
}

function computedColumn({ name, type, computed }: DocumentColumn): string {
  // What may stand at the end of the expression is a comment.
  return `CAST((${computed}\n) AS ${type}) AS ${quotedName(name)}`;
}

/** A text in SQL. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
