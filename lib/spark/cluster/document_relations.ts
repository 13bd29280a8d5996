/** The streams, tables and results of a plan for Spark as relations of Spark Connect. */
import { tableFromArrays, tableToIPC, utf8 } from "@uwdata/flechette";
import { type Schema, typeName } from "../../records/data_type.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";
import type { RelationInit } from "../connect/session.ts";
import { recordSteps, type Steps } from "../record_steps.ts";
import type { SparkSink, SparkStream, SparkTable } from "../spark_plan.ts";

/** The rows of a stream, with its watermark, and without duplicates if it drops them. */
export function streamRelation({ options, steps, watermark, deduplicate }: SparkStream): RelationInit {
  const rows = stepped(kafkaRelation(options, true), steps);
  const timed: RelationInit = watermark === undefined ? rows : {
    relType: {
      case: "withWatermark",
      value: { input: rows, eventTime: watermark.column, delayThreshold: watermark.delay },
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
export function probeRelation(stream: SparkStream, withinMs: number): RelationInit {
  const where = Object.entries(stream.options).filter(([name]) => /^(kafka\.|subscribe)/.test(name));
  const options = {
    ...Object.fromEntries(where),
    "kafka.default.api.timeout.ms": String(withinMs),
    "kafka.request.timeout.ms": String(withinMs / 2),
    "kafka.max.block.ms": String(withinMs),
    startingOffsets: "earliest",
    endingOffsets: "latest",
  };
  const records = kafkaRelation(options, false);
  return projection({ relType: { case: "limit", value: { input: records, limit: 1 } } }, ["1 AS found"]);
}

/** Records in Kafka. */
function kafkaRelation(options: SparkStream["options"], isStreaming: boolean): RelationInit {
  return {
    relType: {
      case: "read",
      value: { isStreaming, readType: { case: "dataSource", value: { format: "kafka", options } } },
    },
  };
}

/** A table, from one JSON object for each of its rows. */
export function tableRelation({ records, steps }: SparkTable): RelationInit {
  const table = tableFromArrays({ value: [...records] }, { types: { value: utf8() } });
  const local: RelationInit = {
    relType: {
      case: "localRelation",
      value: { data: tableToIPC(table, { format: "stream" })!, schema: "value STRING" },
    },
  };
  return stepped(local, steps);
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

/** What expressions make of rows, step by step. */
export function stepped(rows: RelationInit, steps: Steps): RelationInit {
  return steps.reduce(projection, rows);
}

/** Rows that were written, as they are read again. */
export interface WrittenRows {
  readonly columns: Schema;
  /** When they began to be written, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** The rows in a topic from a time on, if they were written as JSON. */
export function writtenRecords(
  { options: { topic, checkpointLocation: _, ...client } }: SparkSink,
  { columns, sinceMs }: WrittenRows,
): RelationInit {
  const options = {
    ...client,
    subscribe: topic!,
    startingTimestamp: String(sinceMs),
    startingOffsetsByTimestampStrategy: "latest",
    endingOffsets: "latest",
  };
  const fields = columns.map(({ name, type }) => ({ name, field: name, type: typeName(type) }));
  return stepped(kafkaRelation(options, false), recordSteps(fields, { mode: "permissive" }));
}

/** The rows in the files of a directory that were written from a time on. */
export function writtenFiles(
  { format, options: { path } }: SparkSink,
  { columns, sinceMs }: WrittenRows,
): RelationInit {
  const schema = columns.map(({ name, type }) => `${quotedName(name)} ${typeName(type)}`).join(", ");
  const files: RelationInit = {
    relType: {
      case: "read",
      value: { readType: { case: "dataSource", value: { format, schema, paths: [path!] } } },
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
