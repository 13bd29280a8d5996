/** The records of an input that are not sent, or do not match their schema: warns, counts, and keeps dead letters. */
import { SfcrimeError } from "../../base/errors.ts";
import { formatCount, plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import { tooLargeHint, tooLargeReason, type TooLargeRecord } from "../../broker/writing/batch_limit.ts";
import { nearest } from "../../base/text/nearest.ts";
import type { BrokenItem, GoodItem, InputPosition } from "../../records/splitting/input_item.ts";
import type { DeadLetter, DeadLetters } from "./dead_letters.ts";
import type { RecordNotes } from "../notes/record_notes.ts";
import type { NotSent } from "../outgoing.ts";
import type { ProduceOptions } from "../produce_options.ts";

const log = logger("produce");

/** How many problems of one kind are shown; the others are only counted. */
const WARNINGS_MAX = 5;

/** How many fields a hint lists. */
const NAMES_MAX = 20;

/** The run whose records are left out. */
type LeftOutOptions = Pick<ProduceOptions, "input" | "topic" | "reading" | "onError" | "deadLetters">;

/** See the module's description. */
export class LeftOut {
  readonly #input: ProduceOptions["input"];
  readonly #of: Pick<DeadLetter, "topic" | "format">;
  readonly #onError: ProduceOptions["onError"];
  /** Undefined if broken records are only counted. */
  readonly #deadLetters: DeadLetters | undefined;
  #broken = 0;
  #hint: string | undefined;
  #schemaProblems = 0;
  #unbounded = 0;
  #firstUnbounded: InputPosition | undefined;

  constructor({ input, topic, reading, onError, deadLetters }: LeftOutOptions) {
    this.#of = { topic, format: reading?.format };
    this.#input = input;
    this.#onError = onError;
    this.#deadLetters = onError === "dead-letter" ? deadLetters : undefined;
  }

  /** Records that were not sent. */
  get broken(): number {
    return this.#broken;
  }

  /** Records that were sent although they do not match the calls schema. */
  get schemaProblems(): number {
    return this.#schemaProblems;
  }

  /** The position of a record, for messages. */
  place({ record, line, offset }: InputPosition): string {
    const place = this.#input.placeOf({ record });
    return `Record ${place.record} of ${place.name} (line ${line}, byte ${offset})`;
  }

  /** @throws {SfcrimeError} INPUT if there is a broken record, as no other one could be sent. */
  requireNone(): void {
    if (this.#broken === 0) return;
    const all = this.#broken === 1 ? "the only one is broken" : `all ${formatCount(this.#broken)} are broken`;
    throw new SfcrimeError("INPUT", `No record of ${this.#input.name} could be sent: ${all}.`, {
      hint: this.#hint ?? expectationOf(this.#of.format),
    });
  }

  /**
   * Records one that is not sent.
   *
   * @param isKept Whether a run before has done so, and written it to the dead letters.
   * @throws {SfcrimeError} INPUT with `fail`, or if the dead letters are full.
   */
  take(item: BrokenItem, { isKept = false }: { readonly isKept?: boolean } = {}): void {
    if (this.#onError === "fail") {
      throw new SfcrimeError("INPUT", `${this.place(item.position)} is broken: ${item.reason}.`, {
        hint: `${item.hint ?? ""} Use --on-error dead-letter to keep broken records in a file and continue.`
          .trimStart(),
      });
    }
    this.#broken++;
    if (isKept) return;
    if (item.mayHoldRecords) {
      this.#unbounded++;
      this.#firstUnbounded ??= item.position;
    }
    if (this.#broken <= WARNINGS_MAX) log.warn(`${this.place(item.position)} was not sent: ${item.reason}.`);
    if (item.hint !== undefined && this.#hint === undefined) log.warn(this.#hint = item.hint);
    if (this.#broken === WARNINGS_MAX) log.warn("Further broken records are counted but not shown.");
    const { name, record } = this.#input.placeOf(item.position);
    this.#deadLetters?.write({ ...item, ...this.#of, input: name, position: { ...item.position, record } });
  }

  /** Records one that is sent although it does not match the calls schema. */
  warn(position: InputPosition, problem: string): void {
    this.#schemaProblems++;
    if (this.#schemaProblems > WARNINGS_MAX) return;
    log.warn(`${this.place(position)} does not match the calls schema (sent anyway): ${problem}.`);
    if (this.#schemaProblems === WARNINGS_MAX) {
      log.warn("Further records that do not match it are counted but not shown.");
    }
  }

  /** The error for a record without the key field. */
  lacksKey({ position, bytes }: GoodItem<unknown>, field: string): SfcrimeError {
    return new SfcrimeError("INPUT", `${this.place(position)} has no field ${field} to use as its key.`, {
      hint: `${fieldsHint(bytes, field)} Use --key none to send records without a key.`,
    });
  }

  /** The error if no record of the input has the sort field; shows the fields of the first one. */
  lacksSortField({ bytes }: GoodItem<unknown>, field: string): SfcrimeError {
    return new SfcrimeError("INPUT", `No record of ${this.#input.name} has a field ${field} to sort by.`, {
      hint: fieldsHint(bytes, field).replace(/^It/, "The first one"),
    });
  }

  /** @throws {SfcrimeError} INPUT if valid records may be among those that were not sent. */
  requireBounds(): void {
    if (this.#firstUnbounded === undefined) return;
    const more = this.#unbounded > 1 ? `, and ${plural(this.#unbounded - 1, "other")} like it` : "";
    const kept = this.#deadLetters === undefined
      ? "They were not kept; run again with --on-error dead-letter to see them."
      : `See ${this.#deadLetters.path}.`;
    throw new SfcrimeError(
      "INPUT",
      `${this.place(this.#firstUnbounded)}${more} may contain valid records that were not sent.`,
      { hint: `Where it ends is unclear, and parts of it are not sent as records. ${kept}` },
    );
  }
}

/** A record without what its input has about it. */
export function alone(
  { position, bytes, notes }: GoodItem<RecordNotes>,
): Pick<BrokenItem, "position" | "bytes"> {
  return { position, bytes: notes.row ?? bytes };
}

/** What a valid record is when it is not sent. */
export function asBroken(
  { position, bytes }: Pick<GoodItem<unknown>, "position" | "bytes">,
  { reason, hint }: NotSent,
): BrokenItem {
  const broken = {
    kind: "broken" as const,
    position,
    bytes,
    length: bytes.length,
    reason,
    mayHoldRecords: false,
  };
  return hint === undefined ? broken : { ...broken, hint };
}

/** What a record is that is too large for its topic. */
export function tooLargeItem(
  item: Pick<GoodItem<unknown>, "position" | "bytes">,
  found: TooLargeRecord,
): BrokenItem {
  return asBroken(item, { reason: tooLargeReason(found), hint: tooLargeHint(found) });
}

/** Which fields a record has, or which of them was meant. */
function fieldsHint(record: Uint8Array, field: string): string {
  const names = Object.keys(JSON.parse(new TextDecoder().decode(record)) as object);
  const near = nearest(field, names);
  if (near !== undefined) return `Did you mean ${near}?`;
  return `It has ${names.slice(0, NAMES_MAX).join(", ")}${names.length > NAMES_MAX ? ", …" : ""}.`;
}

/** What the records of an input have to be. */
function expectationOf(format: DeadLetter["format"] = "json"): string {
  return format === "json" || format === "ndjson"
    ? "Expected a JSON array of objects or one object per line."
    : `Expected records in the format ${format}, as --input-format says.`;
}
