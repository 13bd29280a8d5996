/**
 * The plan of an analysis for `scenario_job.py`, by which a real Spark runs it, as JSON. What Spark has to know of the
 * queries is what the program tells a cluster; the tables are their own files, and the records may come from files, too.
 */
import type { AnalysisPlan } from "../../lib/plan/analysis_plan.ts";
import type { TableFile } from "../../lib/plan/tables/load_table.ts";
import { recordSteps, type Steps } from "../../lib/spark/record_steps.ts";
import {
  documentColumn,
  documentQueries,
  type DocumentQuery,
  type DocumentSink,
  type DocumentStream,
  type KafkaSource,
  sessionConf,
} from "../../lib/spark/query_documents.ts";

/** A static table: a JSON file, an array or concatenated values, gzipped or not. */
export interface AskedTable {
  readonly name: string;
  readonly path: string;
  /** What its rows are made of: a column `value` of JSON. */
  readonly steps: Steps;
}

/** Where the record values come from. */
export type AskedSource =
  | KafkaSource & { readonly kind: "kafka" }
  /** See `scenario_job.py`. */
  | { readonly kind: "files"; readonly directory: string; readonly filesPerTrigger: number };

/** A file `QUERY.ndjson` in a directory, for the rows and the progress of each batch, and an error. */
export interface Collecting {
  readonly kind: "collect";
  readonly directory: string;
}

/** A stream, with what its rows are made of: records as Spark's source for Kafka has them. */
export interface AskedStream extends Omit<DocumentStream, "start" | "columns" | "parsing"> {
  readonly start?: DocumentStream["start"];
  readonly steps: Steps;
}

/** A query. */
export interface AskedQuery extends Omit<DocumentQuery, "sink" | "streams"> {
  readonly sink: DocumentSink | Collecting;
  readonly streams: readonly AskedStream[];
}

/** See the module's description. */
export interface PlanDocument {
  /** Spark settings. Those that start with `spark.sql.` also apply to an existing session. */
  readonly conf: Readonly<Record<string, string>>;
  readonly source: AskedSource;
  readonly tables: readonly AskedTable[];
  readonly queries: readonly AskedQuery[];
  /** Whether the progress of each batch is written to stderr. */
  readonly progress: boolean;
}

/** The options of a document. */
export interface DocumentOptions {
  readonly source: AskedSource;
  readonly conf?: Readonly<Record<string, string>>;
  /** Replaces the sinks of the queries. */
  readonly sink?: Collecting;
  readonly progress?: boolean;
}

/** Makes the document for the queries of an analysis. */
export function planDocument(
  analysis: AnalysisPlan,
  { source, conf, sink, progress = false }: DocumentOptions,
): PlanDocument {
  const queries = documentQueries(analysis, source.kind === "kafka" ? source : { options: {} });
  return {
    conf: {
      ...sessionConf(analysis),
      "spark.sql.streaming.numRecentProgressUpdates": "10000",
      ...conf,
    },
    source,
    tables: Object.entries(analysis.tables).map(([name, { file }]) => askedTable(name, file)),
    queries: queries.map((query) => ({
      ...query,
      sink: sink ?? query.sink,
      // Files are read from their beginning.
      streams: query.streams.map(({ start, columns, parsing, ...stream }) => ({
        ...stream,
        steps: recordSteps(columns, parsing),
        ...(source.kind === "kafka" ? { start } : {}),
      })),
    })),
    progress,
  };
}

function askedTable(name: string, { name: title, path, format, columns }: TableFile): AskedTable {
  if (format === "json") {
    return { name, path, steps: recordSteps(columns.map(documentColumn), { mode: "permissive" }) };
  }
  throw new Error(`${title}: scenario_job.py does not read CSV files.`);
}
