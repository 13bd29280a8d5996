/**
 * The sessions of keys in memory, those of a key sorted by time, so that the ones that a new event meets are found
 * without looking at the others. A session is identified by its key and start; its end is part of the value.
 */
import type { DataType, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import { type Group, PackedGroups } from "../groups/packed_groups.ts";
import { bytesOfValues } from "../values/memory_estimate.ts";
import { ExpiryIndex } from "./expiry_index.ts";
import type { StateEntry, StateLayout, StateStore } from "./state_store.ts";

/** The size of a session, without its values; and of the sessions of a key, with their map entry. */
const SESSION_BYTES = 160;
const KEY_BYTES = 220;

/** A session: it is replaced when it changes. */
export interface Session {
  start: Micros;
  end: Micros;
  readonly buffer: Value[];
  readonly of: KeySessions;
  /** Whether it has expired, or was replaced. */
  isRemoved: boolean;
}

/** The sessions of one key, sorted by start; they neither overlap nor touch. */
export interface KeySessions {
  readonly group: Group;
  readonly key: readonly Value[];
  readonly sessions: Session[];
}

/** The layout of the state. */
export interface SessionStoreOptions {
  readonly description: string;
  /** Of the key, without the start of the session. */
  readonly keyTypes: readonly DataType[];
  readonly bufferTypes: readonly DataType[];
  /** Estimates the memory of a buffer. */
  readonly bytesOf: (buffer: readonly Value[]) => number;
}

/** What is stored: the key with the start of the session, and its end with the buffer. */
export function sessionLayout(
  { description, keyTypes, bufferTypes }: Omit<SessionStoreOptions, "bytesOf">,
): StateLayout {
  return { description, keyTypes: [...keyTypes, "TIMESTAMP"], valueTypes: ["TIMESTAMP", ...bufferTypes] };
}

/** See the module's description. */
export class SessionStore implements StateStore<Session> {
  /** Estimated memory of sessions that wait to be merged. */
  waitingBytes = 0;
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #bytesOf: (buffer: readonly Value[]) => number;
  readonly #keys: PackedGroups;
  readonly #byKey = new Map<Group, KeySessions>();
  readonly #byEnd = new ExpiryIndex<Session>();
  readonly #updated = new Set<Session>();
  readonly #removed: { readonly key: readonly Value[]; readonly start: Micros }[] = [];
  #size = 0;
  /** The memory of the values of keys and sessions. */
  #valueBytes = 0;

  constructor(options: SessionStoreOptions) {
    const { description, keyTypes, valueTypes } = sessionLayout(options);
    this.description = description;
    this.keyTypes = keyTypes;
    this.valueTypes = valueTypes;
    this.#bytesOf = options.bytesOf;
    this.#keys = new PackedGroups({ keyTypes: options.keyTypes, valueTypes: [], initial: [] });
  }

  get size(): number {
    return this.#size;
  }

  get memoryBytes(): number {
    return this.#byEnd.memoryBytes + this.#valueBytes + this.#size * SESSION_BYTES +
      this.#byKey.size * KEY_BYTES + this.waitingBytes;
  }

  get latestExpiry(): Micros | undefined {
    return this.#byEnd.latest;
  }

  begin(): void {
    this.#updated.clear();
    this.#removed.length = 0;
  }

  /** The sessions of a key; a session has to be put if there are none. */
  get(key: readonly Value[]): KeySessions {
    const group = this.#keys.at(key);
    let found = this.#byKey.get(group);
    if (found === undefined) {
      found = { group, key: this.#keys.keyOf(group), sessions: [] };
      this.#byKey.set(group, found);
      this.#valueBytes += this.#bytesOfKey(found);
    }
    return found;
  }

  /** The sessions that overlap or touch a range of time. */
  meeting({ sessions }: KeySessions, { start, end }: Pick<Session, "start" | "end">): Session[] {
    const from = firstEndingFrom(sessions, start);
    let to = from;
    while (to < sessions.length && sessions[to]!.start <= end) to++;
    return sessions.slice(from, to);
  }

  /** Whether a session was put in this batch. */
  isUpdated(session: Session): boolean {
    return this.#updated.has(session);
  }

  /** Stores a session in place of others, which are all those that it meets. */
  put(session: Session, replaced: readonly Session[] = []): void {
    this.#insert(session, replaced.length);
    for (const other of replaced) {
      this.#byEnd.delete(other.end, other);
      this.#updated.delete(other);
      this.#remove(other);
    }
    this.#updated.add(session);
  }

  expire(until: Micros): readonly Session[] {
    const expired = this.#byEnd.removeUntil(until);
    for (const session of expired) {
      const { sessions, group } = session.of;
      sessions.splice(firstEndingFrom(sessions, session.end), 1);
      this.#remove(session);
      if (sessions.length > 0) continue;
      this.#byKey.delete(group);
      this.#valueBytes -= this.#bytesOfKey(session.of);
      this.#keys.remove(group);
      this.#keys.free(group);
    }
    return expired;
  }

  updated(): Iterable<Session> {
    return this.#updated;
  }

  *rows(): Iterable<Session> {
    for (const { sessions } of this.#byKey.values()) yield* sessions;
  }

  *changes(): Iterable<StateEntry> {
    // A removed start time may have been reused by another session, whose entry then follows.
    for (const { key, start } of this.#removed) yield { key: [...key, start], value: undefined };
    for (const session of this.#updated) if (!session.isRemoved) yield entryOf(session);
  }

  *entries(): Iterable<StateEntry> {
    for (const group of this.#keys.groups()) {
      for (const session of [...this.#byKey.get(group)?.sessions ?? []]) {
        // A batch may have replaced or expired it since the list was copied.
        if (!session.isRemoved) yield entryOf(session);
      }
    }
  }

  restore(key: readonly Value[], value: readonly Value[]): void {
    const [end, ...buffer] = value;
    const of = this.get(key.slice(0, -1));
    this.#insert({ start: key.at(-1) as Micros, end: end as Micros, buffer, of, isRemoved: false }, 0);
  }

  #bytesOfKey({ group, key }: KeySessions): number {
    return this.#keys.bytesOf(group) + bytesOfValues(key);
  }

  /** Adds a session in place of so many that it meets. */
  #insert(session: Session, replacedCount: number): void {
    const { of: { sessions }, start, end, buffer } = session;
    sessions.splice(firstEndingFrom(sessions, start), replacedCount, session);
    this.#byEnd.add(end, session);
    this.#valueBytes += this.#bytesOf(buffer);
    this.#size++;
  }

  #remove(session: Session): void {
    session.isRemoved = true;
    this.#valueBytes -= this.#bytesOf(session.buffer);
    this.#removed.push({ key: session.of.key, start: session.start });
    this.#size--;
  }
}

/** The index of the first session that ends at or after a time. */
function firstEndingFrom(sessions: readonly Session[], time: Micros): number {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sessions[middle]!.end < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entryOf({ of: { key }, start, end, buffer }: Session): StateEntry {
  return { key: [...key, start], value: [end, ...buffer] };
}
