/**
 * Writes rows to a topic, exactly once: the rows of a batch and its number are written in one transaction.
 *
 * A row is a JSON object, as in the sink `ndjson`. The row of a group has the group's columns as its key, so
 * that a compacted topic keeps the last row of each group. A tombstone, a key without a value, removes the
 * group from such a topic.
 */
import { CHUNK_ROWS_MAX } from "../base/bounds.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Row, Schema, Value } from "../records/data_type.ts";
import type { GroupKeyColumn } from "./rows/group_key.ts";
import { type AddRow, jsonRowAdder, objectEnd } from "./rows/json_bytes.ts";
import { type FixedText, TextBytes } from "./rows/text_bytes.ts";
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

/** The columns of a key, and those of its row; a tombstone has no row. */
interface TombstoneOrRow {
  readonly key: Readonly<Row> | null;
  readonly row: Readonly<Row> | null;
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

/** See the module's description. */
export class KafkaSink implements Sink {
  readonly description: string;
  readonly place: string;
  readonly format = ALL_VALUES;
  readonly exactlyOnce = true;
  readonly #options: KafkaSinkOptions;
  readonly #addRow: AddRow;
  readonly #addKey: AddRow;
  readonly #end: FixedText;
  #topic: BatchTopic | undefined;

  constructor(options: KafkaSinkOptions) {
    const { topic, schema, zone, key, query } = options;
    this.#options = options;
    this.place = topic;
    this.description = `the topic ${topic}`;
    this.#addRow = jsonRowAdder(schema, zone);
    this.#addKey = jsonRowAdder(key.map(({ column }) => schema[column]!), zone);
    this.#end = objectEnd(query === undefined ? "" : `,"query":${JSON.stringify(query)}`);
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
    await this.#append(rows.map((row) => ({
      key: key.length === 0 ? null : key.map(({ column }) => row[column]!),
      row,
    })));
  }

  async removeGroups(groups: Iterable<readonly Value[]>): Promise<void> {
    const { key, tombstones } = this.#options;
    if (!tombstones) return;
    let records: TombstoneOrRow[] = [];
    for (const values of groups) {
      records.push({ key: key.map(({ field }, index) => shown(values[index]!, field)), row: null });
      if (records.length < CHUNK_ROWS_MAX) continue;
      await this.#append(records);
      records = [];
    }
    await this.#append(records);
  }

  /** Appends records, whose texts share one piece of memory. */
  async #append(records: readonly TombstoneOrRow[]): Promise<void> {
    if (records.length === 0) return;
    const text = new TextBytes();
    const add = (addColumns: AddRow, columns: Readonly<Row> | null) => {
      if (columns === null) return null;
      const start = text.length;
      addColumns(columns, text);
      text.add(this.#end);
      return { start, end: text.length };
    };
    const places = records.map(({ key, row }) => ({
      key: add(this.#addKey, key),
      value: add(this.#addRow, row),
    }));
    const bytesAt = (place: { readonly start: number; readonly end: number } | null) =>
      place === null ? null : text.bytes.subarray(place.start, place.end);
    await this.#topic!.append(places.map(({ key, value }) => ({ key: bytesAt(key), value: bytesAt(value) })));
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
