/**
 * Starts the queries of a plan in a session: first its tables are there, and the cluster has shown that it reaches the
 * topics; then one query is started after the other.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { AnalysisPlan } from "../../plan/analysis_plan.ts";
import type { SparkSession } from "../connect/session.ts";
import { StreamingQuery } from "../connect/streaming_query.ts";
import { type KafkaCluster, kafkaSource } from "../plan_document.ts";
import { type SparkPlan, sparkPlan } from "../spark_plan.ts";
import { probeRelation, streamRelation, tableRelation } from "./document_relations.ts";
import { type QueryDocument, queryDocuments, tableOf, writerOf } from "./query_writer.ts";

const log = logger("spark");

/** How long the cluster looks for Kafka until that is said, and then until it is given up: it may be busy. */
const PROBE_MS = 8_000;
const SECOND_PROBE_MS = 12_000;

/** What is started. */
export interface StarterOptions {
  readonly plan: AnalysisPlan;
  /** Kafka, as the cluster reaches it. */
  readonly kafka: KafkaCluster;
}

/** See the module's description. */
export class QueryStarter {
  /** In the order of the plan. */
  readonly queries: readonly QueryDocument[];
  readonly #session: SparkSession;
  readonly #plan: AnalysisPlan;
  readonly #spark: SparkPlan;

  constructor(session: SparkSession, { plan, kafka }: StarterOptions) {
    this.#session = session;
    this.#plan = plan;
    this.#spark = sparkPlan(plan, kafkaSource(kafka, plan));
    this.queries = queryDocuments(plan, this.#spark);
  }

  /** @throws {SfcrimeError} SPARK if the cluster does not reach Kafka, or a topic is missing. */
  async prepare(): Promise<void> {
    const { conf, tables } = this.#spark;
    await this.#session.set(conf);
    for (const table of tables) await this.#session.view(table.name, tableRelation(table));
    await this.#requireTopics();
  }

  /** The views of a query are in place while it is started: others may have other watermarks. */
  async start(query: QueryDocument): Promise<StreamingQuery> {
    for (const stream of query.document.streams) {
      await this.#session.view(stream.name, streamRelation(stream));
    }
    return await StreamingQuery.start(this.#session, writerOf(query, tableOf(query.document, this.#plan)));
  }

  /** A query that cannot reach Kafka would only say so after a minute. */
  async #requireTopics(): Promise<void> {
    const streams = this.queries.flatMap(({ document }) => document.streams);
    for (const [, stream] of new Map(streams.map((one) => [JSON.stringify(one.options), one]))) {
      const probe = (withinMs: number) => this.#session.collect(probeRelation(stream, withinMs));
      await probe(PROBE_MS).catch((error: unknown) => {
        if (!isUnreached(error)) throw error;
        log.warn(`${error.message}. Trying once more. ${error.hint}`);
        return probe(SECOND_PROBE_MS);
      });
    }
  }
}

function isUnreached(error: unknown): error is SfcrimeError {
  return error instanceof SfcrimeError && /Timed out waiting for a node assignment/.test(error.message);
}
