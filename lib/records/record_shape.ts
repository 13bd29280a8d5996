/**
 * The shape of the records of an input: the names of their members, some of which may be missing. It is
 * learned from the first records, and used only if the input is corrupt.
 */
import { SHAPE_RECORDS_MAX } from "../base/bounds.ts";
import type { Members } from "./json/json_scan.ts";

const text = new TextDecoder();
const utf8 = new TextEncoder();

/** See the module's description. */
export class RecordShape {
  #first: string | undefined;
  /** The names of members so far, once there was a valid record. */
  readonly #known = new Set<string>();
  #countMin = Infinity;
  #learned = 0;
  /** The names of the last record, or similar object, whose names differed from the previous one. */
  #before: readonly Uint8Array[] = [];
  /** Names that every record should have: those of the broken record, if nothing better is known. */
  readonly #required: readonly string[];

  /** @param namesOfBroken The first names of a broken record, if there was no valid one yet. */
  constructor(namesOfBroken: readonly string[] = []) {
    this.#first = namesOfBroken[0];
    this.#required = namesOfBroken;
  }

  /** Whether anything is known. */
  get isKnown(): boolean {
    return this.#first !== undefined;
  }

  /** Whether there were enough records to learn from. */
  get isLearned(): boolean {
    return this.#learned === SHAPE_RECORDS_MAX;
  }

  /** Learns from a record. */
  learn(record: Uint8Array, members: Members): void {
    if (this.#learned === SHAPE_RECORDS_MAX || members.count === 0) return;
    this.#learned++;
    if (this.#isNamedAsBefore(record, members)) return;
    const names = namesOf(record, members);
    this.#before = names.map((name) => utf8.encode(name));
    this.#first ??= names[0];
    for (const name of names) this.#known.add(name);
    this.#countMin = Math.min(this.#countMin, names.length);
  }

  /** Whether an object starts like the records. */
  beginsAlike(record: Uint8Array, members: Members): boolean {
    return members.count > 0 && nameAt(record, members, 0) === this.#first;
  }

  /** Whether an object has the members of a record, which a part of one is unlikely to have. */
  isAlike(record: Uint8Array, members: Members): boolean {
    if (this.#isNamedAsBefore(record, members)) return true;
    if (!this.beginsAlike(record, members)) return false;
    const names = namesOf(record, members);
    const isAlike = this.#learned > 0
      ? names.length >= this.#countMin && names.every((name) => this.#known.has(name))
      : this.#required.every((name) => names.includes(name));
    if (isAlike) this.#before = names.map((name) => utf8.encode(name));
    return isAlike;
  }

  /** Most records have the same names as the previous one, which is faster to compare as bytes. */
  #isNamedAsBefore(record: Uint8Array, members: Members): boolean {
    const names = this.#before;
    if (members.count !== names.length) return false;
    for (let index = 0; index < names.length; index++) {
      const [name, start] = [names[index]!, members.nameStart(index)];
      if (members.nameEnd(index) - start !== name.length) return false;
      for (let at = 0; at < name.length; at++) if (record[start + at] !== name[at]) return false;
    }
    return true;
  }
}

function namesOf(record: Uint8Array, members: Members): string[] {
  return Array.from({ length: members.count }, (_, index) => nameAt(record, members, index));
}

/** A name with its quotes. */
function nameAt(record: Uint8Array, members: Members, index: number): string {
  return text.decode(record.subarray(members.nameStart(index), members.nameEnd(index)));
}
