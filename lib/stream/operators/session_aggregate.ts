/**
 * The state of an aggregation over session windows: an event opens a session that lasts for the gap, and
 * sessions with the same keys that overlap or touch are merged. So an out-of-order event can merge two
 * sessions.
 */
import { type Micros, microsOfMillis } from "../../records/values/micros.ts";
import type { DataType, Row, Value } from "../../records/data_type.ts";
import type { AggregatePlan, OutputMode } from "../../sql/plan.ts";
import { describeAggregate } from "./aggregate.ts";
import { DroppedGroups } from "./dropped_groups.ts";
import { ExpiryIndex } from "../state/expiry_index.ts";
import { type Group, GroupTable } from "../aggregates/group_table.ts";
import { bytesOfValues } from "../values/memory_estimate.ts";
import { BufferLayout, type PartialGroups } from "../aggregates/partial_aggregate.ts";
import type { BatchWatermarks, FinishedGroups, GroupState, StateEntry } from "./operator.ts";

/** The size of a session, without its values; and of the sessions of a key, with their map entry. */
const SESSION_BYTES = 160;
const OWNER_BYTES = 220;

/** A session; it is modified in place until it is merged into another one. */
interface Session {
  start: Micros;
  end: Micros;
  readonly buffer: Value[];
  readonly owner: Sessions;
  /** Whether it was evicted, or merged into another one. */
  isGone: boolean;
}

/** The sessions of one key, sorted by start; they neither overlap nor touch. */
interface Sessions {
  readonly group: Group;
  readonly keys: readonly Value[];
  readonly list: Session[];
}

/** See the module's description. */
export class SessionState implements GroupState {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #layout: BufferLayout;
  /** The index of the key that is the session. */
  readonly #sessionKey: number;
  /** Whether the sessions are of the event time; others are never late. */
  readonly #ofEventTime: boolean;
  /** Finds sessions by the other keys. */
  readonly #table = new GroupTable([]);
  readonly #sessions = new Map<Group, Sessions>();
  /** Sessions that the batch created or changed, and the start times of those that it removed. */
  readonly #updated = new Set<Session>();
  readonly #gone: { readonly keys: readonly Value[]; readonly start: Micros }[] = [];
  /** Keys with rows in the batch: Spark rewrites all their sessions, and counts them as updated. */
  readonly #touched = new Set<Sessions>();
  /** Start times of sessions from earlier batches that were merged into another one. */
  readonly #joined: { readonly owner: Sessions; readonly start: Micros }[] = [];
  readonly #byEnd = new ExpiryIndex<Session>();
  #size = 0;
  /** The memory of the values of keys and sessions. */
  #valueBytes = 0;
  #lateMicros: Micros = -Infinity;
  #dropped = new DroppedGroups();
  #lateRows = 0;

