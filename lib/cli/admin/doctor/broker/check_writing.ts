/** Whether records can be written and read again, and what time it is for the broker. */
import { formatDuration, formatSpan } from "../../../../base/text/duration.ts";
import type { Broker } from "../../../../broker/broker.ts";
import { consumedRecords } from "../../../../broker/consumed_records.ts";
import { RecordsBuilder } from "../../../../broker/record_batch/encode.ts";
import type { Context } from "../../../context.ts";
import { type AreaFinding, failure, findingsOf, good, warning } from "../finding.ts";

/** A clock that is wrong by more than this makes retention and watermarks go wrong. */
const CLOCK_WARNING_MS = 2_000;
const CLOCK_FAILURE_MS = 60_000;

/** Writes a record to a topic of its own, reads it, and deletes the topic. */
export async function checkWriting(
  { settings: { kafka }, io: { host } }: Context,
  broker: Broker,
  signal: AbortSignal,
): Promise<readonly AreaFinding[]> {
  const topic = `sfcrime-doctor-${host.newId()}`;
  const created = await findingsOf(() =>
    broker.createTopic(topic, {
      numPartitions: 1,
      replicationFactor: kafka.replication_factor,
      ...broker.hasTopicSettings ? { config: { "message.timestamp.type": "LogAppendTime" } } : {},
    }).then(() => [])
  );
  if (created.length > 0) return created;
  const findings = await findingsOf(() => writeAndRead(broker, { topic, host, signal }));
  return [...findings, ...await findingsOf(() => broker.deleteTopic(topic).then(() => []))];
}

async function writeAndRead(
  broker: Broker,
  { topic, host, signal }: {
    readonly topic: string;
    readonly host: Context["io"]["host"];
    readonly signal: AbortSignal;
  },
): Promise<readonly AreaFinding[]> {
  const value = new TextEncoder().encode(topic);
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const [beforeMs, startMs] = [host.nowMs(), host.monotonicMs()];
  try {
    const records = RecordsBuilder.of([{ key: null, value, timestampMs: beforeMs }]);
    await appender.append(topic, [{ partition: 0, records }]);
  } finally {
    await appender.close();
  }
  const [afterMs, writtenMs] = [host.nowMs(), host.monotonicMs()];
  const timestampMs = await readBack(broker, topic, signal);
  if (timestampMs === undefined) return [failure(`The record that was written to ${topic} was not read.`)];
  const [writing, reading] = [writtenMs - startMs, host.monotonicMs() - writtenMs].map(formatDuration);
  const written = good(`A record was written within ${writing}, and read within ${reading}`);
  return broker.hasTopicSettings ? [written, clockFinding(timestampMs, { beforeMs, afterMs })] : [written];
}

async function readBack(broker: Broker, topic: string, signal: AbortSignal): Promise<number | undefined> {
  const reader = await broker.openReader();
  try {
    const range = { topic, partition: 0, from: 0, to: 1 };
    for await (const chunk of reader.read(range, signal)) {
      const [record] = consumedRecords(chunk, range);
      if (record !== undefined) return record.timestampMs;
    }
    return undefined;
  } finally {
    await reader.close();
  }
}

/** The broker's clock was read between two readings of ours. */
function clockFinding(
  brokerMs: number,
  { beforeMs, afterMs }: { readonly beforeMs: number; readonly afterMs: number },
): AreaFinding {
  const differenceMs = brokerMs < beforeMs ? brokerMs - beforeMs : Math.max(0, brokerMs - afterMs);
  const absoluteMs = Math.abs(differenceMs);
  if (absoluteMs <= CLOCK_WARNING_MS) return good("The broker's clock and this machine's agree");
  const text = `The broker's clock is ${formatSpan(absoluteMs)} ${
    differenceMs > 0 ? "ahead of" : "behind"
  } this machine's.`;
  const advice = "Let both set their clocks by NTP.";
  return absoluteMs > CLOCK_FAILURE_MS ? failure(text, advice) : warning(text, advice);
}
