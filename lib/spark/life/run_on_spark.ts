/**
 * Runs an analysis on a Spark cluster, by Spark Connect: the same statements, streams and tables, and the same events
 * for those who listen. The server starts nothing here, and this program nothing there but the queries.
 */
import type { Host } from "../../base/host.ts";
import { closingAll } from "../../base/closing.ts";
import type { Output } from "../../base/files/output.ts";
import { logger } from "../../base/log.ts";
import type { SparkRemote } from "../../config/values/spark/spark_remote.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import { makePrintingSink, NO_SINK } from "../../sinks/make_sink.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { ClusterQuery } from "../cluster/cluster_query.ts";
import { FetchedRows } from "../cluster/fetched_rows.ts";
import { currentRowsOf, isInTable, type QueryDocument, sinkText, tableOf } from "../cluster/query_writer.ts";
import { QueryStarter, type StarterOptions } from "../cluster/start_queries.ts";
import { SparkSession } from "../connect/session.ts";
import type { StreamingQuery } from "../connect/streaming_query.ts";
import type { RememberedQuery, RememberedSessions } from "./remembered_sessions.ts";

const log = logger("spark");

/** What queries are started with, and found again. */
export interface SparkOptions extends StarterOptions {
  readonly remote: SparkRemote;
  readonly host: Host;
  /** The version of this program. */
  readonly version: string;
  /** The sessions that may outlive it. */
  readonly sessions: RememberedSessions;
}

/** The options of a run. */
export interface SparkRunOptions extends SparkOptions {
  /** For rows that come here. */
  readonly output: Output;
  /** Stops the queries gracefully. */
  readonly signal: AbortSignal;
  readonly listener: RunListener;
  /** Whether the current rows of queries can be read, by what `started` tells. */
  readonly keepsRows: boolean;
  /** Creates the sink of a query whose rows come here, instead of the one in the plan; undefined if it is that one. */
  readonly makeSink?: (plan: QueryPlan) => Sink | undefined;
}

/**
 * Runs until the queries end by their trigger, or the signal.
 *
 * @throws {SfcrimeError} SPARK_UNREACHABLE, SPARK, or the first failure of a query, which also ends the others.
 */
export async function runOnSpark(options: SparkRunOptions): Promise<void> {
  const { remote, listener, sessions } = options;
  const session = await SparkSession.open(options);
  log.info(`Using ${session.description}`);
  const started: StreamingQuery[] = [];
  const release = async () => {
    await endQueries(session, started, remote);
    sessions.forget(session.id);
  };
  try {
    await closingAll(() => run(session, started, options), () => [release]);
  } catch (error) {
    listener.ended?.({ error });
    throw error;
  }
  listener.ended?.();
}

/** Ends what was started in a session, and the session with it, unless others may be using that. */
export async function endQueries(
  session: SparkSession,
  queries: readonly StreamingQuery[],
  { sessionId }: SparkRemote,
): Promise<void> {
  if (sessionId === undefined) return await session.release();
  for (const query of queries) {
    if ((await query.status()).isActive) await query.stop();
  }
}

async function run(
  session: SparkSession,
  all: StreamingQuery[],
  options: SparkRunOptions,
): Promise<void> {
  const { signal, listener, host, sessions } = options;
  const starter = new QueryStarter(session, options);
  await starter.prepare(signal);
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const queries: ClusterQuery[] = [];
  const remembered: RememberedQuery[] = [];
  for (const query of starter.queries) {
    if (stop.aborted) break;
    const fetched = await fetchedOf(session, query, options);
    const started = await starter.start(query);
    all.push(started);
    const { planned } = query;
    queries.push(
      new ClusterQuery({
        name: planned.plan.name,
        query: started,
        sink: sinkText(query),
        fetched,
        rows: options.keepsRows ? currentRowsOf(session, query, options.plan) : undefined,
        isAttached: false,
        clock: host,
        listener,
      }),
    );
    remembered.push(rememberedQuery(query, started));
    sessions.remember({ ...session.identity, queries: remembered });
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

/** What is to be known of a query that was started, to find it again. */
export function rememberedQuery(
  query: QueryDocument,
  { id, runId }: { readonly id: string; readonly runId: string },
): RememberedQuery {
  const { plan: { name, sql } } = query.planned;
  return { name, id, runId, sink: sinkText(query), sql };
}

/** What brings the rows of a query here; undefined if the cluster writes them. */
async function fetchedOf(
  session: SparkSession,
  query: QueryDocument,
  { plan: analysis, output, makeSink }: SparkRunOptions,
): Promise<FetchedRows | undefined> {
  if (!isInTable(query)) return undefined;
  const { planned, document } = query;
  const { plan } = planned;
  const sink = await sinkOf(planned, { output, makeSink });
  return new FetchedRows({ session, plan, table: tableOf(document, analysis), sink });
}

async function sinkOf(
  { plan, sink, isUiOnly }: PlannedQuery,
  { output, makeSink }: {
    readonly output: Output;
    readonly makeSink: SparkRunOptions["makeSink"];
  },
): Promise<Sink> {
  return isUiOnly ? NO_SINK : makeSink?.(plan) ?? await makePrintingSink({ ...sink, plan, output });
}
