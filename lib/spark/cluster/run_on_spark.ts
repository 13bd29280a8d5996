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
import type { RunListener } from "../../monitoring/run_listener.ts";
import { makePrintingSink, NO_SINK } from "../../sinks/make_sink.ts";
import type { Sink } from "../../sinks/sink.ts";
import { jsonValueWriter } from "../../sinks/rows/json_row.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { SparkRemote } from "../../config/values/spark_remote.ts";
import { SparkSession } from "../connect/session.ts";
import { StreamingQuery } from "../connect/streaming_query.ts";
import {
  documentColumn,
  documentQueries,
  type DocumentQuery,
  type KafkaCluster,
  kafkaSource,
  sessionConf,
} from "../plan_document.ts";
import { ClusterQuery } from "./cluster_query.ts";
import { ClusterRows } from "./cluster_rows.ts";
import { probeRelation, streamRelation, tableRelation } from "./document_relations.ts";
import { FetchedRows } from "./fetched_rows.ts";
import { isInTable, rowsPlaceOf, sinkText, tableOf, writerOf, writtenViewOf } from "./query_writer.ts";

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
  /** Whether the current rows of queries can be read, by what `started` tells. */
  readonly keepsRows?: boolean;
  /** Creates the sink of a query whose rows come here, instead of the one in the plan; undefined if it is that one. */
  readonly makeSink?: (plan: QueryPlan) => Sink | undefined;
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
      await this.#session.view(name, tableRelation(recordsOf(table), table.file.columns.map(documentColumn)));
    }
    await this.#requireTopics();
    const failed = new AbortController();
    const stop = AbortSignal.any([signal, failed.signal]);
    const queries: ClusterQuery[] = [];
    for (const [index, planned] of plan.queries.entries()) {
      if (stop.aborted) break;
      queries.push(await this.#start(planned, this.#queries[index]!));
    }
    await listener.started?.({ runId: host.newId(), queries: queries.map((query) => query.started) });
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
  async #start(planned: PlannedQuery, document: DocumentQuery): Promise<ClusterQuery> {
    const session = this.#session;
    const { plan, host, listener, keepsRows } = this.#options;
    for (const stream of document.streams) {
      await session.view(stream.name, streamRelation(this.#source, stream));
    }
    const query = { planned, document };
    const table = tableOf(document, plan);
    const place = keepsRows ? rowsPlaceOf(query, table) : undefined;
    const rows = place &&
      new ClusterRows({ session, plan: planned.plan, place, view: writtenViewOf(document, plan) });
    const fetched = isInTable(query) ? await this.#fetched(planned, table) : undefined;
    return new ClusterQuery({
      name: planned.plan.name,
      query: await StreamingQuery.start(session, writerOf(query, table)),
      sink: sinkText(planned),
      fetched,
      rows,
      clock: host,
      listener,
    });
  }

  async #fetched({ plan, sink, isUiOnly }: PlannedQuery, table: string): Promise<FetchedRows> {
    const { output, makeSink } = this.#options;
    const to = isUiOnly ? NO_SINK : makeSink?.(plan) ?? await makePrintingSink({ ...sink, plan, output });
    return new FetchedRows({ session: this.#session, plan, table, sink: to });
  }
}

/** The rows of a table as they stand in a file of JSON. */
function recordsOf({ file: { columns, timeZone }, rows }: LoadedTable): string[] {
  const fields = columns.map(({ field, type }) => ({ name: field, type }));
  return rows.map(jsonValueWriter({ kind: "STRUCT", fields }, timeZoneOf(timeZone) ?? UTC));
}
