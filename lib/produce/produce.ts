/**
 * The producer: from an input to a topic, at a pace, losing nothing without a word.
 *
 * A record counts as sent when the broker has confirmed it. A stop flushes what was taken and says how far
 * the input was read.
 */
import type { Clock } from "../base/clock.ts";
import { SfcrimeError } from "../base/errors.ts";
import { plural } from "../base/format.ts";
import { logger } from "../base/log.ts";
import type { Appender, AppendOptions, Broker } from "../broker/broker.ts";
import { keyPartitioner } from "../broker/partitioner.ts";
import { BatchWriter } from "./batch_writer.ts";
import type { DeadLetters } from "./dead_letters.ts";
import type { InputSource } from "./input_source.ts";
import { type Pace, Schedule } from "./pace.ts";
import { makeRecord, type RecordOptions } from "./record_maker.ts";
import type { InputItem, InputPosition } from "../records/record_splitter.ts";
import { type TimedItem, TimeOrder } from "./time_order.ts";

/** What to produce, and how. */
export interface ProduceOptions {
  readonly broker: Broker;
  readonly topic: string;
  readonly input: InputSource;
  readonly pace: Pace;
  readonly record: RecordOptions;
  readonly append: AppendOptions;
  /** Records to send before stopping, or undefined for all. */
  readonly limit: number | undefined;
  /** Whether to begin again at the end of the input. */
  readonly loop: boolean;
  readonly onError: "fail" | "skip" | "dead-letter";
  /** Whether a record that breaks the calls' schema counts as broken. */
  readonly strict: boolean;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProduceProgress) => void;
}

/** How far a run has come. */
export interface ProduceProgress {
  /** Records that the broker has confirmed. */
  readonly sent: number;
  /** Bytes of their keys and values. */
  readonly sentBytes: number;
  /** Records that were not sent because they are broken. */
  readonly broken: number;
  /** Records that were sent although they break the calls' schema. */
  readonly schemaProblems: number;
  readonly elapsedMs: number;
  /** Records that are known to come in all: where the whole input was indexed, or a limit is set. */
  readonly expected: number | undefined;
}

/** How a run ended. */
export interface ProduceSummary extends ProduceProgress {
  /** The last record that was taken, where the run was stopped before the input's end. */
  readonly stoppedAt: InputPosition | undefined;
}

const log = logger("produce");

/** Problems of one kind that are told one by one; the others are only counted. */
const WARNINGS_MAX = 5;

/**
 * Runs to the end of the input, the limit, or the signal.
 *
 * @throws {SfcrimeError} When the broker refuses or is lost, the input cannot be read to its end, the first
 * record is broken with `onError` fail, or nothing at all could be sent. What was confirmed before is kept.
 */
export async function produce(options: ProduceOptions): Promise<ProduceSummary> {
  if (options.loop && !options.input.repeatable && options.pace.kind !== "replay") {
    throw new SfcrimeError("USAGE", "stdin cannot be produced in a loop: it can be read once only.", {
      hint: "Save it to a file first, or leave --loop away.",
    });
  }
  const { broker, topic } = options;
  const description = await broker.describeTopic(topic);
  const appender = await broker.openAppender(options.append);
  try {
    return await new Run(options, appender, description?.partitions.length ?? 1).run();
  } finally {
    options.deadLetters.close();
    await appender.close();
  }
}

class Run {
  readonly #options: ProduceOptions;
  readonly #writer: BatchWriter;
  readonly #schedule: Schedule;
  readonly #partitionOf: (key: Uint8Array | null) => number;
  readonly #startMs: number;
  #sent = 0;
  #sentBytes = 0;
  #taken = 0;
  #broken = 0;
  #schemaProblems = 0;
  #expected: number | undefined;
  #last: InputPosition | undefined;

