/**
 * The producer: sends an input to a topic, at a pace, and never loses a record silently.
 *
 * A record counts as sent when the broker has acknowledged it. A stop flushes the records that were taken, and reports
 * how far the input was read.
 */
import { SfcrimeError } from "../base/errors.ts";
import { missingTopic } from "../broker/failures.ts";
import { DryRunBroker } from "../broker/writing/dry_run.ts";
import type { Pace } from "./pace.ts";
import { ProduceRun } from "./produce_run.ts";
import { isSorted, type ProduceOptions, type ProduceSummary } from "./produce_options.ts";
import type { RecordGate, TrackedRun } from "./resume/record_gate.ts";

const UNLIMITED: Pace = { kind: "unlimited" };

/**
 * Runs to the end of the input, the limit, or the signal.
 *
 * @throws {SfcrimeError} If the broker rejects a batch or is lost, the input cannot be read to its end, a record is
 * broken with `onError` fail, valid records may be among the broken ones, or no record could be sent. Records that
 * were acknowledged stay in the topic.
 */
export async function produce(options: ProduceOptions): Promise<ProduceSummary> {
  if (options.loop && !options.input.repeatable && !isSorted(options)) {
    throw new SfcrimeError(
      "USAGE",
      `Cannot produce ${options.input.name} in a loop: it can only be read once.`,
      { hint: "Save it to a file first, or remove --loop." },
    );
  }
  const { broker, topic: name, input, signal, tracker } = options;
  const topic = await broker.describeTopic(name);
  if (topic === undefined) throw missingTopic(name, await broker.listTopics());
  const partitionCount = topic.partitions.length;
  const rehearse = (gate: RecordGate) => rehearsal(options, { gate, partitionCount });
  // What was committed before is known only when nobody else can commit.
  const transactional = options.transactions && await broker.openAppender({
    ...options.append,
    transactional: options.transactions.producer,
  });
  let tracked: TrackedRun | undefined;
  let appender = transactional;
  try {
    const { transactions } = transactional ?? {};
    tracked = await tracker?.open({ broker, topic, input, signal, transactions, rehearse });
    appender ??= await broker.openAppender({ ...options.append, resumed: tracked?.resumed });
    if (appender.id !== undefined) await tracked?.begin(appender.id);
    const limit = await appender.batchLimit(name);
    const run = tracked?.resumed ?? { id: appender.id!, counts: new Map() };
    const target = { appender, limit, partitionCount, gate: tracked?.gate, run };
    const summary = await new ProduceRun(options, target).run();
    if (!summary.stopped) await tracked?.end();
    return summary;
  } finally {
    options.deadLetters.close();
    await appender?.close();
    tracked?.close();
  }
}

/** Takes all records without sending or reporting anything. */
async function rehearsal(
  options: ProduceOptions,
  { gate, partitionCount }: { readonly gate: RecordGate; readonly partitionCount: number },
): Promise<void> {
  const { broker, topic, onEnd: _ended, transactions: _none, ...others } = options;
  const appender = await new DryRunBroker(broker, { topic, numPartitions: partitionCount }).openAppender();
  const limit = await appender.batchLimit(topic);
  const silent = {
    ...others,
    broker,
    topic,
    pace: UNLIMITED,
    onError: "skip" as const,
    onProgress: () => {},
  };
  await new ProduceRun(silent, { appender, limit, partitionCount, gate, run: undefined }).run();
}
