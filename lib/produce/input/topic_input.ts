/**
 * A topic with dead letters, up to the end that it has now: each record as a line of JSON with all its parts, the id of
 * its place, and the topic that it is from, as the programs say that write such topics.
 */
import { Buffer } from "node:buffer";
import type { ConsumedRecord, OffsetRange } from "../../broker/broker.ts";
import type { ProducerBroker } from "../../broker/writing/dry_run.ts";
import { consumedRecords } from "../../broker/consumed_records.ts";
import { missingTopic } from "../../broker/failures.ts";
import { topicRanges } from "../../broker/topics/topic_ranges.ts";
import type { InputItem, InputPosition, SplitterOf } from "../../records/splitting/input_item.ts";
import type { InputPlace, InputSource, ReadOptions } from "./input_source.ts";
import { splitChunks } from "./split_chunks.ts";

/** The headers in which programs write where a record comes from: Kafka Connect, Spring, and others. */
const ORIGIN_HEADERS = ["__connect.errors.topic", "kafka_dlt-original-topic", "x-original-topic"];

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** What is read. */
interface ReadTopic {
  readonly topic: string;
  readonly id: string;
  readonly ranges: readonly OffsetRange[];
}

/** See the module's description. */
export class TopicInput implements InputSource {
  readonly name: string;
  readonly sizeBytes = undefined;
  readonly repeatable = true;
  readonly resumable = true;
  bytesRead = 0;
  readonly #broker: ProducerBroker;
  readonly #read: ReadTopic;

  private constructor(broker: ProducerBroker, read: ReadTopic) {
    this.name = `topic ${read.topic}`;
    this.#broker = broker;
    this.#read = read;
  }

  /** @throws {SfcrimeError} TOPIC_MISSING */
  static async open(broker: ProducerBroker, topic: string): Promise<TopicInput> {
    const description = await broker.describeTopic(topic);
    if (description === undefined) throw missingTopic(topic, await broker.listTopics());
    return new TopicInput(broker, { topic, id: description.id, ranges: await topicRanges(broker, topic) });
  }

  items<Notes, Block = never>(
    splitterOf: SplitterOf<Notes, Block>,
    options: ReadOptions,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    return splitChunks(this.#chunks(options.signal), { name: this.name, splitterOf, ...options });
  }

  placeOf({ record }: Pick<InputPosition, "record">): InputPlace {
    return { name: this.name, record };
  }

  async *#chunks(signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { id, ranges } = this.#read;
    const reader = await this.#broker.openReader();
    try {
      for (const range of ranges) {
        if (range.from >= range.to) continue;
        for await (const chunk of reader.read(range, signal)) {
          const lines = consumedRecords(chunk, range).map((record) => letterLine(record, id));
          if (lines.length > 0) yield utf8.encode(lines.join(""));
        }
      }
    } finally {
      await reader.close();
    }
  }
}

function letterLine(record: ConsumedRecord, topicId: string): string {
  const { topic, partition, offset, timestampMs: timestamp, key, value, headers } = record;
  const origin = ORIGIN_HEADERS.map((name) => headers.find((header) => header.key === name)?.value)
    .find((found) => found !== undefined && found !== null);
  const parts = {
    letter: `${topic} ${topicId} ${partition} ${offset}`,
    ...origin === undefined || origin === null ? {} : { topic: text.decode(origin) },
    timestamp,
    key: partOf(key),
    headers: headers.map((header) => ({ key: header.key, value: partOf(header.value) })),
    value: partOf(value),
  };
  return `${JSON.stringify(parts)}\n`;
}

function partOf(bytes: Uint8Array | null): { readonly base64: string } | null {
  return bytes && { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64") };
}
