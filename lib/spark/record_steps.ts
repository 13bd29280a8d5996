/** How Spark makes the rows of a stream or table of records: expressions, step by step. */
import { quotedName } from "../sql/syntax/quoted_name.ts";
import type { DocumentColumn, DocumentStream } from "./query_documents.ts";

/** Expressions that make rows of other rows, step by step: each step has one expression for each column. */
export type Steps = readonly (readonly string[])[];

/**
 * The columns of records: of the JSON in a column `value`, of what Spark's source for Kafka has beside it, and, one
 * step each, of what is computed of other columns.
 */
export function recordSteps(columns: readonly DocumentColumn[], mode: DocumentStream["mode"]): Steps {
  const ofValue = columns.filter(({ kafka, computed }) => kafka === undefined && computed === undefined);
  const schema = ofValue.map(({ field, type }) => `${quotedName(field)} ${type}`).join(", ");
  const options = `map('mode', ${quotedText(mode.toUpperCase())})`;
  const record = `from_json(CAST(value AS STRING), ${quotedText(schema)}, ${options}) AS record`;
  const kafka = [...new Set(columns.flatMap(({ kafka }) => kafka ?? []))];
  const computed = columns.filter((column) => column.computed !== undefined);
  return [
    // A record may have a field of the same name, but no column of the step before has it.
    [...ofValue.length === 0 ? [] : [record], ...kafka],
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

function readColumn({ name, field, type, kafka }: DocumentColumn): string {
  const value = kafka === undefined ? `record.${quotedName(field)}` : `CAST(${kafka} AS ${type})`;
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
