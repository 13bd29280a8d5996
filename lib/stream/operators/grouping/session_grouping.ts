/**
 * Groups by session window: an event opens a session that lasts for the gap, and sessions with the same keys that
 * overlap or touch are merged. So an out-of-order event can merge two sessions.
 */
import type { Micros } from "../../../records/values/micros.ts";
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import type { AggregatePlan } from "../../../sql/plan.ts";
import { BatchGroups } from "../../aggregates/batch_groups.ts";
import { BufferLayout } from "../../aggregates/buffer_layout.ts";
import {
  type PartialGroup,
  PartialGroupReader,
  type PartialGroups,
} from "../../aggregates/partial_aggregate.ts";
import { type KeySessions, type Session, sessionLayout, SessionStore } from "../../state/session_store.ts";
import type { StateLayout } from "../../state/state_store.ts";
import { describeAggregate, type Grouping, type LateGroups } from "../aggregate.ts";

/** See the module's description. */
export class SessionGrouping implements Grouping<Session> {
  readonly operatorName = "sessionWindowStateStoreSaveExec";
  readonly state: SessionStore;
  readonly droppedKeyTypes: readonly DataType[];
  readonly #layout: BufferLayout;
  readonly #reader: PartialGroupReader;
  /** The index of the key that is the session. */
  readonly #sessionKey: number;
  /** Keys with rows in the batch: Spark rewrites all their sessions, and counts them as updated. */
  readonly #updatedKeys = new Set<KeySessions>();
  /** Sessions from earlier batches that were merged into another one. */
  readonly #merged: Session[] = [];
  /** The groups of the batch at hand, if their order matters. */
  readonly #batch: BatchGroups | undefined;

  constructor(plan: AggregatePlan, sessionKey: number) {
    const layout = new BufferLayout(plan);
    this.#layout = layout;
    this.#reader = new PartialGroupReader(plan, layout);
    this.#batch = layout.mergesByPartition ? new BatchGroups(plan, layout) : undefined;
    this.#sessionKey = sessionKey;
    // A session counts once per origin.
    this.droppedKeyTypes = ["STRING", ...plan.keys];
    const bytesOf = (buffer: readonly Value[]) => layout.bytesOf(buffer);
    this.state = new SessionStore({ ...sessionTypes(plan, { sessionKey, layout }), bytesOf });
  }

  begin(): void {
    this.#updatedKeys.clear();
    this.#merged.length = 0;
  }

  /** Each incoming group is a session of events with the same start time. */
  merge(groups: PartialGroups, late: LateGroups): void {
    if (this.#batch !== undefined) {
      this.#batch.add(groups);
      this.state.waitingBytes = this.#batch.bytes;
      return;
    }
    for (const group of this.#reader.read(groups)) {
      const session = this.#sessionOf(group, late);
      if (session !== undefined) this.#mergeSession(session);
    }
  }

  finish(late: LateGroups): { readonly updated: number; readonly removed: number } {
    if (this.#batch !== undefined) this.#mergeInOrder(this.#batch, late);
    this.state.waitingBytes = 0;
    let updated = 0;
    for (const { sessions } of this.#updatedKeys) updated += sessions.length;
    const removed = this.#merged.filter(({ of, start }) =>
      of.sessions.every((session) => session.start !== start)
    );
    return { updated, removed: removed.length };
  }

  keysOf({ of: { key }, start, end }: Session): readonly Value[] {
    return key.toSpliced(this.#sessionKey, 0, [start, end]);
  }

  *rowsOf(sessions: Iterable<Session>): Iterable<Row> {
    for (const session of sessions) {
      const row = [...this.keysOf(session)];
      this.#layout.addResults(row, session.buffer);
      yield row;
    }
  }

  /** The session of a group of events with the same start; undefined if it is late. */
  #sessionOf({ origin, key, buffer, rowCount }: PartialGroup, { untilMicros, dropped }: LateGroups) {
    const [start, end] = key[this.#sessionKey] as readonly [Micros, Micros];
    if (end <= untilMicros) {
      // Spark drops them after the tasks that collected them, and before they are merged.
      dropped.add([origin, ...key], rowCount);
      return undefined;
    }
    const of = this.state.get(key.toSpliced(this.#sessionKey, 1));
    return { start, end, buffer: [...buffer], of, isRemoved: false };
  }

  /** Adds a session, merged with all those that it overlaps or touches. */
  #mergeSession(added: Session): void {
    const met = this.state.meeting(added.of, added);
    this.#replace(met, [...met, added]);
  }

  /** Adds the sessions of a batch: of each key those that meet are merged by their start, as in Spark. */
  #mergeInOrder(batch: BatchGroups, late: LateGroups): void {
    const byKey = new Map<KeySessions, Session[]>();
    for (const group of batch.drainPartitions()) {
      const session = this.#sessionOf(group, late);
      if (session === undefined) continue;
      const sessions = byKey.get(session.of);
      if (sessions === undefined) byKey.set(session.of, [session]);
      else sessions.push(session);
    }
    for (const [of, added] of byKey) {
      const met = new Set(this.state.meeting(of, spanOf(added)));
      for (const together of meetingSessions([...met, ...added])) {
        const replaced = together.filter((session) => met.has(session));
        if (replaced.length < together.length) this.#replace(replaced, together);
      }
    }
  }

  /** Puts a session in place of others that it is made of. */
  #replace(replaced: readonly Session[], merged: readonly Session[]): void {
    const [{ of }] = merged as [Session];
    const session: Session = { ...spanOf(merged), buffer: [...this.#layout.initial], of, isRemoved: false };
    for (const { buffer } of merged) this.#layout.merge(session.buffer, buffer);
    this.#layout.seal(session.buffer);
    for (const other of replaced) if (!this.state.isUpdated(other)) this.#merged.push(other);
    this.state.put(session, replaced);
    this.#updatedKeys.add(of);
  }
}

/** From the first start to the last end. */
function spanOf(sessions: readonly Session[]): { start: Micros; end: Micros } {
  let { start, end } = sessions[0]!;
  for (const session of sessions) {
    if (session.start < start) start = session.start;
    if (session.end > end) end = session.end;
  }
  return { start, end };
}

/** Sessions that overlap or touch, together; by their start, those that come first in the list first. */
function meetingSessions(sessions: readonly Session[]): Session[][] {
  const sorted = sessions.toSorted((left, right) =>
    left.start < right.start ? -1 : Number(left.start > right.start)
  );
  const all: Session[][] = [];
  let until: Micros | undefined;
  for (const session of sorted) {
    if (until === undefined || session.start > until) all.push([session]);
    else all.at(-1)!.push(session);
    if (until === undefined || session.end > until) until = session.end;
  }
  return all;
}

/** The key that is the session, and what the buffers of sessions hold. */
interface SessionKey {
  readonly sessionKey: number;
  readonly layout: BufferLayout;
}

function sessionTypes(plan: AggregatePlan, { sessionKey, layout }: SessionKey) {
  return {
    description: describeAggregate("sessions", plan),
    keyTypes: plan.keys.toSpliced(sessionKey, 1),
    bufferTypes: layout.types,
  };
}

/** The layout of the state of sessions. */
export function sessionStateLayout(plan: AggregatePlan, sessionKey: number): StateLayout {
  return sessionLayout(sessionTypes(plan, { sessionKey, layout: new BufferLayout(plan) }));
}
