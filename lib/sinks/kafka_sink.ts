/**
 * A topic, exactly once: the rows of a batch and its number are one transaction.
 *
 * A row is a JSON object, as the sink `ndjson` has it; the row of a group has the group's columns as its key,
 * so that a compacted topic keeps the last row of each.
 */
import type { TimeZone } from "../base/time_zone.ts";
import type { Row, Schema } from "../records/data_type.ts";
import { jsonRowWriter } from "./json_row.ts";
import { ALL_VALUES } from "./part_format.ts";
import type { RowChunk, RowFormat, Sink } from "./sink.ts";

/** A record for a topic. */
export interface TopicRow {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** A topic that takes batches whole or not at all, and remembers the last one. */
export interface BatchTopic {
  /** The number of the last batch that it holds. */
  readonly lastBatch: number | undefined;
  begin(batchId: number): Promise<void>;
  append(rows: readonly TopicRow[]): Promise<void>;
  commit(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a topic for the batches of a query; the broker is behind it. */
export type OpenTopic = (topic: string, queryId: string) => Promise<BatchTopic>;

/** How a topic is filled. */
export interface KafkaSinkOptions {
  readonly topic: string;
  /** The query's name, where rows have to carry it. */
  readonly query: string | undefined;
  readonly schema: Schema;
  readonly zone: TimeZone;
  /** The columns that make the key; none for rows without one. */
  readonly keyColumns: readonly number[];
  readonly openTopic: OpenTopic;
}

const utf8 = new TextEncoder();

/** See the module's description. */
export class KafkaSink implements Sink {
  readonly description: string;
  readonly format: RowFormat = ALL_VALUES;
  readonly exactlyOnce = true;
  readonly #options: KafkaSinkOptions;
  readonly #value: (row: Row) => string;
  readonly #key: (row: Row) => Uint8Array | null;
  #topic: BatchTopic | undefined;

  constructor(options: KafkaSinkOptions) {
    const { topic, schema, zone, keyColumns, query } = options;
    this.#options = options;
    this.description = `the topic ${topic}`;
    const write = jsonRowWriter(schema, zone);
    const tag = query === undefined ? "" : `,"query":${JSON.stringify(query)}`;
    this.#value = (row) => write(row, tag);
    const writeKey = jsonRowWriter(keyColumns.map((column) => schema[column]!), zone);
    this.#key = keyColumns.length === 0
      ? () => null
      : (row) => utf8.encode(writeKey(keyColumns.map((column) => row[column]!), tag));
  }

  async open(queryId: string): Promise<number | undefined> {
    this.#topic = await this.#options.openTopic(this.#options.topic, queryId);
    return this.#topic.lastBatch;
  }

  async begin(batchId: number): Promise<void> {
    await this.#topic!.begin(batchId);
  }

  async write({ rows = [] }: RowChunk): Promise<void> {
    await this.#topic!.append(
      rows.map((row) => ({ key: this.#key(row), value: utf8.encode(this.#value(row)) })),
    );
  }

  async commit(): Promise<void> {
    await this.#topic!.commit();
  }

  async close(): Promise<void> {
    await this.#topic?.close();
    this.#topic = undefined;
  }
}
