/**
 * Runs an analysis on a Spark cluster, by Spark Connect: the same statements, streams and tables, and the same events
 * for those who listen. The server starts nothing here, and this program nothing there but the queries.
 */
import type { Host } from "../../base/host.ts";
import { closingAll } from "../../base/closing.ts";
import type { Output } from "../../base/files/output.ts";
import { logger } from "../../base/log.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { AnalysisPlan, PlannedQuery } from "../../plan/analysis_plan.ts";
import type { LoadedTable } from "../../plan/declared_tables.ts";
import type { RunListener, StartedQuery } from "../../monitoring/run_listener.ts";
import { makePrintingSink } from "../../sinks/make_sink.ts";
import { jsonValueWriter } from "../../sinks/rows/json_row.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";
import type { SparkRemote } from "../../config/values/spark_remote.ts";
import { type RelationInit, SparkSession } from "../connect/session.ts";
import { StreamingQuery, type StreamWriter } from "../connect/streaming_query.ts";
import {
  documentColumn,
  documentQueries,
  type DocumentQuery,
  type KafkaCluster,
  kafkaSource,
  sessionConf,
} from "../plan_document.ts";
import { ClusterQuery } from "./cluster_query.ts";
import { jsonRows, probeRelation, sqlRelation, streamRelation, tableRelation } from "./document_relations.ts";
import { FetchedRows } from "./fetched_rows.ts";

const log = logger("spark");

/** The options of a run. */
export interface SparkRunOptions {
  readonly plan: AnalysisPlan;
  readonly remote: SparkRemote;
  /** Kafka, as the cluster reaches it. */
  readonly kafka: KafkaCluster;
  /** For rows that come here. */
  readonly output: Output;
  readonly host: Host;
  /** The version of this program. */
  readonly version: string;
  /** Stops the queries gracefully. */
  readonly signal: AbortSignal;
  readonly listener: RunListener;
}

/**
 * Runs until the queries end by their trigger, or the signal.
 *
 * @throws {SfcrimeError} SPARK_UNREACHABLE, SPARK, or the first failure of a query, which also ends the others.
 */
export async function runOnSpark(options: SparkRunOptions): Promise<void> {
  const { remote, version, host, listener } = options;
  const session = await SparkSession.open({ remote, version, host });
  log.info(`Using ${session.description}`);
  try {
    await closingAll(() => new SparkRun(session, options).run(), () => [() => session.release()]);
  } catch (error) {
    listener.ended?.({ error });
    throw error;
  }
  listener.ended?.();
}

class SparkRun {
  readonly #session: SparkSession;
  readonly #options: SparkRunOptions;
  readonly #queries: readonly DocumentQuery[];
  readonly #source: ReturnType<typeof kafkaSource>;

  constructor(session: SparkSession, options: SparkRunOptions) {
    this.#session = session;
    this.#options = options;
    this.#source = kafkaSource(options.kafka, options.plan);
    this.#queries = documentQueries(options.plan, { source: this.#source });
  }

  async run(): Promise<void> {
    const { plan, signal, listener, host } = this.#options;
    await this.#session.set(sessionConf(plan));
    for (const [name, table] of Object.entries(plan.tables)) {
      await this.#view(name, tableRelation(recordsOf(table), table.file.columns.map(documentColumn)));
    }
    await this.#requireTopics();
    const failed = new AbortController();
    const stop = AbortSignal.any([signal, failed.signal]);
    const queries: ClusterQuery[] = [];
    const started: StartedQuery[] = [];
    for (const [index, planned] of plan.queries.entries()) {
      if (stop.aborted) break;
      const { query, follower } = await this.#start(planned, this.#queries[index]!);
      queries.push(follower);
      started.push({ query: planned.plan.name, queryId: query.id, sink: sinkText(planned) });
    }
    await listener.started?.({ runId: host.newId(), queries: started });
    const failures: unknown[] = [];
    await Promise.all(queries.map((query) =>
      query.follow(stop).catch((error: unknown) => {
        failed.abort();
        failures.push(error);
      })
    ));
    if (failures.length > 0) throw failures[0];
  }

  /**
   * A query that cannot reach Kafka would only say so after a minute.
   *
   * @throws {SfcrimeError} SPARK if the cluster does not reach Kafka, or a topic is missing.
   */
  async #requireTopics(): Promise<void> {
    const streams = this.#queries.flatMap((query) => query.streams);
    for (const [, stream] of new Map(streams.map((one) => [JSON.stringify(one.topics), one]))) {
      await this.#session.collect(probeRelation(this.#source, stream));
    }
  }

  /** The views of a query are in place while it is started: others may have other watermarks. */
  async #start(
    planned: PlannedQuery,
    document: DocumentQuery,
  ): Promise<{ query: StreamingQuery; follower: ClusterQuery }> {
    const { output, host, listener } = this.#options;
    for (const stream of document.streams) {
      await this.#view(stream.name, streamRelation(this.#source, stream));
    }
    const table = tableOf(document, this.#options.plan);
    const query = await StreamingQuery.start(this.#session, writerOf(document, table));
    const { plan, sink } = planned;
    const rows = comesHere(document)
      ? new FetchedRows({
        session: this.#session,
        plan,
        table,
        sink: await makePrintingSink({ ...sink, plan, output }),
      })
      : undefined;
    const follower = new ClusterQuery({
      name: plan.name,
      query,
      sink: sinkText(planned),
      rows,
      clock: host,
      listener,
    });
    return { query, follower };
  }

  async #view(name: string, input: RelationInit): Promise<void> {
    const value = { input, name: quotedName(name), replace: true };
    await this.#session.run({ commandType: { case: "createDataframeView", value } });
  }
}

/** Whether the rows of a query are fetched; the other sinks are written by the cluster. */
function comesHere({ sink: { kind } }: DocumentQuery): boolean {
  return kind === "console" || kind === "ndjson";
}

/** The table of Spark's memory sink, which is named as its query: other than all streams and tables. */
function tableOf({ name }: DocumentQuery, { streams, tables }: AnalysisPlan): string {
  let table = `rows_of_${name}`;
  while (table in streams || table in tables) table += "_";
  return table;
}

function writerOf(query: DocumentQuery, table: string): StreamWriter {
  const { name, sql, outputMode, trigger, checkpoint } = query;
  const rows = sqlRelation(sql);
  const writer = {
    outputMode,
    queryName: comesHere(query) ? table : name,
    trigger: trigger.kind === "processing-time"
      ? { case: "processingTimeInterval" as const, value: `${trigger.intervalMs} milliseconds` }
      : { case: trigger.kind === "once" ? "once" as const : "availableNow" as const, value: true },
  };
  const location = checkpoint === undefined ? {} : { checkpointLocation: checkpoint };
  const { sink } = query;
  switch (sink.kind) {
    case "kafka":
      return {
        ...writer,
        input: jsonRows(rows),
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
    case "none":
      return { ...writer, input: rows, format: "noop", options: location };
    default:
      return { ...writer, input: rows, format: "memory", options: location };
  }
}

function sinkText({ sink: { spec } }: PlannedQuery): string {
  return "path" in spec
    ? `${spec.kind}:${spec.path}`
    : spec.kind === "kafka"
    ? `kafka:${spec.topic}`
    : spec.kind;
}

/** The rows of a table as they stand in a file of JSON. */
function recordsOf({ file: { columns, timeZone }, rows }: LoadedTable): string[] {
  const fields = columns.map(({ field, type }) => ({ name: field, type }));
  return rows.map(jsonValueWriter({ kind: "STRUCT", fields }, timeZoneOf(timeZone) ?? UTC));
}
