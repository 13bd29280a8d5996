/** Topics that have the given records. */
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openBroker } from "./brokers.ts";
import { Workplace } from "./workplace.ts";

/** A record; a text is that of its bytes. */
export interface FilledRecord {
  readonly key?: string | Uint8Array | null;
  readonly value: string | Uint8Array | null;
  /** Its time in Kafka; 1970 by default. */
  readonly timestampMs?: number;
  readonly headers?: readonly { readonly key: string; readonly value: string | Uint8Array | null }[];
}

/** A place whose topic has the records. */
export async function filledTopic(records: readonly FilledRecord[]): Promise<Workplace> {
  const place = new Workplace();
  await place.succeedInProcess(["topic", "create", place.topic]);
  await fillTopic(place, records);
  return place;
}

/** Adds records to the topic of a place. */
export async function fillTopic(
  { address, topic }: Workplace,
  records: readonly FilledRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const broker = await openBroker(address);
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const bytes = (part: string | Uint8Array | null) =>
    typeof part === "string" ? new TextEncoder().encode(part) : part;
  const all = records.map(({ key = null, value, timestampMs = 0, headers = [] }) => ({
    key: bytes(key),
    value: bytes(value),
    timestampMs,
    headers: headers.map(({ key, value }) => ({ key, value: bytes(value) })),
  }));
  await appender.append(topic, [{ partition: 0, records: RecordsBuilder.of(all) }]);
  await appender.close();
  await broker.close();
}