  constructor(options: ProduceOptions, appender: Appender, partitionCount: number) {
    this.#options = options;
    this.#schedule = new Schedule(options.pace);
    this.#partitionOf = keyPartitioner(partitionCount);
    this.#startMs = options.clock.nowMs();
    this.#expected = options.limit;
    this.#writer = new BatchWriter(appender, options.topic, ({ records, bytes }) => {
      this.#sent += records;
      this.#sentBytes += bytes;
      options.onProgress(this.#progress());
    });
  }

  async run(): Promise<ProduceSummary> {
    const { signal, input } = this.#options;
    let completed = false;
    try {
      completed = await this.#takeInput();
    } finally {
      // What was taken goes out also when the input breaks off behind it.
      await this.#writer.drain();
    }
    if (this.#taken === 0 && this.#broken > 0 && !signal.aborted) {
      throw new SfcrimeError(
        "INPUT",
        `No record of ${input.name} could be sent: all ${this.#broken} are broken.`,
        {
          hint: "Expected a JSON array of objects or one object a line.",
        },
      );
    }
    return { ...this.#progress(), stoppedAt: completed ? undefined : this.#last };
  }

  /** Says whether the input was taken to its end. */
  async #takeInput(): Promise<boolean> {
    return this.#options.pace.kind === "replay"
      ? await this.#takeInTimeOrder()
      : await this.#takeInFileOrder();
  }

  async #takeInFileOrder(): Promise<boolean> {
    const { input, signal, loop } = this.#options;
    do {
      for await (const items of input.items(signal)) {
        for (const item of items) {
          if (!await this.#take({ item, eventMs: undefined })) return false;
        }
      }
    } while (loop && !signal.aborted && this.#taken > 0);
    return !signal.aborted;
  }

  async #takeInTimeOrder(): Promise<boolean> {
    const { input, signal, loop, record } = this.#options;
    const order = await TimeOrder.of(input, record.zone, signal);
    this.#expected ??= loop ? undefined : order.length;
    try {
      do {
        for await (const timed of order.items()) {
          if (!await this.#take(timed)) return false;
        }
        this.#schedule.restart();
      } while (loop && this.#taken > 0);
      return true;
    } finally {
      await order.close();
    }
  }

  /** Takes one item when it is due; says whether the run goes on. */
  async #take({ item, eventMs }: TimedItem): Promise<boolean> {
    const { signal, limit } = this.#options;
    if (signal.aborted || this.#taken === limit) return false;
    if (item.kind === "broken") {
      await this.#refuse(item, item.reason);
      return true;
    }
    if (!await this.#waitUntilDue(eventMs)) return false;
    const { clock, record: options, strict } = this.#options;
    const { record, problem } = makeRecord(item.bytes, options, clock.nowMs());
    if (problem !== undefined && strict) {
      await this.#refuse(item, `it is not a call: ${problem}`);
      return true;
    }
    if (problem !== undefined) this.#warnOfProblem(item.position, problem);
    this.#taken++;
    this.#last = item.position;
    await this.#writer.add(this.#partitionOf(record.key), record);
    return this.#taken !== limit;
  }

  async #waitUntilDue(eventMs: number | undefined): Promise<boolean> {
    const { pace, clock, signal } = this.#options;
    if (pace.kind === "unlimited") return true;
    const dueMs = this.#startMs + this.#schedule.next(eventMs);
    const waitMs = dueMs - clock.nowMs();
    if (waitMs <= 0) return true;
    await this.#writer.flush();
    await clock.sleep(waitMs, signal);
    return !signal.aborted;
  }

  async #refuse(item: InputItem, reason: string): Promise<void> {
    const { input, onError, deadLetters } = this.#options;
    const { position } = item;
    const place =
      `Record ${position.record} of ${input.name} (line ${position.line}, byte ${position.offset})`;
    if (onError === "fail") {
      await this.#writer.drain();
      throw new SfcrimeError("INPUT", `${place} is broken: ${reason}.`, {
        hint: `${
          plural(this.#sent, "record")
        } before it were sent. --on-error dead-letter keeps broken ones aside.`,
      });
    }
    this.#broken++;
    if (this.#broken <= WARNINGS_MAX) log.warn(`${place} is not sent: ${reason}.`);
    if (this.#broken === WARNINGS_MAX) log.warn("Further broken records are only counted.");
    if (onError === "dead-letter") {
      deadLetters.write({ input: input.name, position, reason, bytes: item.bytes });
    }
  }

  #warnOfProblem(position: InputPosition, problem: string): void {
    this.#schemaProblems++;
    if (this.#schemaProblems > WARNINGS_MAX) return;
    log.warn(`Record ${position.record} (line ${position.line}) is sent, but it is not a call: ${problem}.`);
    if (this.#schemaProblems === WARNINGS_MAX) {
      log.warn("Further records that are not calls are only counted.");
    }
  }

  #progress(): ProduceProgress {
    return {
      sent: this.#sent,
      sentBytes: this.#sentBytes,
      broken: this.#broken,
      schemaProblems: this.#schemaProblems,
      elapsedMs: this.#options.clock.nowMs() - this.#startMs,
      expected: this.#expected,
    };
  }
}

/** How a topic came to be what it is. */
export interface PreparedTopic {
  readonly created: boolean;
  readonly partitionCount: number;
}

/** Makes the topic when it is missing; records of 2018 are kept, whatever their age. */
export async function prepareTopic(
  broker: Broker,
  topic: string,
  options: { readonly numPartitions: number; readonly replicationFactor: number },
): Promise<PreparedTopic> {
  const existing = await broker.describeTopic(topic);
  if (existing !== undefined) return { created: false, partitionCount: existing.partitions.length };
  const created = await broker.createTopic(topic, { ...options, keepForever: true });
  const description = await broker.describeTopic(topic);
  if (description === undefined) throw new SfcrimeError("BROKER", `Topic ${topic} was deleted meanwhile.`);
  return { created, partitionCount: description.partitions.length };
}
