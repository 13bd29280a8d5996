/**
 * A topic, exactly once: the rows of a batch and its number are one transaction.
 *
 * A row is a JSON object, as the sink `ndjson` has it; the row of a group has the group's columns as its key,
 * so that a compacted topic keeps the last row of each. A tombstone, which is the key without a value, takes
 * the group out of such a topic.
 */
import type { TimeZone } from "../base/time_zone.ts";
import type { Row, Schema, Value } from "../records/data_type.ts";
import type { GroupKeyColumn } from "./group_key.ts";
import { jsonRowWriter } from "./json_row.ts";
import { ALL_VALUES } from "./part_format.ts";
import type { RowChunk, RowFormat, Sink, SinkBatch } from "./sink.ts";

/** A record for a topic. */
export interface TopicRow {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** A topic that takes batches whole or not at all, and remembers the last one. */
export interface BatchTopic {
  /** The last batch that it holds. */
  readonly lastBatch: SinkBatch | undefined;
  begin(batch: SinkBatch): Promise<void>;
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
  readonly key: readonly GroupKeyColumn[];
  /** Whether the topic is told of groups that are gone. */
  readonly tombstones: boolean;
  readonly openTopic: OpenTopic;
}

const utf8 = new TextEncoder();

/** See the module's description. */
export class KafkaSink implements Sink {
  readonly description: string;
  readonly place: string;
  readonly format: RowFormat = ALL_VALUES;
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

  async open(queryId: string): Promise<SinkBatch | undefined> {
    this.#topic = await this.#options.openTopic(this.#options.topic, queryId);
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

/** What the result shows of a key. */
function shown(value: Value, field: number | undefined): Value {
  return field === undefined || value === null ? value : (value as readonly Value[])[field]!;
}
