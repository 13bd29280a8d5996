/**
 * Passes over the records of an input that are in the topic already. In each partition they are the first ones of those
 * that belong there, as one batch of a partition is under way at a time. The last one of each is compared, so that
 * another input, or other settings, are not taken for the same.
 */
import { Buffer } from "node:buffer";
import { SfcrimeError } from "../../base/errors.ts";
import { plural } from "../../base/text/format.ts";
import type { ProducerTail } from "../../broker/writing/producer_tail.ts";
import type { InputSource } from "../input/input_source.ts";
import type { Outgoing } from "../outgoing.ts";
import type { RecordGate } from "./record_gate.ts";

/** See the module's description. */
export class Resumption implements RecordGate {
  readonly countsPassed = true;
  readonly total: number;
  readonly #input: Pick<InputSource, "name">;
  readonly #tails: ReadonlyMap<number, ProducerTail>;
  readonly #left: Map<number, number>;
  #behind: number;

  constructor(tails: ReadonlyMap<number, ProducerTail>, input: Pick<InputSource, "name">) {
    this.#input = input;
    this.#tails = tails;
    this.#left = new Map([...tails].map(([partition, { count }]) => [partition, count]));
    this.total = this.#behind = [...this.#left.values()].reduce((total, count) => total + count, 0);
  }

  /** Whether records are still to be passed over: whatever comes before them was handled by the run before. */
  get isBehind(): boolean {
    return this.#behind > 0;
  }

  isUnpaced(): boolean {
    return this.isBehind;
  }

  passes({ record, partition }: Outgoing): boolean {
    const left = this.#left.get(partition) ?? 0;
    if (left === 0) return false;
    this.#left.set(partition, left - 1);
    this.#behind--;
    const last = left === 1 ? this.#tails.get(partition)!.last : undefined;
    if (last !== undefined && !(isSame(record.key, last.key) && isSame(record.value, last.value))) {
      throw this.#differs(`the record at offset ${last.offset} of partition ${partition} is another one`);
    }
    return true;
  }

  requirePassed(): void {
    if (this.isBehind) throw this.#differs(`it has ${plural(this.#behind, "record")} less than were sent`);
  }

  #differs(how: string): SfcrimeError {
    return new SfcrimeError(
      "INPUT",
      `${this.#input.name} is not what the interrupted run has sent: ${how}.`,
      { hint: "Restore the input as it was, or leave --resume out to send all of it." },
    );
  }
}

function isSame(left: Uint8Array | null, right: Uint8Array | null): boolean {
  return left === null || right === null ? left === right : Buffer.compare(left, right) === 0;
}
