/**
 * Writes rows to a topic, exactly once: the rows of a batch and its number are written in one transaction.
 *
 * A row is a JSON object, as in the sink `ndjson`. The row of a group has the group's columns as its key, so
 * that a compacted topic keeps the last row of each group. A tombstone, a key without a value, removes the
 * group from such a topic.
 */
import type { TimeZone } from "../base/time_zone.ts";
import type { Row, Schema, Value } from "../records/data_type.ts";
import type { GroupKeyColumn } from "./rows/group_key.ts";
import { jsonRowWriter } from "./rows/json_row.ts";
import { ALL_VALUES, type RowChunk, type Sink, type SinkBatch } from "./sink.ts";

/** A record for a topic. */
export interface TopicRow {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** A topic to which batches are written atomically, and which remembers the last one. */
export interface BatchTopic {
  /** The last batch in the topic. */
  readonly lastBatch: SinkBatch | undefined;
  begin(batch: SinkBatch): Promise<void>;
  append(rows: readonly TopicRow[]): Promise<void>;
  commit(): Promise<void>;
  close(): Promise<void>;
}

/** The topics that take the batches of queries. */
export interface BatchTopics {
  /** The last batch of a query in a topic; whoever writes to it is not disturbed. */
  lastBatch(topic: string, queryId: string): Promise<SinkBatch | undefined>;
  /** Opens a topic for the batches of a query, and creates it where it is missing. */
  open(topic: string, queryId: string): Promise<BatchTopic>;
}

/** The options of a Kafka sink. */
export interface KafkaSinkOptions {
  readonly topic: string;
  /** The name of the query, if rows have to include it. */
  readonly query: string | undefined;
  readonly schema: Schema;
  readonly zone: TimeZone;
  /** The columns of the key; empty for rows without a key. */
  readonly key: readonly GroupKeyColumn[];
  /** Whether tombstones are written for groups that were removed. */
  readonly tombstones: boolean;
  readonly topics: BatchTopics;
}

const utf8 = new TextEncoder();

/** See the module's description. */
export class KafkaSink implements Sink {
  readonly description: string;
  readonly place: string;
  readonly format = ALL_VALUES;
  readonly exactlyOnce = true;
  readonly #options: KafkaSinkOptions;
  readonly #value: (row: Row) => string;
  readonly #key: (values: Row) => Uint8Array;
  #topic: BatchTopic | undefined;

  constructor(options: KafkaSinkOptions) {
    const { topic, schema, zone, key, query } = options;
    this.#options = options;
    this.place = topic;
    this.description = `the topic ${topic}`;
    const write = jsonRowWriter(schema, zone);
    const tag = query === undefined ? "" : `,"query":${JSON.stringify(query)}`;
    this.#value = (row) => write(row, tag);
    const writeKey = jsonRowWriter(key.map(({ column }) => schema[column]!), zone);
    this.#key = (values) => utf8.encode(writeKey(values, tag));
  }

  get isNew(): boolean {
    return this.#topic !== undefined && this.#topic.lastBatch === undefined;
  }

  look(queryId: string): Promise<SinkBatch | undefined> {
    const { topics, topic } = this.#options;
    return topics.lastBatch(topic, queryId);
  }

  async open(queryId: string): Promise<SinkBatch | undefined> {
    const { topics, topic } = this.#options;
    this.#topic = await topics.open(topic, queryId);
    return this.#topic.lastBatch;
  }

  async begin(batch: SinkBatch): Promise<void> {
    await this.#topic!.begin(batch);
  }

  async write({ rows = [] }: RowChunk): Promise<void> {
    const { key } = this.#options;
    await this.#topic!.append(rows.map((row) => ({
      key: key.length === 0 ? null : this.#key(key.map(({ column }) => row[column]!)),
      value: utf8.encode(this.#value(row)),
    })));
  }

  async removeGroups(groups: readonly (readonly Value[])[]): Promise<void> {
    const { key, tombstones } = this.#options;
    if (!tombstones) return;
    await this.#topic!.append(groups.map((values) => ({
      key: this.#key(key.map(({ field }, index) => shown(values[index]!, field))),
      value: null,
    })));
  }

  async commit(): Promise<void> {
    await this.#topic!.commit();
  }

  async close(): Promise<void> {
    await this.#topic?.close();
    this.#topic = undefined;
  }
}

/** The part of a key that the result shows. */
function shown(value: Value, field: number | undefined): Value {
  return field === undefined || value === null ? value : (value as readonly Value[])[field]!;
}
