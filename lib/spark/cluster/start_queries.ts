/**
 * Starts the queries of a plan in a session: first its tables are there, and the cluster has shown that it reaches the
 * topics; then one query is started after the other.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { AnalysisPlan } from "../../plan/analysis_plan.ts";
import type { LoadedTable } from "../../plan/declared_tables.ts";
import { jsonValueWriter } from "../../sinks/rows/json_row.ts";
import type { SparkSession } from "../connect/session.ts";
import { StreamingQuery } from "../connect/streaming_query.ts";
import { documentColumn, type KafkaCluster, kafkaSource, sessionConf } from "../plan_document.ts";
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
  readonly #source: ReturnType<typeof kafkaSource>;

  constructor(session: SparkSession, { plan, kafka }: StarterOptions) {
    this.#session = session;
    this.#plan = plan;
    this.#source = kafkaSource(kafka, plan);
    this.queries = queryDocuments(plan, this.#source);
  }

  /** @throws {SfcrimeError} SPARK if the cluster does not reach Kafka, or a topic is missing. */
  async prepare(): Promise<void> {
    await this.#session.set(sessionConf(this.#plan));
    for (const [name, table] of Object.entries(this.#plan.tables)) {
      await this.#session.view(name, tableRelation(recordsOf(table), table.file.columns.map(documentColumn)));
    }
    await this.#requireTopics();
  }

  /** The views of a query are in place while it is started: others may have other watermarks. */
  async start(query: QueryDocument): Promise<StreamingQuery> {
    for (const stream of query.document.streams) {
      await this.#session.view(stream.name, streamRelation(this.#source, stream));
    }
    return await StreamingQuery.start(this.#session, writerOf(query, tableOf(query.document, this.#plan)));
  }

  /** A query that cannot reach Kafka would only say so after a minute. */
  async #requireTopics(): Promise<void> {
    const streams = this.queries.flatMap(({ document }) => document.streams);
    for (const [, { topics }] of new Map(streams.map((one) => [JSON.stringify(one.topics), one]))) {
      const probe = (withinMs: number) =>
        this.#session.collect(probeRelation(this.#source, { topics, withinMs }));
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

/** The rows of a table as they stand in a file of JSON. */
function recordsOf({ file: { columns, timeZone }, rows }: LoadedTable): string[] {
  const fields = columns.map(({ field, type }) => ({ name: field, type }));
  return rows.map(jsonValueWriter({ kind: "STRUCT", fields }, timeZoneOf(timeZone) ?? UTC));
}
