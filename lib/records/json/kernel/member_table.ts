/**
 * The members of objects that the kernel knows, in its memory: each has the opening of its name, and the members that
 * followed it last. An object that is read has one more, which stands for its beginning.
 */
import { Buffer } from "node:buffer";

export const MEMBER_BYTES = 64;
const OPENING_HERE = 32;
const [FIRST_BITS, SECOND_BITS, OPENING_BYTES, REST, COLUMN, NEXT, OTHER_NEXT] = [32, 36, 40, 44, 48, 52, 56];
/** A member that never matches: a byte of its opening never starts a character. */
const NO_MEMBER = 0;
const NO_BYTE = 0xff;
/** The maximum number of distinct keys; records with ever new keys are unusual. */
const MEMBERS_MAX = 2_000;
/** Room for the part of openings that does not fit in a member. */
const RESTS_BYTES = 65_536;
/** What members have in place of a column: none, or the first one that is only checked; the others follow below. */
const [NO_COLUMN, FIRST_CHECKED] = [-1, -2];

/** Views of the memory; others once it has grown. */
interface Views {
  readonly bytes: Buffer;
  readonly words: Int32Array;
}

/** An object that is read: what its members have as columns, and which are known. */
interface ReadObject {
  readonly columns: Map<string, number>;
  readonly members: Map<string, number>;
}

/** See the module's description. */
export class MemberTable {
  readonly #views: Views;
  readonly #at: number;
  readonly #membersAt: number;
  readonly #restsAt: number;
  /** By the address of the member that stands for the beginning. */
  readonly #objects = new Map<number, ReadObject>();
  #count = 0;
  #restsUsed = 0;
  /** Whether no other member was taken. */
  isFull = false;

  /** @param objectsMax So many objects can be added. */
  constructor(views: Views, at: number, objectsMax: number) {
    this.#views = views;
    this.#at = at;
    this.#membersAt = at + objectsMax * MEMBER_BYTES;
    this.#restsAt = this.#membersAt + MEMBERS_MAX * MEMBER_BYTES;
  }

  /** How much memory a table takes. */
  static bytesFor(objects: number): number {
    return (objects + MEMBERS_MAX) * MEMBER_BYTES + RESTS_BYTES;
  }

  /** Writes the member at the beginning of the memory, which stands for none. */
  static writeNone({ bytes, words }: Views): void {
    bytes[NO_MEMBER] = NO_BYTE;
    words[(NO_MEMBER + FIRST_BITS) >> 2] = 1;
  }

  /** Adds an object; returns the address of the member that stands for its beginning. */
  addObject(): number {
    const begin = this.#at + this.#objects.size * MEMBER_BYTES;
    this.#objects.set(begin, { columns: new Map(), members: new Map() });
    return begin;
  }

  /** Says which column the values of a name are read into, or checked against. */
  declare(
    begin: number,
    { name, column, isChecked }: {
      readonly name: string;
      readonly column: number;
      readonly isChecked: boolean;
    },
  ): void {
    this.#objects.get(begin)!.columns.set(name, isChecked ? FIRST_CHECKED - column : column);
  }

  /** The member of an object for a name in plain ASCII, at `[start, end)`; 0 if there is no room for another one. */
  memberOf(begin: number, start: number, end: number): number {
    const { bytes } = this.#views;
    const name = String.fromCharCode(...bytes.subarray(start, end));
    const { columns, members } = this.#objects.get(begin)!;
    const known = members.get(name);
    if (known !== undefined) return known;
    const opening = Buffer.from(`"${name}":`, "latin1");
    const rest = opening.subarray(OPENING_HERE);
    this.isFull = this.#count === MEMBERS_MAX || this.#restsUsed + rest.length > RESTS_BYTES;
    if (this.isFull) return NO_MEMBER;
    const member = this.#membersAt + this.#count++ * MEMBER_BYTES;
    bytes.fill(0, member, member + MEMBER_BYTES);
    bytes.set(opening.subarray(0, OPENING_HERE), member);
    bytes.set(rest, this.#restsAt + this.#restsUsed);
    this.#set(member, FIRST_BITS, lowBits(Math.min(16, opening.length)));
    this.#set(member, SECOND_BITS, lowBits(Math.min(16, Math.max(0, opening.length - 16))));
    this.#set(member, OPENING_BYTES, opening.length);
    this.#set(member, REST, this.#restsAt + this.#restsUsed);
    this.#set(member, COLUMN, columns.get(name) ?? NO_COLUMN);
    this.#forgetNext(member);
    this.#restsUsed += rest.length;
    members.set(name, member);
    return member;
  }

  /** Forgets all members, but not the objects. */
  forget(): void {
    this.isFull = false;
    this.#count = 0;
    this.#restsUsed = 0;
    for (const [begin, { members }] of this.#objects) {
      members.clear();
      this.#forgetNext(begin);
    }
  }

  #forgetNext(member: number): void {
    this.#set(member, NEXT, NO_MEMBER);
    this.#set(member, OTHER_NEXT, NO_MEMBER);
  }

  #set(member: number, field: number, value: number): void {
    this.#views.words[(member + field) >> 2] = value;
  }
}

function lowBits(count: number): number {
  return (1 << count) - 1;
}
