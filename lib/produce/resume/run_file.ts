/**
 * What is remembered of a run while it is going on, so that it can be resumed after any end: by which producer it sends,
 * and where its records begin in each partition. How far it has come is not written here: the topic tells.
 */
import * as z from "zod";
import { SfcrimeError } from "../../base/errors.ts";
import { digestOf } from "../../base/text/digest.ts";
import type { PartitionOffsets } from "../../broker/broker.ts";
import type { StartedProducer } from "./producer_tails.ts";
import { KeptFile } from "./kept_file.ts";

/** A run that may be resumed. */
export interface RememberedRun extends StartedProducer {
  /** What decides which records are sent in which order, by the names of settings. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** By what runs are told apart. */
export interface RunKey {
  readonly topic: string;
  /** Differs for a topic of the same name that is created later, or is on another cluster. */
  readonly topicId: string;
  /** The absolute paths of the inputs. */
  readonly inputs: readonly string[];
}

const partitionNumbers = z.record(z.string().regex(/^\d+$/), z.number().int().min(0));

/** A producer, as it is written in a file. */
export const producerSchema = z.object({
  producerId: z.string().regex(/^\d+$/),
  epoch: z.number().int(),
  starts: partitionNumbers,
});

const runSchema = producerSchema.extend({
  format: z.literal(1),
  settings: z.record(z.string(), z.unknown()),
});

/** The file of one run, which it has for itself. */
export class RunFile {
  readonly #file: KeptFile<z.infer<typeof runSchema>>;

  private constructor(file: KeptFile<z.infer<typeof runSchema>>) {
    this.#file = file;
  }

  /** @throws {SfcrimeError} INPUT if another run sends the same input to the same topic; OUTPUT */
  static take(directory: string, { topic, topicId, inputs }: RunKey): RunFile {
    const file = KeptFile.take({
      directory,
      name: `${topic}-${digestOf([topicId, ...inputs])}`,
      schema: runSchema,
      taken: () =>
        new SfcrimeError("INPUT", `Another run is sending ${inputs.join(", ")} to topic ${topic}.`, {
          hint: "Wait for its end, or stop it.",
        }),
    });
    return new RunFile(file);
  }

  /** The last run; undefined if there was none. @throws {SfcrimeError} INPUT if the file is damaged. */
  read(): RememberedRun | undefined {
    const found = this.#file.read();
    return found && { ...producerOf(found), settings: found.settings };
  }

  /** Remembers a run, before its first record. @throws {SfcrimeError} DISK_FULL, OUTPUT */
  write({ settings, ...producer }: RememberedRun): void {
    this.#file.write({ format: 1, ...producerText(producer), settings });
  }

  release(): void {
    this.#file.release();
  }
}

/** A producer as it is written. */
export function producerText({ id, starts }: StartedProducer): z.infer<typeof producerSchema> {
  return { producerId: String(id.producerId), epoch: id.epoch, starts: Object.fromEntries(starts) };
}

/** A producer that was written. */
export function producerOf({ producerId, epoch, starts }: z.infer<typeof producerSchema>): StartedProducer {
  return { id: { producerId: BigInt(producerId), epoch }, starts: numbersByPartition(starts) };
}

function numbersByPartition(numbers: Readonly<Record<string, number>>): PartitionOffsets {
  return new Map(Object.entries(numbers).map(([partition, number]) => [Number(partition), number]));
}
