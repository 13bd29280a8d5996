/** Topics of the embedded broker that have the given records. */
import { join } from "node:path";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openBroker } from "./brokers.ts";
import { Workplace } from "./workplace.ts";

/** A record; a text is that of its bytes. */
export interface FilledRecord {
  readonly key?: string | null;
  readonly value: string | Uint8Array | null;
  /** Its time in Kafka; 1970 by default. */
  readonly timestampMs?: number;
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
  { directory, topic }: Workplace,
  records: readonly FilledRecord[],
): Promise<void> {
  const broker = await openBroker({ kind: "embedded", path: join(directory, ".sfcrime", "broker.db") });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const bytes = (part: string | Uint8Array | null) =>
    typeof part === "string" ? new TextEncoder().encode(part) : part;
  const all = records.map(({ key = null, value, timestampMs = 0 }) => ({
    key: bytes(key),
    value: bytes(value),
    timestampMs,
  }));
  await appender.append(topic, [{ partition: 0, records: RecordsBuilder.of(all) }]);
  await appender.close();
  await broker.close();
}
