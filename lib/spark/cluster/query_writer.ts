/** What Spark writes for a query, where, and how its current rows are read again. */
import type { AnalysisPlan, PlannedQuery } from "../../plan/analysis_plan.ts";
import { groupKeyOf } from "../../sinks/rows/group_key.ts";
import type { SparkSession } from "../connect/session.ts";
import type { StreamWriter } from "../connect/streaming_query.ts";
import type { SparkPlan, SparkQuery, SparkSink, SparkTrigger } from "../spark_plan.ts";
import { ClusterRows, type RowsPlace, tableRows } from "./cluster_rows.ts";
import { sqlRelation, stepped, writtenFiles, writtenRecords } from "./document_relations.ts";

/** A query, as it is planned and as Spark takes it. */
export interface QueryDocument {
  readonly planned: PlannedQuery;
  readonly document: SparkQuery;
}

/** The queries of a plan, in its order. */
export function queryDocuments(plan: AnalysisPlan, { queries }: SparkPlan): QueryDocument[] {
  return plan.queries.map((planned, index) => ({ planned, document: queries[index]! }));
}

/** Whether the rows of a query are printed here; the other sinks are written by the cluster. */
function isPrintedHere({ format }: SparkSink): boolean {
  return format === "console" || format === "ndjson";
}

/** Whether the cluster keeps the rows of a query in a table in memory, for this program to read. */
export function isInTable({ planned: { isUiOnly }, document: { sink } }: QueryDocument): boolean {
  return isPrintedHere(sink) || isUiOnly;
}

/** The table of Spark's memory sink, which is named as its query: other than all streams and tables. */
export function tableOf({ name }: SparkQuery, { streams, tables }: AnalysisPlan): string {
  return freeName(`rows_of_${name}`, { streams, tables });
}

/** The name of a view for the rows that a query has written. */
function writtenViewOf({ name }: SparkQuery, { streams, tables }: AnalysisPlan): string {
  return freeName(`written_by_${name}`, { streams, tables });
}

function freeName(name: string, { streams, tables }: Pick<AnalysisPlan, "streams" | "tables">): string {
  let free = name;
  while (free in streams || free in tables) free += "_";
  return free;
}

/** What a query writes. */
export function writerOf(query: QueryDocument, table: string): StreamWriter {
  const { document: { name, sql, outputMode, trigger, sink } } = query;
  const { format, options: { checkpointLocation }, partitionBy, steps } = sink;
  const rows = sqlRelation(sql);
  const writer = { outputMode, trigger: triggerOf(trigger) };
  if (isInTable(query)) {
    const options = checkpointLocation === undefined ? {} : { checkpointLocation };
    return { ...writer, input: rows, queryName: table, format: "memory", options };
  }
  return {
    ...writer,
    input: stepped(rows, steps),
    queryName: name,
    format,
    options: sink.options,
    partitioningColumnNames: [...partitionBy],
  };
}

function triggerOf(trigger: SparkTrigger): NonNullable<StreamWriter["trigger"]> {
  if ("processingTime" in trigger) return { case: "processingTimeInterval", value: trigger.processingTime };
  return { case: "once" in trigger ? "once" : "availableNow", value: true };
}

/** The current rows of a query; undefined if nothing keeps them. */
export function currentRowsOf(
  session: SparkSession,
  query: QueryDocument,
  analysis: AnalysisPlan,
): ClusterRows | undefined {
  const { planned: { plan }, document } = query;
  const place = rowsPlaceOf(query, tableOf(document, analysis));
  if (place === undefined) return undefined;
  return new ClusterRows({ session, plan, place, view: writtenViewOf(document, analysis) });
}

function rowsPlaceOf(query: QueryDocument, table: string): RowsPlace | undefined {
  const { planned: { plan }, document: { sink } } = query;
  if (isInTable(query)) {
    const keys = groupKeyOf(plan)?.map(({ column }) => plan.output[column]!.name);
    return tableRows(table, { plan, keys });
  }
  switch (sink.format) {
    case "kafka":
      return { kind: "written", since: (ms) => writtenRecords(sink, { columns: plan.output, sinceMs: ms }) };
    case "json":
    case "csv":
    case "parquet":
      return { kind: "written", since: (ms) => writtenFiles(sink, { columns: plan.output, sinceMs: ms }) };
    default:
      return undefined;
  }
}

/** Where the rows of a query go, as in the settings. */
export function sinkText({ document: { sink: { format, options } } }: QueryDocument): string {
  switch (format) {
    case "json":
    case "csv":
    case "parquet":
      return `${format}:${options.path}`;
    case "kafka":
      return `kafka:${options.topic}`;
    case "noop":
      return "none";
    default:
      return format;
  }
}
