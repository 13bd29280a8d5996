/** What kcat, which is none of us, sees in a topic that a sink has written. */
import { openBroker } from "./brokers.ts";
import { run } from "./program.ts";
import { type KcatRecord, lines } from "./workplace.ts";

/** Only a failure takes so long. */
const KCAT_SECONDS_MAX = "60";
const SETTLE_MS_MAX = 60_000;

/** The ends of all partitions, of all records or of those whose transactions have ended; undefined while it is unknown. */
async function ends(
  servers: readonly string[],
  partitions: readonly string[],
  isolation: "read_uncommitted" | "read_committed",
): Promise<string | undefined> {
  const words = ["-b", servers.join(","), "-Q", "-X", `isolation.level=${isolation}`];
  const asked = partitions.flatMap((partition) => ["-t", `${partition}:-1`]);
  const { code, stdout } = await run([...words, ...asked], { executable: "kcat" });
  return code === 0 ? stdout : undefined;
}

/**
 * Waits until no transaction is open: Kafka says that one is committed as soon as that is decided, and shows its
 * records a moment later, when the markers have come to all partitions.
 */
async function settled(servers: readonly string[], topic: string): Promise<void> {
  const broker = await openBroker({ kind: "kafka", servers, clientId: "settled", properties: {} });
  const description = await broker.describeTopic(topic).finally(() => broker.close());
  const partitions = description!.partitions.map(({ partition }) => `${topic}:${partition}`);
  for (const untilMs = performance.now() + SETTLE_MS_MAX; performance.now() < untilMs;) {
    const all = await ends(servers, partitions, "read_uncommitted");
    if (all !== undefined && all === await ends(servers, partitions, "read_committed")) return;
  }
  throw new Error(`A transaction on ${topic} stays open.`);
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
