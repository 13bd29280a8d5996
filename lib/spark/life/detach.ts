/** Starts the queries of an analysis on a Spark cluster, and leaves them there. */
import { formatSpan } from "../../base/text/duration.ts";
import { logger } from "../../base/log.ts";
import { NOT_STARTED } from "../../monitoring/query_status.ts";
import { QueryStarter } from "../cluster/start_queries.ts";
import { queryFailure } from "../cluster/cluster_query.ts";
import type { StreamingQuery } from "../connect/streaming_query.ts";
import { SparkSession } from "../connect/session.ts";
import type { RememberedSession } from "./remembered_sessions.ts";
import { endQueries, rememberedQuery, type SparkOptions } from "./run_on_spark.ts";

const log = logger("spark");

/** How long a query may take to begin, until it is left all the same. */
const BEGIN_MS_MAX = 20_000;
const POLL_MS = 100;

/** How long the server keeps a session that nobody asks anything of. */
const TIMEOUT_SETTING = "spark.connect.session.manager.defaultSessionTimeout";

/**
 * Starts the queries, waits until each has begun, and says where they run.
 *
 * @throws {SfcrimeError} If one of them does not begin: then none is left.
 */
export async function detachOnSpark(options: SparkOptions): Promise<RememberedSession> {
  const { remote, sessions } = options;
  const session = await SparkSession.open(options);
  log.info(`Using ${session.description}`);
  const started: StreamingQuery[] = [];
  try {
    const starter = new QueryStarter(session, options);
    await starter.prepare();
    const left: RememberedSession = { ...session.identity, queries: [] };
    for (const query of starter.queries) {
      const running = await starter.start(query);
      started.push(running);
      left.queries.push(rememberedQuery(query, running));
      sessions.remember(left);
    }
    await Promise.all(left.queries.map(({ name }, index) => whenBegun(name, started[index]!, options)));
    await warnOfTimeout(session);
    return left;
  } catch (error) {
    await endQueries(session, started, remote);
    sessions.forget(session.id);
    throw error;
  }
}

/** Waits until the first trigger of a query has fired: before, its streams and its checkpoint are opened. */
async function whenBegun(name: string, query: StreamingQuery, { host }: SparkOptions): Promise<void> {
  const untilMs = host.monotonicMs() + BEGIN_MS_MAX;
  while (host.monotonicMs() < untilMs) {
    const { message, isActive } = await query.status();
    if (!isActive) {
      const failure = await query.failure();
      if (failure !== undefined) throw queryFailure(name, failure);
      return;
    }
    if (message !== NOT_STARTED.message) return;
    await host.sleep(POLL_MS);
  }
}

/** With its session, Spark also ends the queries. */
async function warnOfTimeout(session: SparkSession): Promise<void> {
  const timeout = await session.setting(TIMEOUT_SETTING);
  if (timeout === undefined || timeout.startsWith("-")) return;
  log.warn(
    `Spark ends these queries once nobody has asked for them for ${
      timeText(timeout)
    }: attach to them before that, ` +
      `or start the server with --conf ${TIMEOUT_SETTING}=-1.`,
  );
}

/** Spark writes times in one unit, such as `3600000ms`. */
function timeText(text: string): string {
  const [, ms] = /^(\d+)ms$/.exec(text) ?? [];
  return ms === undefined ? text : formatSpan(Number(ms));
}
