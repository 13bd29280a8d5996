/**
 * Finds queries that run on a Spark cluster without this program, and follows them as if it had started them. It leaves
 * them running, unless it is to stop them.
 */
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import { remoteText } from "../../config/values/spark/spark_remote.ts";
import { sink as sinkKind } from "../../config/values/values.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";
import type { AnalysisPlan } from "../../plan/analysis_plan.ts";
import { ClusterQuery } from "../cluster/cluster_query.ts";
import { currentRowsOf, queryDocuments, sinkText } from "../cluster/query_writer.ts";
import { SparkSession } from "../connect/session.ts";
import { StreamingQuery } from "../connect/streaming_query.ts";
import { kafkaSource } from "../query_documents.ts";
import { sparkPlan } from "../spark_plan.ts";
import type { RememberedQuery, RememberedSession } from "./remembered_sessions.ts";
import type { SparkOptions } from "./run_on_spark.ts";

const log = logger("spark");

/** How queries are found. */
export interface AttachOptions extends SparkOptions {
  /** The queries that were asked for; all that run if there is none. */
  readonly names: readonly string[];
}

/** How they are followed. */
export interface FollowOptions {
  /** Ends following them. */
  readonly signal: AbortSignal;
  readonly listener: RunListener;
  readonly keepsRows: boolean;
  /** Whether they are stopped, after their current batch. */
  readonly stops: boolean;
}

/** A query that the cluster knows. */
interface FoundQuery {
  readonly remembered: RememberedQuery;
  readonly session: SparkSession;
  readonly query: StreamingQuery;
  readonly isActive: boolean;
}

/** See the module's description. */
export class AttachedQueries {
  readonly #options: AttachOptions;
  readonly #found: readonly FoundQuery[];
  /** The queries that were found, with the sinks that they were started with. */
  readonly plan: AnalysisPlan;

  private constructor(options: AttachOptions, found: readonly FoundQuery[]) {
    this.#options = options;
    this.#found = found;
    this.plan = planOf(options.plan, found);
  }

  /**
   * Finds the queries of the plan that run, or have ended and are still known.
   *
   * @throws {SfcrimeError} SPARK if there is none, or one that was asked for is missing; SPARK_UNREACHABLE.
   */
  static async find(options: AttachOptions): Promise<AttachedQueries> {
    const { plan, names, remote } = options;
    const all: FoundQuery[] = [];
    const lost: string[] = [];
    for (const session of candidates(options)) await look(session, options, { all, lost });
    const planned = plan.queries.map(({ plan: { name } }) => name);
    const others = all.filter(({ remembered: { name }, isActive }) => isActive && !planned.includes(name));
    if (names.length === 0 && others.length > 0) {
      const which = others.map(({ remembered: { name } }) => name).join(", ");
      log.warn(`Not followed, as the configuration does not have them: ${which}.`);
    }
    const found = planned.flatMap((name) => latest(all.filter(({ remembered }) => remembered.name === name)));
    const has = (name: string) => found.some(({ remembered }) => remembered.name === name);
    const missing = names.filter((name) => !has(name));
    for (const name of lost.filter((name) => !has(name) && !missing.includes(name))) log.warn(lostText(name));
    if (missing.length === 0 && found.length > 0) return new AttachedQueries(options, found);
    const [name] = missing.length > 0 ? missing : lost;
    if (name !== undefined && lost.includes(name)) {
      throw new SfcrimeError("SPARK", lostText(name), {
        hint: "Start it again: it resumes from its checkpoint.",
      });
    }
    throw new SfcrimeError(
      "SPARK",
      `No query ${name === undefined ? "" : `${name} `}is known at ${remoteText(remote)}.`,
      {
        hint:
          "Start it with --detach; from another directory or machine, name its session: --remote 'sc://HOST:PORT/;session_id=UUID'.",
      },
    );
  }

  /**
   * Follows the queries until they have ended, or the signal.
   *
   * @throws {SfcrimeError} SPARK_UNREACHABLE, or the first failure of a query; the others are followed on.
   */
  async follow(options: FollowOptions): Promise<void> {
    const { listener } = options;
    try {
      await this.#follow(options);
    } catch (error) {
      listener.ended?.({ error });
      throw error;
    }
    listener.ended?.();
  }

