/**
 * A run that sends the rows of a data set, and goes on after those that the topic has. It goes on as the producer that
 * sent the last of them, so that a broker refuses what is still under way from an earlier run, or from one on another
 * machine.
 */
import { join } from "node:path";
import { SfcrimeError, writing } from "../../base/errors.ts";
import { FileLock } from "../../base/files/file_lock.ts";
import { makeOwnDirectory } from "../../base/files/own_file.ts";
import { digestOf } from "../../base/text/digest.ts";
import { logger } from "../../base/log.ts";
import type { ResumedProducer } from "../../broker/writing/appender.ts";
import type { DataSetInput } from "../input/data_set/data_set_input.ts";
import { producerTails } from "./producer_tails.ts";
import type { RunTracker, TrackedRun, TrackedTarget } from "./record_gate.ts";
import { sentRowsOfTopic, type TopicRows } from "./sent_rows_of_topic.ts";

const log = logger("produce");

/** What is sent, and how. */
export interface RowTrackerOptions {
  readonly input: DataSetInput;
  /** The name of the header with the places of rows. */
  readonly header: string;
  /** Where runs on this machine keep each other out; undefined for a run that sends nothing. */
  readonly directory: string | undefined;
}

/** See the module's description. */
export class RowTracker implements RunTracker {
  readonly #options: RowTrackerOptions;

  constructor(options: RowTrackerOptions) {
    this.#options = options;
  }

  async open(target: TrackedTarget): Promise<TrackedRun> {
    const { input, header, directory } = this.#options;
    const lock = directory === undefined ? undefined : await this.#lock(directory, target);
    try {
      // A topic without an id is yet to be created.
      const before = target.topic.id === "" ? undefined : await sentRowsOfTopic(header, target);
      if (before !== undefined) input.goOnAfter(before);
      log.info(
        before === undefined
          ? `Topic ${target.topic.name} has no rows of ${input.name} yet`
          : `Topic ${target.topic.name} has rows of ${input.name}: ${
            input.continuation.replace("a later run", "this run")
          }`,
      );
      return {
        gate: undefined,
        // Transactions have an id by which others are fenced off.
        resumed: before && target.transactions === undefined ? await resumedBy(before, target) : undefined,
        begin: () => Promise.resolve(),
        end: () => Promise.resolve(),
        close: () => lock?.release(),
      };
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  async #lock(directory: string, { topic }: TrackedTarget): Promise<FileLock> {
    const { input, header } = this.#options;
    const name = `${topic.name}-rows-${digestOf([topic.id, header])}.lock`;
    await writing(directory, () => Promise.resolve(makeOwnDirectory(directory)));
    return FileLock.take(
      join(directory, name),
      () =>
        new SfcrimeError("INPUT", `Another run is sending ${input.name} to topic ${topic.name}.`, {
          hint: "Wait for its end, or stop it.",
        }),
    );
  }
}

/** The producer to go on as; undefined if the topic does not tell how much it has sent. */
async function resumedBy(
  { producer: id }: TopicRows,
  target: TrackedTarget,
): Promise<ResumedProducer | undefined> {
  if (id === undefined) return undefined;
  const { broker, topic: { name: topic } } = target;
  const starts = await broker.listOffsets(topic, "earliest");
  const tails = await producerTails({ id, starts }, target);
  const isGone = [...tails].some(([partition, { count }]) => count === 0 && (starts.get(partition) ?? 0) > 0);
  if (isGone) return undefined;
  return { id, topic, counts: new Map([...tails].map(([partition, { count }]) => [partition, count])) };
}
