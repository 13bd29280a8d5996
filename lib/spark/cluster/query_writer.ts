/** What Spark writes for a query, where, and how its current rows are read again. */
import type { AnalysisPlan, PlannedQuery } from "../../plan/analysis_plan.ts";
import { groupKeyOf } from "../../sinks/rows/group_key.ts";
import type { SparkSession } from "../connect/session.ts";
import type { StreamWriter } from "../connect/streaming_query.ts";
import {
  documentQueries,
  type DocumentQuery,
  type DocumentSink,
  type DocumentSource,
} from "../plan_document.ts";
import { ClusterRows, type RowsPlace, tableRows } from "./cluster_rows.ts";
import { jsonRows, sqlRelation, writtenFiles, writtenRecords } from "./document_relations.ts";

/** A query, as it is planned and as Spark takes it. */
export interface QueryDocument {
  readonly planned: PlannedQuery;
  readonly document: DocumentQuery;
}

/** The queries of a plan that read a source, in its order. */
export function queryDocuments(plan: AnalysisPlan, source: DocumentSource): QueryDocument[] {
  const documents = documentQueries(plan, { source });
  return plan.queries.map((planned, index) => ({ planned, document: documents[index]! }));
}

/** Whether the rows of a query are printed here; the other sinks are written by the cluster. */
export function isPrintedHere({ kind }: DocumentSink): boolean {
  return kind === "console" || kind === "ndjson";
}

/** Whether the cluster keeps the rows of a query in a table in memory, for this program to read. */
export function isInTable({ planned: { isUiOnly }, document: { sink } }: QueryDocument): boolean {
  return isPrintedHere(sink) || isUiOnly;
}

/** The table of Spark's memory sink, which is named as its query: other than all streams and tables. */
export function tableOf({ name }: DocumentQuery, { streams, tables }: AnalysisPlan): string {
  return freeName(`rows_of_${name}`, { streams, tables });
}

/** The name of a view for the rows that a query has written. */
function writtenViewOf({ name }: DocumentQuery, { streams, tables }: AnalysisPlan): string {
  return freeName(`written_by_${name}`, { streams, tables });
}

function freeName(name: string, { streams, tables }: Pick<AnalysisPlan, "streams" | "tables">): string {
  let free = name;
  while (free in streams || free in tables) free += "_";
  return free;
}

/** What a query writes. */
export function writerOf(query: QueryDocument, table: string): StreamWriter {
  const { planned, document: { name, sql, outputMode, trigger, checkpoint, sink } } = query;
  const rows = sqlRelation(sql);
  const writer = {
    outputMode,
    queryName: isInTable(query) ? table : name,
    trigger: trigger.kind === "processing-time"
      ? { case: "processingTimeInterval" as const, value: `${trigger.intervalMs} milliseconds` }
      : { case: trigger.kind === "once" ? "once" as const : "availableNow" as const, value: true },
  };
  const location = checkpoint === undefined ? {} : { checkpointLocation: checkpoint };
  if (isInTable(query)) return { ...writer, input: rows, format: "memory", options: location };
  switch (sink.kind) {
    case "kafka":
      return {
        ...writer,
        input: jsonRows(rows, planned.sink.hasOthers ? name : undefined),
        format: "kafka",
        options: { ...location, ...sink.options, topic: sink.topic },
      };
    case "json":
    case "csv":
    case "parquet":
      return {
        ...writer,
        input: rows,
        format: sink.kind,
        partitioningColumnNames: [...sink.partitionBy],
        options: { ...location, path: sink.path },
      };
    default:
      return { ...writer, input: rows, format: "noop", options: location };
  }
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
  switch (sink.kind) {
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
export function sinkText({ document: { sink } }: QueryDocument): string {
  switch (sink.kind) {
    case "json":
    case "csv":
    case "parquet":
      return `${sink.kind}:${sink.path}`;
    case "kafka":
      return `kafka:${sink.topic}`;
    default:
      return sink.kind;
  }
}
