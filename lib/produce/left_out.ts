/** The records of an input that are not sent, or are not what they should be: told, counted, and kept aside. */
import { SfcrimeError } from "../base/errors.ts";
import { plural } from "../base/format.ts";
import { logger } from "../base/log.ts";
import { nearest } from "../base/nearest.ts";
import type { BrokenItem, GoodItem, InputPosition } from "../records/input_item.ts";
import type { DeadLetters } from "./dead_letters.ts";

const log = logger("produce");

/** Problems of one kind that are told one by one; the others are only counted. */
const WARNINGS_MAX = 5;

/** Fields that a hint lists. */
const NAMES_MAX = 20;

/** What is done with records that are not sent. */
export interface LeftOutOptions {
  /** The input's name. */
  readonly input: string;
  readonly onError: "fail" | "skip" | "dead-letter";
  readonly deadLetters: DeadLetters;
}

/** See the module's description. */
export class LeftOut {
  readonly #input: string;
  readonly #onError: LeftOutOptions["onError"];
  /** Undefined where broken records are only counted. */
  readonly #deadLetters: DeadLetters | undefined;
  #broken = 0;
  #hint: string | undefined;
  #schemaProblems = 0;
  #unbounded = 0;
  #firstUnbounded: InputPosition | undefined;

  constructor({ input, onError, deadLetters }: LeftOutOptions) {
    this.#input = input;
    this.#onError = onError;
    this.#deadLetters = onError === "dead-letter" ? deadLetters : undefined;
  }

  /** Records that were not sent. */
  get broken(): number {
    return this.#broken;
  }

  /** Records that were sent although they break the calls' schema. */
  get schemaProblems(): number {
    return this.#schemaProblems;
  }

  /** Where a record stands, as messages have it. */
  place({ record, line, offset }: InputPosition): string {
    return `Record ${record} of ${this.#input} (line ${line}, byte ${offset})`;
  }

  /** What would let some of these records through, where there is anything. */
  get hint(): string | undefined {
    return this.#hint;
  }

  /** Takes a record that is not sent. @throws {SfcrimeError} INPUT with `fail`, or when it can be kept no more. */
  take(item: BrokenItem): void {
    if (this.#onError === "fail") {
      throw new SfcrimeError("INPUT", `${this.place(item.position)} is broken: ${item.reason}.`, {
        hint: `${item.hint ?? ""} --on-error dead-letter keeps broken records aside, and goes on.`
          .trimStart(),
      });
    }
    this.#broken++;
    if (item.mayHoldRecords) {
      this.#unbounded++;
      this.#firstUnbounded ??= item.position;
    }
    if (this.#broken <= WARNINGS_MAX) log.warn(`${this.place(item.position)} is not sent: ${item.reason}.`);
    if (item.hint !== undefined && this.#hint === undefined) log.warn(this.#hint = item.hint);
    if (this.#broken === WARNINGS_MAX) log.warn("Further broken records are only counted.");
    this.#deadLetters?.write({ input: this.#input, ...item });
  }

  /** Takes notice of a record that is sent although it breaks the calls' schema. */
  warn(position: InputPosition, problem: string): void {
    this.#schemaProblems++;
    if (this.#schemaProblems > WARNINGS_MAX) return;
    log.warn(`${this.place(position)} does not match the calls schema (sent anyway): ${problem}.`);
    if (this.#schemaProblems === WARNINGS_MAX) {
      log.warn("Further records that do not match it are only counted.");
    }
  }

  /** The error of a record that lacks the field whose value is to be its key. */
  lacksKey({ position, bytes }: GoodItem<unknown>, field: string): SfcrimeError {
    return new SfcrimeError("INPUT", `${this.place(position)} has no field ${field} to be its key.`, {
      hint: `${fieldsHint(bytes, field)} With --key none records have no key.`,
    });
  }

  /** The error of an input none of whose records has the field to sort by; with the first one. */
  lacksSortField({ bytes }: GoodItem<unknown>, field: string): SfcrimeError {
    return new SfcrimeError("INPUT", `No record of ${this.#input} has a field ${field} to sort by.`, {
      hint: fieldsHint(bytes, field).replace(/^It/, "The first one"),
    });
  }

  /** @throws {SfcrimeError} INPUT where good records may be among those that were not sent. */
  requireBounds(): void {
    if (this.#firstUnbounded === undefined) return;
    const more = this.#unbounded > 1 ? `, and ${plural(this.#unbounded - 1, "other")} like it` : "";
    const kept = this.#deadLetters === undefined
      ? "They are not kept: run again with --on-error dead-letter to see them."
      : `See ${this.#deadLetters.path}.`;
    throw new SfcrimeError(
      "INPUT",
      `${this.place(this.#firstUnbounded)}${more} may hold good records that were not sent.`,
      { hint: `Where it ends cannot be told, and a part of it is not taken for a record. ${kept}` },
    );
  }
}

/** Which fields a record has, or which of them was meant. */
function fieldsHint(record: Uint8Array, field: string): string {
  const names = Object.keys(JSON.parse(new TextDecoder().decode(record)) as object);
  const near = nearest(field, names);
  if (near !== undefined) return `Did you mean ${near}?`;
  return `It has ${names.slice(0, NAMES_MAX).join(", ")}${names.length > NAMES_MAX ? ", …" : ""}.`;
}
