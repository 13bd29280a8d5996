/**
 * Starts the queries of a plan in a session: first its tables are there, and the cluster has shown that it reaches the
 * topics; then one query is started after the other.
 */
import { type Clock, OVER } from "../../base/clock.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { AnalysisPlan } from "../../plan/analysis_plan.ts";
import type { SparkSession } from "../connect/session.ts";
import { StreamingQuery } from "../connect/streaming_query.ts";
import { type KafkaCluster, kafkaSource } from "../query_documents.ts";
import { type SparkPlan, sparkPlan } from "../spark_plan.ts";
import { probeRelation, streamRelation, tableRelation } from "./document_relations.ts";
import { type QueryDocument, queryDocuments, tableOf, writerOf } from "./query_writer.ts";

const log = logger("spark");

/** How long the cluster looks for Kafka until that is said, and then until it is given up: it may be busy. */
const PROBE_MS = 8_000;
const SECOND_PROBE_MS = 12_000;
/** How long the first job may take until it is said that it is waited for. */
const QUIET_MS = 10_000;

/** What is started. */
export interface StarterOptions {
  readonly plan: AnalysisPlan;
  /** Kafka, as the cluster reaches it. */
  readonly kafka: KafkaCluster;
  readonly host: Clock;
}

/** See the module's description. */
export class QueryStarter {
  /** In the order of the plan. */
  readonly queries: readonly QueryDocument[];
  readonly #session: SparkSession;
  readonly #plan: AnalysisPlan;
  readonly #spark: SparkPlan;
  readonly #clock: Clock;

  constructor(session: SparkSession, { plan, kafka, host }: StarterOptions) {
    this.#session = session;
    this.#plan = plan;
    this.#clock = host;
    this.#spark = sparkPlan(plan, kafkaSource(kafka, plan));
    this.queries = queryDocuments(plan, this.#spark);
  }

  /**
   * Ends early, without an error, if the signal is aborted.
   *
   * @throws {SfcrimeError} SPARK if the cluster does not reach Kafka, or a topic is missing.
   */
  async prepare(signal?: AbortSignal): Promise<void> {
    const { conf, tables } = this.#spark;
    await this.#session.set(conf);
    for (const table of tables) await this.#session.view(table.name, tableRelation(table));
    const over = new AbortController();
    void this.#sayIfLate(over.signal);
    try {
      await this.#requireTopics(signal);
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    } finally {
      over.abort(OVER);
    }
  }

  async #sayIfLate(over: AbortSignal): Promise<void> {
    await this.#clock.sleep(QUIET_MS, over);
    if (over.aborted) return;
    log.info("Waiting for the cluster to read a first record: it may be busy, or start executors first.");
  }

  /** The views of a query are in place while it is started: others may have other watermarks. */
  async start(query: QueryDocument): Promise<StreamingQuery> {
    for (const stream of query.document.streams) {
      await this.#session.view(stream.name, streamRelation(stream));
    }
    return await StreamingQuery.start(this.#session, writerOf(query, tableOf(query.document, this.#plan)));
  }

  /** A query that cannot reach Kafka would only say so after a minute. */
  async #requireTopics(signal: AbortSignal | undefined): Promise<void> {
    const streams = this.queries.flatMap(({ document }) => document.streams);
    const how = signal === undefined ? {} : { signal };
    for (const [, stream] of new Map(streams.map((one) => [JSON.stringify(one.options), one]))) {
      const probe = (withinMs: number) => this.#session.collect(probeRelation(stream, withinMs), how);
      await probe(PROBE_MS).catch((error: unknown) => {
        if (!isUnreached(error)) throw error;
        log.warn(`${error.message}. Trying once more. ${error.hint}`);
        return probe(SECOND_PROBE_MS);
      }).catch((error: unknown) => {
        throw withTopic(error, stream.options["subscribe"]);
      });
    }
  }
}

function isUnreached(error: unknown): error is SfcrimeError {
  return error instanceof SfcrimeError && /Timed out waiting for a node assignment/.test(error.message);
}

/** Spark does not say which topic is missing. */
function withTopic(error: unknown, topics: string | undefined): unknown {
  if (!(error instanceof SfcrimeError) || !/does not host this topic/.test(error.message)) return error;
  const { code, message, hint } = error;
  return new SfcrimeError(code, `Spark does not find the topics of a stream, ${topics}: ${message}`, {
    ...hint === undefined ? {} : { hint },
    cause: error,
  });
}
