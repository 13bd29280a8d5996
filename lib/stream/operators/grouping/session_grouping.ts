/**
 * Groups by session window: an event opens a session that lasts for the gap, and sessions with the same keys that
 * overlap or touch are merged. So an out-of-order event can merge two sessions.
 */
import type { Micros } from "../../../records/values/micros.ts";
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import type { AggregatePlan } from "../../../sql/plan.ts";
import { BufferLayout } from "../../aggregates/buffer_layout.ts";
import { PartialGroupReader, type PartialGroups } from "../../aggregates/partial_aggregate.ts";
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

  constructor(plan: AggregatePlan, sessionKey: number) {
    const layout = new BufferLayout(plan);
    this.#layout = layout;
    this.#reader = new PartialGroupReader(plan, layout);
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
  merge(groups: PartialGroups, { untilMicros, dropped }: LateGroups): void {
    for (const { origin, key, buffer, rowCount } of this.#reader.read(groups)) {
      const [start, end] = key[this.#sessionKey] as readonly [Micros, Micros];
      if (end <= untilMicros) {
        // Spark drops them after the tasks that collected them, and before they are merged.
        dropped.add([origin, ...key], rowCount);
        continue;
      }
      const of = this.state.get(key.toSpliced(this.#sessionKey, 1));
      this.#mergeSession({ start, end, buffer: [...buffer], of, isRemoved: false });
    }
  }

  finish(): { readonly updated: number; readonly removed: number } {
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

  /** Adds a session, merged with all those that it overlaps or touches. */
  #mergeSession(added: Session): void {
    const { start, end, of } = added;
    const session: Session = { start, end, buffer: [...this.#layout.initial], of, isRemoved: false };
    const met = this.state.meeting(of, added);
    for (const other of met) {
      if (other.start < session.start) session.start = other.start;
      if (other.end > session.end) session.end = other.end;
      this.#layout.merge(session.buffer, other.buffer);
      if (!this.state.isUpdated(other)) this.#merged.push(other);
    }
    this.#layout.merge(session.buffer, added.buffer);
    this.state.put(session, met);
    this.#updatedKeys.add(of);
  }
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