  constructor(plan: AggregatePlan, sessionKey: number) {
    this.#layout = new BufferLayout(plan);
    this.#sessionKey = sessionKey;
    this.#ofEventTime = plan.eviction !== undefined;
    // A session is identified by its start; its end changes, so it is part of the value.
    this.keyTypes = [...plan.keys.toSpliced(sessionKey, 1), "TIMESTAMP"];
    this.valueTypes = ["TIMESTAMP", ...this.#layout.types];
    this.description = describeAggregate("sessions", plan);
  }

  get size(): number {
    return this.#size;
  }

  get lastEndMicros(): Micros | undefined {
    return this.#byEnd.latest;
  }

  get memoryBytes(): number {
    return this.#table.memoryBytes + this.#byEnd.memoryBytes + this.#valueBytes +
      this.#size * SESSION_BYTES + this.#sessions.size * OWNER_BYTES;
  }

  /** Begins a batch. Unlike groups, sessions drop late rows in complete mode as well, as in Spark. */
  begin(_mode: OutputMode, { lateMs }: BatchWatermarks): void {
    this.#updated.clear();
    this.#gone.length = 0;
    this.#touched.clear();
    this.#joined.length = 0;
    this.#dropped = new DroppedGroups();
    this.#lateRows = 0;
    this.#lateMicros = lateMs === undefined || !this.#ofEventTime ? -Infinity : microsOfMillis(lateMs);
  }

  /** Each incoming group is a session of events with the same start time. */
  merge({ columns, rowCounts, origins }: PartialGroups): void {
    const keyCount = this.keyTypes.length;
    let index = 0;
    for (const { origin, groupCount } of origins) {
      for (const behind = index + groupCount; index < behind; index++) {
        const values = columns.map((column) => column[index]!);
        const [start, end] = values[this.#sessionKey] as readonly [Micros, Micros];
        if (end <= this.#lateMicros) {
          // Spark drops them after the tasks that collected them, and before they are merged.
          this.#dropped.add([origin, ...values], keyCount + 1);
          this.#lateRows += rowCounts[index]!;
          continue;
        }
        const keys = values.slice(0, keyCount).toSpliced(this.#sessionKey, 1);
        this.#join(this.#sessionsOf(keys), start, end, values.slice(keyCount));
      }
    }
  }

  finish(mode: OutputMode, { evictionMs }: BatchWatermarks): FinishedGroups {
    const { updated, removed } = this.#counts();
    const evicted = mode === "complete" || evictionMs === undefined
      ? []
      : this.#evict(microsOfMillis(evictionMs));
    const given = mode === "append" ? evicted : mode === "update" ? [...this.#updated] : this.#all();
    return {
      rows: given.map((session) => this.#row(session)),
      evicted: evicted.map((session) => this.#keysOf(session)),
      metrics: {
        operatorName: "sessionWindowStateStoreSaveExec",
        rowsTotal: this.#size,
        rowsUpdated: updated,
        rowsRemoved: removed + evicted.length,
        groupsDropped: this.#dropped.count,
        lateRows: this.#lateRows,
        duplicateRows: 0,
        memoryBytes: this.memoryBytes,
      },
    };
  }

  *changes(): Iterable<StateEntry> {
    // A removed start time may have been reused by another session, whose entry then follows.
    for (const { keys, start } of this.#gone) yield { key: [...keys, start], value: undefined };
    for (const session of this.#updated) yield entryOf(session);
  }

  *entries(): Iterable<StateEntry> {
    for (const group of this.#table.groups()) {
      for (const session of [...this.#sessions.get(group)?.list ?? []]) {
        // A batch may have merged or evicted it since the list was copied.
        if (!session.isGone) yield entryOf(session);
      }
    }
  }

  restore(key: readonly Value[], value: readonly Value[]): void {
    const owner = this.#sessionsOf(key.slice(0, -1));
    const [end, ...buffer] = value;
    const session = { start: key.at(-1) as Micros, end: end as Micros, buffer, owner, isGone: false };
    owner.list.splice(firstEndingFrom(owner.list, session.start), 0, session);
    this.#byEnd.add(session.end, session);
    this.#valueBytes += this.#layout.bytesOf(buffer);
    this.#size++;
  }

  #counts(): { readonly updated: number; readonly removed: number } {
    let updated = 0;
    for (const { list } of this.#touched) updated += list.length;
    const gone = this.#joined.filter(({ owner, start }) =>
      owner.list.every((session) => session.start !== start)
    );
    return { updated, removed: gone.length };
  }

  #sessionsOf(keys: readonly Value[]): Sessions {
    const group = this.#table.groupOf(keys, keys.length);
    let sessions = this.#sessions.get(group);
    if (sessions === undefined) {
      sessions = { group, keys: group.values, list: [] };
      this.#sessions.set(group, sessions);
      this.#valueBytes += bytesOfValues(group.values);
    }
    return sessions;
  }

  /** Adds a session, merged with all those that it overlaps or touches. */
  #join(owner: Sessions, start: Micros, end: Micros, values: readonly Value[]): void {
    const { list } = owner;
    const from = firstEndingFrom(list, start);
    let to = from;
    while (to < list.length && list[to]!.start <= end) to++;
    const buffer = [...this.#layout.initial];
    const joined: Session = { start, end, buffer, owner, isGone: false };
    for (const other of list.slice(from, to)) {
      if (other.start < joined.start) joined.start = other.start;
      if (other.end > joined.end) joined.end = other.end;
      this.#layout.merge(buffer, other.buffer);
      this.#byEnd.delete(other.end, other);
      if (!this.#updated.has(other)) this.#joined.push({ owner, start: other.start });
      this.#forget(other);
    }
    this.#layout.merge(buffer, values);
    list.splice(from, to - from, joined);
    this.#byEnd.add(joined.end, joined);
    this.#valueBytes += this.#layout.bytesOf(buffer);
    this.#updated.add(joined);
    this.#touched.add(owner);
    this.#size++;
  }

  #forget(session: Session): void {
    session.isGone = true;
    this.#valueBytes -= this.#layout.bytesOf(session.buffer);
    this.#updated.delete(session);
    this.#gone.push({ keys: session.owner.keys, start: session.start });
    this.#size--;
  }

  #evict(watermarkMicros: Micros): Session[] {
    const evicted = this.#byEnd.takeUntil(watermarkMicros);
    for (const session of evicted) {
      const { keys, list, group } = session.owner;
      list.splice(firstEndingFrom(list, session.end), 1);
      this.#forget(session);
      if (list.length > 0) continue;
      this.#sessions.delete(group);
      this.#valueBytes -= bytesOfValues(group.values);
      this.#table.delete(keys, keys.length);
    }
    return evicted;
  }

  #all(): Session[] {
    return [...this.#sessions.values()].flatMap(({ list }) => list);
  }

  #row(session: Session): Row {
    return [...this.#keysOf(session), ...this.#layout.results(session.buffer)];
  }

  #keysOf({ owner, start, end }: Session): Value[] {
    return owner.keys.toSpliced(this.#sessionKey, 0, [start, end]);
  }
}

/** The index of the first session that ends at or after a time. */
function firstEndingFrom(list: readonly Session[], time: Micros): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.end < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entryOf({ owner, start, end, buffer }: Session): StateEntry {
  return { key: [...owner.keys, start], value: [end, ...buffer] };
}
