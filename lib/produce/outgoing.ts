/** A record as it is sent: its key and value encoded, its headers, its timestamp and its partition. */
import type { Clock } from "../base/clock.ts";
import { plural } from "../base/text/format.ts";
import type { ProducerRecord, RecordHeader } from "../broker/record_batch/encode.ts";
import type { Partitioner } from "../broker/writing/partitioner.ts";
import type { EncodeJson } from "../records/formats/schemas/value_encoder.ts";
import { UnfitValue, within } from "../records/formats/schemas/unfit_value.ts";
import type { GoodItem } from "../records/splitting/input_item.ts";
import type { RecordNotes } from "./notes/record_notes.ts";

/** What records are made of, besides their input. */
export interface OutgoingOptions {
  readonly topic: string;
  /** Timestamp of a record: the time of sending, or its event time if it has one. */
  readonly timestamp: "now" | "event";
  /** Added to the headers that a record has itself. */
  readonly headers?: readonly RecordHeader[] | undefined;
  readonly placement?: Placement | undefined;
  /** Encodes values by a schema; without it, they are sent as they stand. */
  readonly encode?: EncodeJson | undefined;
  /** Encodes keys by a schema, from the JSON of their field. */
  readonly encodeKey?: EncodeJson | undefined;
  readonly clock: Clock;
}

/** How partitions are chosen. By default, a record that names its partition goes there, and others by their key. */
export type Placement =
  | { readonly kind: "partition"; readonly partition: number }
  /** By the hash of the key, as in Java's client; records without a key take turns. */
  | { readonly kind: "murmur2" }
  | { readonly kind: "round-robin" };

/** A record to send. */
export interface Outgoing {
  readonly record: ProducerRecord;
  readonly partition: number;
}

/** Why a record is not sent. */
export interface NotSent {
  /** As a sentence ends. */
  readonly reason: string;
  readonly hint?: string;
}

/** See the module's description. */
export class OutgoingMaker {
  readonly #options: OutgoingOptions;
  readonly #partitioner: Partitioner;
  readonly #partitionCount: number;

  constructor(
    options: OutgoingOptions,
    { partitioner, partitionCount }: { readonly partitioner: Partitioner; readonly partitionCount: number },
  ) {
    this.#options = options;
    this.#partitioner = partitioner;
    this.#partitionCount = partitionCount;
  }

  /** Makes a record of an item. */
  make(item: GoodItem<RecordNotes>): Outgoing | NotSent {
    const { unfit, own } = item.notes;
    if (unfit !== undefined) return { reason: unfit };
    const record = this.#encoded(item);
    if (record instanceof UnfitValue) return { reason: `it does not fit the schema: ${record.message}` };
    const partition = this.#partitionOf(record.key, own?.partition);
    if (partition < this.#partitionCount) return { record, partition };
    const { topic } = this.#options;
    return {
      reason: `it belongs to partition ${partition}, and topic ${topic} has ${
        plural(this.#partitionCount, "partition")
      }`,
      hint: "Use --partitioner murmur2 to choose partitions by key, or give the topic as many partitions.",
    };
  }

  #encoded({ bytes, notes: { key, eventMs, own } }: GoodItem<RecordNotes>): ProducerRecord | UnfitValue {
    const { encode, encodeKey, clock, timestamp } = this.#options;
    const timestampMs = timestamp === "event" && eventMs !== undefined ? eventMs : clock.nowMs();
    const value = own === undefined ? bytes : own.value;
    const headers = this.#headersOf(own?.headers);
    if (encode === undefined && encodeKey === undefined) {
      return headers === undefined ? { key, value, timestampMs } : { key, value, timestampMs, headers };
    }
    try {
      return {
        key: key === null || encodeKey === undefined ? key : within("key", () => encodeKey(key)),
        value: encode === undefined || value === null ? value : encode(value),
        timestampMs,
        ...headers === undefined ? {} : { headers },
      };
    } catch (error) {
      if (error instanceof UnfitValue) return error;
      throw error;
    }
  }

  #headersOf(own: readonly RecordHeader[] | undefined): readonly RecordHeader[] | undefined {
    const { headers: added } = this.#options;
    if (own === undefined || own.length === 0) return added;
    return added === undefined ? own : [...own, ...added];
  }

  #partitionOf(key: Uint8Array | null, own: number | undefined): number {
    const { placement } = this.#options;
    switch (placement?.kind) {
      case "partition":
        return placement.partition;
      case "round-robin":
        return this.#partitioner.of(null);
      case "murmur2":
        return this.#partitioner.of(key);
      case undefined:
        return own ?? this.#partitioner.of(key);
    }
  }
}

/** Whether a record is not sent. */
export function isNotSent(made: Outgoing | NotSent): made is NotSent {
  return "reason" in made;
}
