/** All records of a topic with all their parts, read by the program's own reader, for brokers that kcat does not know. */
import { decodeBatches, readHeaders } from "../../lib/broker/record_batch/decode.ts";
import type { Broker } from "../../lib/broker/broker.ts";

/** A record; its bytes as text, of which each character is a byte. */
export interface WholeRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly timestampMs: number;
  readonly headers: readonly (readonly [string, string | null])[];
}

/** By partition, in the order of their offsets. */
export async function topicRecords(broker: Broker, topic: string): Promise<WholeRecord[]> {
  const found: WholeRecord[] = [];
  const reader = await broker.openReader();
  for (const [partition, to] of await broker.listOffsets(topic, "latest")) {
    const range = { topic, partition, from: 0, to };
    for await (const { bytes, aborted } of reader.read(range)) {
      decodeBatches(bytes, { ...range, aborted }, (record) => {
        const part = (start: number, end: number) =>
          start < 0 ? null : latin1(record.bytes.subarray(start, end));
        found.push({
          partition,
          key: part(record.keyStart, record.keyEnd),
          value: part(record.valueStart, record.valueEnd),
          timestampMs: record.timestampMs,
          headers: readHeaders(record).map(({ key, value }) => [key, value === null ? null : latin1(value)]),
        });
      });
    }
  }
  await reader.close();
  return found;
}

/** Bytes as text. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The bytes of such a text. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
