/** Sends the records of `produce` to their topic, once all that can be checked before has been. */
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { Broker } from "../../broker/broker.ts";
import { missingPartition } from "../../broker/failures.ts";
import { ensureTopic } from "../../broker/topics/new_topic.ts";
import { datesByWriting, retentionMsOf } from "../../broker/topics/topic_config.ts";
import { DryRunBroker, type ProducerBroker } from "../../broker/writing/dry_run.ts";
import type { newTopicsOf } from "../../config/new_topics.ts";
import type { Settings } from "../../config/settings.ts";
import type { DeadLetters } from "../../produce/broken/dead_letters.ts";
import type { InputSource } from "../../produce/input/input_source.ts";
import { inputRecords } from "../../produce/notes/input_records.ts";
import { oldRecordsOf } from "../../produce/old_records.ts";
import type { Pace } from "../../produce/pace.ts";
import { produce } from "../../produce/produce.ts";
import type { ProduceOptions, ProduceSummary } from "../../produce/produce_options.ts";
import type { RunTracker } from "../../produce/resume/record_gate.ts";
import { type Context, interruptible } from "../context.ts";
import type { Encoders } from "./encoders.ts";
import { progressReporter } from "./produce_progress.ts";
import { reportRun } from "./produce_report.ts";
import { asksForKey, validationOf } from "./produced_topic.ts";
import type { RecordOptions } from "./record_options.ts";

const log = logger("produce");

/** What the flags of a run say of how it goes. */
export interface SendFlags {
  readonly limit: number | undefined;
  readonly loop: boolean;
  readonly dryRun: boolean;
  readonly partition: number | undefined;
}

/** All that is decided before a run. */
export interface Sending {
  readonly broker: Broker;
  readonly newTopics: ReturnType<typeof newTopicsOf>;
  readonly input: InputSource;
  readonly records: RecordOptions;
  readonly pace: Pace;
  readonly order: string | undefined;
  readonly encoders: Encoders;
  readonly tracker: RunTracker | undefined;
  readonly transactions: ProduceOptions["transactions"];
  readonly deadLetters: DeadLetters;
  readonly onError: ProduceOptions["onError"];
  readonly flags: SendFlags;
}

/** Sends the records, and says what was sent. */
export async function send(context: Context, sending: Sending): Promise<void> {
  const { settings, io } = context;
  const { producer, kafka: { topic, num_partitions: numPartitions } } = settings;
  const { broker, newTopics: _made, input, records, order, encoders, deadLetters, flags, ...others } =
    sending;
  const dry = flags.dryRun ? new DryRunBroker(broker, { topic, numPartitions }) : undefined;
  const retentionMs = dry === undefined ? await readyTopic(context, sending) : undefined;
  await requirePartition(dry ?? broker, { topic, partition: flags.partition });
  const progress = progressReporter(context, { input, loop: flags.loop });
  let summary: ProduceSummary | undefined;
  try {
    await interruptible(
      io,
      (signal) =>
        produce({
          ...others,
          broker: dry ?? broker,
          topic,
          input,
          ...records,
          ...encoders,
          retentionMs,
          sortBy: producer.sort_by,
          append: { codec: producer.compression, acks: producer.acks },
          lingerMs: producer.linger,
          batchBytes: producer.batch_bytes,
          limit: flags.limit,
          loop: flags.loop,
          strict: validationOf(settings) === "strict",
          requireKey: asksForKey(settings),
          deadLetters,
          clock: io.host,
          signal,
          onProgress: (now) => progress.update(now),
          onEnd: (ended) => summary = ended,
        }),
      () =>
        log.info(
          `Stopping: ${
            others.transactions === undefined
              ? "sending the records already read"
              : "aborting the open transaction"
          }. Press Ctrl-C again to stop immediately.`,
        ),
    );
  } finally {
    progress.stop();
    // Also after a failure: confirmed records stay in the topic.
    if (summary !== undefined) {
      const isConfirmed = producer.acks !== "0";
      reportRun(summary, { topic, input, deadLetters, order, isConfirmed, dryCounts: dry?.counts });
    }
  }
}

/** Creates the topic if it is missing. Returns how long it keeps records, where that matters. */
async function readyTopic(
  { settings, io }: Context,
  { broker, newTopics, input, records, flags, order }: Sending,
): Promise<number | undefined> {
  const { kafka } = settings;
  const datesByEvents = records.timestamp === "event";
  const { splitterOf } = inputRecords(
    { ...records.reading, name: input.name },
    { ...records.record, withEventTime: true },
  );
  const limit = order === undefined ? flags.limit : undefined;
  const { created, partitionCount } = await ensureTopic(broker, kafka.topic, {
    ...newTopics,
    askForOldRecords: datesByEvents ? oldRecordsOf({ input, splitterOf, limit, clock: io.host }) : undefined,
  });
  const partitions = plural(partitionCount, "partition");
  log.info(`Producing ${input.name} to topic ${kafka.topic}${created ? "" : ` (${partitions})`}`);
  if (
    !created && kafka.num_partitions !== partitionCount && isConfigured(settings, "kafka.num_partitions")
  ) {
    log.warn(
      `Topic ${kafka.topic} already exists with ${partitions}; num_partitions applies only to new topics.`,
    );
  }
  return datesByEvents ? await retentionOf(broker, kafka.topic) : undefined;
}

/** @throws {SfcrimeError} TOPIC_MISSING for a partition that the topic does not have. */
async function requirePartition(
  broker: ProducerBroker,
  { topic, partition }: { readonly topic: string; readonly partition: number | undefined },
): Promise<void> {
  if (partition === undefined) return;
  const count = (await broker.describeTopic(topic))?.partitions.length ?? 0;
  if (partition >= count) throw missingPartition(topic, partition);
}

/** How long a topic keeps records that are dated by their producer; undefined where it may keep them by other rules. */
async function retentionOf(broker: Broker, topic: string): Promise<number | undefined> {
  const settings = await broker.topicConfig(topic);
  if (settings === undefined) return undefined;
  const config = Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));
  return datesByWriting(config) ? undefined : retentionMsOf(config);
}

function isConfigured(settings: Settings, name: string): boolean {
  const origin = settings.provenance.get(name)?.origin;
  return origin === "flag" || origin === "environment";
}
