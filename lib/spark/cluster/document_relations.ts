/**
 * The streams, tables and results of a plan document as relations of Spark Connect. `job.py` makes the same of it by
 * Spark's DataFrame API.
 */
import { tableFromArrays, tableToIPC, utf8 } from "@uwdata/flechette";
import { type Schema, typeName } from "../../records/data_type.ts";
import type { DocumentColumn, DocumentSink, DocumentSource, DocumentStream } from "../plan_document.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";
import type { RelationInit } from "../connect/session.ts";

/** A text in SQL. */
function quotedText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** The rows of a stream, with its watermark, and without duplicates if it drops them. */
export function streamRelation(
  source: DocumentSource & { readonly kind: "kafka" },
  stream: DocumentStream,
): RelationInit {
  const { topics, start, columns, mode, watermark, deduplicate } = stream;
  const options = { ...source.options, ...topics, ...start };
  const records: RelationInit = {
    relType: {
      case: "read",
      value: { isStreaming: true, readType: { case: "dataSource", value: { format: "kafka", options } } },
    },
  };
  const rows = decoded(records, columns, mode);
  const timed: RelationInit = watermark === undefined ? rows : {
    relType: {
      case: "withWatermark",
      value: {
        input: rows,
        eventTime: watermark.column,
        delayThreshold: `${watermark.delayMs} milliseconds`,
      },
    },
  };
  if (deduplicate === undefined) return timed;
  return {
    relType: {
      case: "deduplicate",
      value: { input: timed, columnNames: [...deduplicate], withinWatermark: true },
    },
  };
}

/** At most one record of a stream's topics, as they are now: shows whether the cluster reaches them in some time. */
export function probeRelation(
  source: DocumentSource & { readonly kind: "kafka" },
  { topics, withinMs }: Pick<DocumentStream, "topics"> & { readonly withinMs: number },
): RelationInit {
  const clientOptions = Object.entries(source.options).filter(([name]) => name.startsWith("kafka."));
  const options = {
    ...Object.fromEntries(clientOptions),
    "kafka.default.api.timeout.ms": String(withinMs),
    "kafka.request.timeout.ms": String(withinMs / 2),
    "kafka.max.block.ms": String(withinMs),
    startingOffsets: "earliest",
    endingOffsets: "latest",
    ...topics,
  };
  const records: RelationInit = {
    relType: {
      case: "read",
      value: { readType: { case: "dataSource", value: { format: "kafka", options } } },
    },
  };
  return projection({ relType: { case: "limit", value: { input: records, limit: 1 } } }, ["1 AS found"]);
}

/** A table, from one JSON object for each of its rows. */
export function tableRelation(rows: readonly string[], columns: readonly DocumentColumn[]): RelationInit {
  const table = tableFromArrays({ value: [...rows] }, { types: { value: utf8() } });
  const local: RelationInit = {
    relType: {
      case: "localRelation",
      value: { data: tableToIPC(table, { format: "stream" })!, schema: "value STRING" },
    },
  };
  return decoded(local, columns, "failfast");
}

/** What a statement gives. */
export function sqlRelation(query: string): RelationInit {
  return { relType: { case: "sql", value: { query } } };
}

/** Computed columns of a relation. */
export function projection(input: RelationInit, expressions: readonly string[]): RelationInit {
  return {
    relType: {
      case: "project",
      value: {
        input,
        expressions: expressions.map((expression) => ({
          exprType: { case: "expressionString", value: { expression } },
        })),
      },
    },
  };
}

/** Rows in their form for Kafka: JSON that also says which values are NULL, and which query they are of if there are others. */
export function jsonRows(rows: RelationInit, query: string | undefined): RelationInit {
  const row = query === undefined ? "struct(*)" : `struct(*, ${quotedText(query)} AS query)`;
  return projection(rows, [`to_json(${row}, map('ignoreNullFields', 'false')) AS value`]);
}

/** Rows that were written, as they are read again. */
export interface WrittenRows {
  readonly columns: Schema;
  /** When they began to be written, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** The rows in a topic from a time on, if they were written as {@link jsonRows} has them. */
export function writtenRecords(
  { topic, options: client }: DocumentSink & { readonly kind: "kafka" },
  { columns, sinceMs }: WrittenRows,
): RelationInit {
  const options = {
    ...client,
    subscribe: topic,
    startingTimestamp: String(sinceMs),
    startingOffsetsByTimestampStrategy: "latest",
    endingOffsets: "latest",
  };
  const records: RelationInit = {
    relType: {
      case: "read",
      value: { readType: { case: "dataSource", value: { format: "kafka", options } } },
    },
  };
  const fields = columns.map(({ name, type }) => ({ name, field: name, type: typeName(type) }));
  return decoded(records, fields, "permissive");
}

/** The rows in the files of a directory that were written from a time on. */
export function writtenFiles(
  { kind: format, path }: DocumentSink & { readonly kind: "json" | "csv" | "parquet" },
  { columns, sinceMs }: WrittenRows,
): RelationInit {
  const schema = columns.map(({ name, type }) => `${quotedName(name)} ${typeName(type)}`).join(", ");
  const files: RelationInit = {
    relType: {
      case: "read",
      value: { readType: { case: "dataSource", value: { format, schema, paths: [path] } } },
    },
  };
  const expression = `_metadata.file_modification_time >= timestamp_millis(${sinceMs})`;
  const late: RelationInit = {
    relType: {
      case: "filter",
      value: { input: files, condition: { exprType: { case: "expressionString", value: { expression } } } },
    },
  };
  return projection(late, columns.map(({ name }) => quotedName(name)));
}

/** The rows of a column `value` of JSON. */
function decoded(
  values: RelationInit,
  columns: readonly DocumentColumn[],
  mode: DocumentStream["mode"],
): RelationInit {
  const schema = columns.map(({ field, type }) => `${quotedName(field)} ${type}`).join(", ");
  const options = `map('mode', ${quotedText(mode.toUpperCase())})`;
  const record = `from_json(CAST(value AS STRING), ${quotedText(schema)}, ${options}) AS record`;
  const fields = columns.map(({ name, field }) => `record.${quotedName(field)} AS ${quotedName(name)}`);
  return projection(projection(values, [record]), fields);
}
