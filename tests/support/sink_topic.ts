/** What kcat, which is none of us, sees in a topic that a sink has written. */
import { Kafka, logLevel } from "kafkajs";
import { openBroker } from "../../lib/broker/open.ts";
import { run } from "./program.ts";
import { type KcatRecord, lines } from "./workplace.ts";

/** Only a failure takes so long. */
const KCAT_SECONDS_MAX = "60";
const SETTLE_MS_MAX = 60_000;

/**
 * Waits until no transaction is open: Kafka says that one is committed as soon as that is decided, and shows its
 * records a moment later.
 */
async function settled(servers: readonly string[], topic: string): Promise<void> {
  const broker = await openBroker({ kind: "kafka", servers, clientId: "settled", properties: {} });
  const admin = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    for (const untilMs = Date.now() + SETTLE_MS_MAX; Date.now() < untilMs;) {
      const ends = await admin.fetchTopicOffsets(topic);
      const stable = await broker.listOffsets(topic, "latest");
      if (ends.every(({ partition, high }) => stable.get(partition) === Number(high))) return;
    }
    throw new Error(`A transaction on ${topic} stays open.`);
  } finally {
    await admin.disconnect();
    await broker.close();
  }
}

/** The records of committed transactions, by partition and offset. */
export async function committedRecords(servers: readonly string[], topic: string): Promise<KcatRecord[]> {
  await settled(servers, topic);
  const how = ["-C", "-e", "-q", "-J", "-X", "isolation.level=read_committed"];
  const words = [KCAT_SECONDS_MAX, "kcat", "-b", servers.join(","), "-t", topic, ...how];
  const { code, stdout, stderr } = await run(words, { executable: "timeout" });
  if (code !== 0) throw new Error(`kcat ended with ${code}:\n${stderr}`);
  return lines(stdout).map((line) => JSON.parse(line) as KcatRecord)
    .sort((left, right) => left.partition - right.partition || left.offset - right.offset);
}

/** What a compacted topic keeps of records with keys: the last value of each, nothing where that is none. */
export function compacted(records: readonly KcatRecord[]): Map<string, string> {
  const last = new Map<string, string>();
  for (const { key, payload } of records) {
    if (key === null) continue;
    if (payload === null) last.delete(key);
    else last.set(key, payload);
  }
  return last;
}
