/**
 * Sends each dead letter back once, however its runs end.
 *
 * Before a run sends anything, it writes which letters it will send to which partition, in order. All runs to a topic are
 * one producer, so the number of its records in a partition, which the topic tells, is the number of letters of that
 * list that were sent.
 */
import * as z from "zod";
import { SfcrimeError } from "../../base/errors.ts";
import { digestOf } from "../../base/text/digest.ts";
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { ProducerId } from "../../broker/writing/appender.ts";
import type { RecordNotes } from "../notes/record_notes.ts";
import type { Outgoing } from "../outgoing.ts";
import { KeptFile } from "../resume/kept_file.ts";
import { producerTails } from "../resume/producer_tails.ts";
import type { RecordGate, RunTracker, TrackedRun, TrackedTarget } from "../resume/record_gate.ts";
import { producerOf, producerSchema, producerText } from "../resume/run_file.ts";

const log = logger("produce");

const lettersSchema = producerSchema.extend({
  format: z.literal(1),
  /** The ids of letters that were sent, or are to be sent, by partition and in order. */
  letters: z.record(z.string().regex(/^\d+$/), z.array(z.string())),
});

type Letters = z.infer<typeof lettersSchema>;

/** Which letters are sent back. */
export interface LettersOptions {
  /** Where runs are remembered. */
  readonly directory: string;
  /** Undefined for all. */
  readonly selects?: ((record: Outgoing) => boolean) | undefined;
}

/** See the module's description. */
export class LettersTracker implements RunTracker {
  readonly #options: LettersOptions;

  constructor(options: LettersOptions) {
    this.#options = options;
  }

  async open(target: TrackedTarget): Promise<TrackedRun> {
    const { topic } = target;
    const file = KeptFile.take({
      directory: this.#options.directory,
      name: `${topic.name}-letters-${digestOf([topic.id])}`,
      schema: lettersSchema,
      taken: () =>
        new SfcrimeError("INPUT", `Another run is sending dead letters back to topic ${topic.name}.`, {
          hint: "Wait for its end, or stop it.",
        }),
    });
    try {
      return await openLetters(file, { ...target, selects: this.#options.selects });
    } catch (error) {
      file.release();
      throw error;
    }
  }
}

async function openLetters(
  file: KeptFile<Letters>,
  target: TrackedTarget & Pick<LettersOptions, "selects">,
): Promise<TrackedRun> {
  const { broker, topic, rehearse, selects } = target;
  const before = file.read();
  const sent = before === undefined ? new Map<number, string[]>() : await sentLetters(before, target);
  const total = [...sent.values()].reduce((sum, ids) => sum + ids.length, 0);
  if (total > 0) log.info(`${plural(total, "dead letter")} went back to topic ${topic.name} before`);
  const gate = new LettersGate(sent, { topic: topic.name, selects });
  const counts = new Map([...sent].map(([partition, ids]) => [partition, ids.length]));
  return {
    gate,
    resumed: before === undefined ? undefined : { id: producerOf(before).id, topic: topic.name, counts },
    async begin(id: ProducerId) {
      await rehearse(gate);
      gate.begin();
      const starts = before === undefined
        ? await broker.listOffsets(topic.name, "latest")
        : producerOf(before).starts;
      const letters = Object.fromEntries(gate.planned);
      file.write({ format: 1, ...producerText({ id, starts }), letters });
    },
    end: () => Promise.resolve(),
    close: () => file.release(),
  };
}

/** The letters of earlier runs that are in the topic, by partition. */
async function sentLetters(before: Letters, target: TrackedTarget): Promise<Map<number, string[]>> {
  const tails = await producerTails(producerOf(before), target);
  return new Map(
    Object.entries(before.letters).map(([name, ids]) => {
      const partition = Number(name);
      return [partition, ids.slice(0, tails.get(partition)?.count ?? 0)];
    }),
  );
}

/** What a gate lets through. */
interface GateOptions extends Pick<LettersOptions, "selects"> {
  readonly topic: string;
}

/** Passes over letters that were sent before, and keeps to the plan for the others. */
class LettersGate implements RecordGate {
  /** The ids of the letters of each partition, with those that were sent before. */
  readonly planned: Map<number, string[]>;
  readonly total = 0;
  readonly countsPassed = false;
  readonly #sent: ReadonlySet<string>;
  /** The letters of this pass: the same one may stand in a file twice. */
  readonly #seen = new Set<string>();
  readonly #options: GateOptions;
  /** How many letters each partition has got so far. */
  readonly #next: Map<number, number>;
  #isPlanning = true;

  constructor(sent: ReadonlyMap<number, readonly string[]>, options: GateOptions) {
    this.planned = new Map([...sent].map(([partition, ids]) => [partition, [...ids]]));
    this.#next = new Map([...sent].map(([partition, ids]) => [partition, ids.length]));
    this.#sent = new Set([...sent.values()].flat());
    this.#options = options;
  }

  /** While letters are planned, nothing is said about those that are still broken. */
  get isBehind(): boolean {
    return this.#isPlanning;
  }

  /** The plan is complete: letters are sent from now on. */
  begin(): void {
    this.#isPlanning = false;
    this.#seen.clear();
  }

  isUnpaced({ letter }: RecordNotes): boolean {
    return this.#sent.has(letter!.id);
  }

  passes(outgoing: Outgoing, { letter }: RecordNotes): boolean {
    const { id, topic } = letter!;
    const { partition } = outgoing;
    const isElsewhere = topic !== undefined && topic !== this.#options.topic;
    if (isElsewhere || this.#sent.has(id) || this.#seen.has(id)) return true;
    if (this.#options.selects?.(outgoing) === false) return true;
    this.#seen.add(id);
    const ids = this.planned.get(partition) ?? [];
    if (this.#isPlanning) {
      this.planned.set(partition, ids);
      ids.push(id);
      return false;
    }
    const next = this.#next.get(partition) ?? 0;
    if (ids[next] !== id) {
      throw new SfcrimeError("INPUT", "The dead letters have changed while they were sent back.", {
        hint: "Run the command again: none is sent twice.",
      });
    }
    this.#next.set(partition, next + 1);
    return false;
  }

  requirePassed(): void {}
}