  async #follow({ signal, listener, keepsRows, stops }: FollowOptions): Promise<void> {
    const { host, kafka } = this.#options;
    const documents = queryDocuments(this.plan, sparkPlan(this.plan, kafkaSource(kafka, this.plan)));
    const queries = this.#found.map(({ session, query, remembered: { name } }, index) => {
      const document = documents[index]!;
      return new ClusterQuery({
        name,
        query,
        sink: sinkText(document),
        fetched: undefined,
        rows: keepsRows ? currentRowsOf(session, document, this.plan) : undefined,
        isAttached: true,
        clock: host,
        listener,
      });
    });
    for (const { remembered: { name }, isActive } of this.#found) {
      if (!isActive) log.info(`Query ${name} has ended.`);
    }
    await listener.started?.({ runId: host.newId(), queries: queries.map(({ started }) => started) });
    if (stops) { for (const { started } of queries) started.stop?.(); }
    const failures: unknown[] = [];
    await Promise.all(queries.map((query) =>
      query.follow(signal).catch((error: unknown) => {
        failures.push(error);
        if (queries.length > 1) log.warn(messageOf(error));
      })
    ));
    for (const session of new Set(this.#found.map(({ session }) => session))) {
      await this.#releaseIdle(session);
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Ends a session in which no query runs any more, unless it is not ours to end. */
  async #releaseIdle(session: SparkSession): Promise<void> {
    const { sessions } = this.#options;
    const { server, sessionId } = session.identity;
    if (!sessions.of(server).some((own) => own.sessionId === sessionId)) return;
    try {
      if ((await session.activeQueries()).length > 0) return;
      await session.release();
      sessions.forget(sessionId);
    } catch (error) {
      // Whoever else follows the queries may have ended it, or the server is away, which has been said.
      if (!(error instanceof SfcrimeError)) throw error;
    }
  }
}

/** The sessions in which queries may be. */
function candidates({ remote, sessions }: AttachOptions): RememberedSession[] {
  const server = remoteText(remote);
  const known = sessions.of(server);
  if (remote.sessionId === undefined) return known;
  const { sessionId, userId } = remote;
  const own = known.find((session) => session.sessionId === sessionId);
  return [own ?? { server, sessionId, userId: userId ?? "", queries: [] }];
}

/** Adds the queries of a session, and the names of those that its server has lost. */
async function look(
  remembered: RememberedSession,
  { remote, sessions, ...options }: AttachOptions,
  { all, lost }: { readonly all: FoundQuery[]; readonly lost: string[] },
): Promise<void> {
  const { sessionId, queries } = remembered;
  const userId = remembered.userId === "" ? remote.userId : remembered.userId;
  const gone = (some: readonly RememberedQuery[]) => lost.push(...some.map(({ name }) => name));
  const session = await SparkSession.open({ ...options, remote: { ...remote, sessionId, userId } })
    .catch((error: unknown) => {
      if (!isClosed(error)) throw error;
      gone(queries);
      sessions.forget(sessionId);
    });
  if (session === undefined) return;
  const active = await session.activeQueries();
  const before = all.length;
  for (const query of queries) {
    const found = new StreamingQuery(session, query);
    const isActive = active.some(({ id, runId }) => id === query.id && runId === query.runId);
    if (isActive || await isKnown(found)) all.push({ remembered: query, session, query: found, isActive });
    else gone([query]);
  }
  for (const { name, id, runId } of active) {
    if (queries.some((query) => query.id === id)) continue;
    const query = new StreamingQuery(session, { id, runId });
    all.push({ remembered: { name, id, runId, sink: "", sql: "" }, session, query, isActive: true });
  }
  if (all.length === before) sessions.forget(sessionId);
}

/** Of queries with the same name the one that runs, or else the one that was found last. */
function latest(queries: readonly FoundQuery[]): readonly FoundQuery[] {
  const one = queries.findLast(({ isActive }) => isActive) ?? queries.at(-1);
  return one === undefined ? [] : [one];
}

/** A server that was started again knows nothing of the queries before. */
async function isKnown(query: StreamingQuery): Promise<boolean> {
  try {
    await query.status();
    return true;
  } catch (error) {
    if (error instanceof SfcrimeError && error.code === "SPARK") return false;
    throw error;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof SfcrimeError && /SESSION_(CLOSED|NOT_FOUND|CHANGED)/.test(error.message);
}

function lostText(name: string): string {
  return `Query ${name} does not run any more: Spark has ended its session, or was started again.`;
}

/** The plan with the queries that were found only, and the sinks that they were started with. */
function planOf(plan: AnalysisPlan, found: readonly FoundQuery[]): AnalysisPlan {
  return {
    ...plan,
    queries: found.map(({ remembered: { name, sink, sql } }) => {
      const planned = plan.queries.find((query) => query.plan.name === name)!;
      if (sql !== "" && sql !== planned.plan.sql) {
        log.warn(`Query ${name} was started with another statement than the one in the configuration.`);
      }
      const spec = sinkKind.schema.safeParse(sink);
      return spec.success
        ? { ...planned, sink: { ...planned.sink, spec: spec.data, hasOthers: false } }
        : planned;
    }),
  };
}
