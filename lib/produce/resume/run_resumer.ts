/** A run that is remembered, and that goes on where the one before was interrupted, if it is asked to. */
import { SfcrimeError } from "../../base/errors.ts";
import { formatCount, plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { ProducerId } from "../../broker/writing/appender.ts";
import type { ProducerTail } from "../../broker/writing/producer_tail.ts";
import { beginningOf } from "../../broker/writing/run_transactions.ts";
import { committedTails } from "./committed_tails.ts";
import { producerTails } from "./producer_tails.ts";
import type { RunTracker, TrackedRun, TrackedTarget } from "./record_gate.ts";
import { Resumption } from "./resumption.ts";
import { type RememberedRun, RunFile } from "./run_file.ts";

const log = logger("produce");

/** What is remembered of runs, and where. */
export interface TrackingOptions {
  /** Where runs are remembered. */
  readonly directory: string;
  /** The absolute paths of the inputs. */
  readonly inputs: readonly string[];
  /** Whether to go on where the last run was interrupted. */
  readonly resume: boolean;
  /** What decides which records are sent in which order, by the names of settings. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** See the module's description. */
export class RunResumer implements RunTracker {
  readonly #options: TrackingOptions;

  constructor(options: TrackingOptions) {
    this.#options = options;
  }

  async open(target: TrackedTarget): Promise<TrackedRun | undefined> {
    const { directory, inputs, resume } = this.#options;
    const { topic } = target;
    const take = () => RunFile.take(directory, { topic: topic.name, topicId: topic.id, inputs });
    // A run that does not resume another one may go on beside it.
    const file = resume ? take() : takenIfFree(take);
    if (file === undefined) return undefined;
    try {
      const found = resume ? await findRun(file, this.#options, target) : undefined;
      return found === undefined ? newRun(file, this.#options, target) : goneOn(file, found, target);
    } catch (error) {
      file.release();
      throw error;
    }
  }
}

function newRun(file: RunFile, options: TrackingOptions, target: TrackedTarget): TrackedRun {
  const { broker, topic, transactions } = target;
  return {
    gate: undefined,
    resumed: undefined,
    async begin(id) {
      const starts = await broker.listOffsets(topic.name, "latest");
      // What Kafka has forgotten is then told from what was not sent.
      await transactions?.commit(topic.name, beginningOf(id, starts.keys()));
      try {
        file.write({ id, starts, settings: settingsOf(options, target) });
      } catch (error) {
        if (options.resume || !(error instanceof SfcrimeError)) throw error;
        tellLost(error);
      }
    },
    end: () => Promise.resolve(),
    close: () => file.release(),
  };
}

function goneOn(file: RunFile, { id, tails }: FoundRun, { topic, input }: TrackedTarget): TrackedRun {
  const counts = new Map([...tails].map(([partition, { count }]) => [partition, count]));
  return {
    gate: new Resumption(tails, input),
    resumed: { id, topic: topic.name, counts },
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
    close: () => file.release(),
  };
}

/** A run that was found, and what the topic has of it. */
interface FoundRun {
  readonly id: ProducerId;
  readonly tails: ReadonlyMap<number, ProducerTail>;
}

async function findRun(
  file: RunFile,
  options: TrackingOptions,
  target: TrackedTarget,
): Promise<FoundRun | undefined> {
  const { input, topic, transactions } = target;
  const run = file.read();
  if (run === undefined) {
    log.info(
      `No earlier run of ${input.name} to topic ${topic.name} is known here: it is sent from its beginning.`,
    );
    return undefined;
  }
  requireSameSettings(run.settings, settingsOf(options, target));
  const tails = transactions === undefined
    ? await producerTails(run, target)
    : await committedTails(run.id, transactions, target);
  const total = [...tails.values()].reduce((sum, { count }) => sum + count, 0);
  log.info(
    `Resuming: topic ${topic.name} has ${plural(total, "record")} of ${input.name} (${
      [...tails].map(([partition, { count }]) => `${formatCount(count)} in partition ${partition}`).join(", ")
    })`,
  );
  return { id: run.id, tails };
}

/** The settings of a run, with the number of partitions, by which records are placed. */
function settingsOf({ settings }: TrackingOptions, { topic }: TrackedTarget): RememberedRun["settings"] {
  return { ...settings, partitions: topic.partitions.length };
}

/** @throws {SfcrimeError} INPUT with the names of those that differ. */
function requireSameSettings(before: RememberedRun["settings"], now: RememberedRun["settings"]): void {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const other = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
  if (other.length === 0) return;
  throw new SfcrimeError(
    "INPUT",
    `The interrupted run had other settings: ${
      other.map((name) => `${name} was ${JSON.stringify(before[name]) ?? "unset"}`).join(", ")
    }.`,
    { hint: "Resume it with the same settings, or leave --resume out to send the whole input again." },
  );
}

/** Undefined if another process has it, or it cannot be written: a run may do without. */
function takenIfFree(take: () => RunFile): RunFile | undefined {
  try {
    return take();
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    tellLost(error);
    return undefined;
  }
}

/** A run that is not remembered is sent like any other. */
function tellLost({ message }: SfcrimeError): void {
  log.warn(`This run cannot be resumed, should it be interrupted: ${message}`);
}
