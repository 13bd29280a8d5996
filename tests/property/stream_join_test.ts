/** A join of streams against a naive one, which keeps all rows and compares all pairs. */
import { deepEqual } from "assert";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { Row, Value } from "../../lib/records/data_type.ts";
import type { Expression, JoinSidePlan, StreamJoinPlan, StreamJoinType } from "../../lib/sql/plan.ts";
import { metricsOf } from "../../lib/stream/operators/operator.ts";
import { StreamJoinOperator } from "../../lib/stream/operators/stream_join/stream_join.ts";
import { textOf } from "../support/state_mirror.ts";

const MINUTE_MICROS = 60_000_000;
const MINUTE_MS = 60_000;
/** A pair matches if the left row is at most so many minutes before the right one, or after it. */
const BEFORE = 4;
const AFTER = 7;
const TYPES: readonly StreamJoinType[] = ["INNER", "LEFT", "RIGHT", "FULL", "LEFT SEMI"];

interface Event {
  readonly side: 0 | 1;
  readonly key: string | null;
  readonly minute: number | null;
  readonly number: number;
}

const runs = fc.array(
  fc.record({
    events: fc.array(
      fc.record<Event>({
        side: fc.constantFrom(0, 1),
        key: fc.constantFrom("a", "b", null),
        minute: fc.oneof({ weight: 12, arbitrary: fc.nat(70) }, { weight: 1, arbitrary: fc.constant(null) }),
        number: fc.nat(5),
      }),
      { maxLength: 12 },
    ),
    advance: fc.nat(15),
  }),
  { minLength: 1, maxLength: 7 },
);

const slot = (slot: number, type: "TIMESTAMP" | "INT"): Expression => ({ kind: "slot", slot, type });
const call = (name: string, ...args: Expression[]): Expression => ({
  kind: "call",
  name,
  args,
  type: "BOOLEAN",
});
const literal = (value: number): Expression => ({ kind: "literal", value, type: "INT" });

/** Rows are (key, time, number); those of the right side follow from slot 3 on. */
function side(bounds: NonNullable<JoinSidePlan["expiry"]>["bounds"]): JoinSidePlan {
  return {
    columns: ["STRING", "TIMESTAMP", "INT"],
    keys: [0],
    condition: call(">", slot(2, "INT"), literal(0)),
    eventTime: { slot: 1, of: "time" },
    expiry: { slot: 1, of: "time", bounds },
  };
}

function planOf(type: StreamJoinType): StreamJoinPlan {
  return {
    type,
    left: side([{ offsetMicros: -BEFORE * MINUTE_MICROS, exclusive: true }]),
    right: side([{ offsetMicros: -AFTER * MINUTE_MICROS, exclusive: true }]),
    condition: call(
      "and",
      call(">=", shifted(1, BEFORE), slot(4, "TIMESTAMP")),
      call("<=", slot(1, "TIMESTAMP"), shifted(4, AFTER)),
    ),
  };
}

function shifted(at: number, minutes: number): Expression {
  const micros: Expression = { kind: "literal", value: String(minutes * MINUTE_MICROS), type: "BIGINT" };
  return { kind: "call", name: "plus_micros", args: [slot(at, "TIMESTAMP"), micros], type: "TIMESTAMP" };
}

/** Keeps everything, and says what a batch gives. */
class NaiveJoin {
  readonly #type: StreamJoinType;
  readonly #rows: { readonly event: Event; isMatched: boolean; isGone: boolean }[] = [];

  constructor(type: StreamJoinType) {
    this.#type = type;
  }

  batch(events: readonly Event[], { lateMs, evictionMs }: { lateMs: number; evictionMs: number }) {
    const output: Row[] = [];
    const isLate = ({ minute }: Event) => minute !== null && minute * MINUTE_MS <= lateMs;
    const timely = events.filter((event) => !isLate(event));
    const alone = (event: Event) => {
      const nulls = [null, null, null];
      if (this.#isOuter(event.side)) {
        output.push(event.side === 0 ? [...rowOf(event), ...nulls] : [...nulls, ...rowOf(event)]);
      }
    };
    for (const event of [...timely].sort((left, right) => left.side - right.side)) {
      if (event.number <= 0) {
        alone(event);
        continue;
      }
      const added = { event, isMatched: false, isGone: false };
      for (const other of this.#rows) {
        // Rows that are gone are asked as well: none of them may have been removed too early.
        if (other.event.side === event.side) continue;
        const [left, right] = event.side === 0 ? [added, other] : [other, added];
        if (!matches(left.event, right.event)) continue;
        if (this.#type !== "LEFT SEMI") output.push([...rowOf(left.event), ...rowOf(right.event)]);
        else if (!left.isMatched) output.push(rowOf(left.event));
        left.isMatched = right.isMatched = true;
      }
      this.#rows.push(added);
    }
    for (const row of this.#rows) {
      const { minute, side } = row.event;
      const keptMs = (side === 0 ? BEFORE : AFTER) * MINUTE_MS;
      if (row.isGone || minute === null || minute * MINUTE_MS >= evictionMs - keptMs) continue;
      row.isGone = true;
      if (!row.isMatched) alone(row.event);
    }
    return { output, late: events.length - timely.length };
  }

  /** Rows that may still match, in either batch. A left row that has matched at once need not be kept by a semi-join. */
  get size(): number {
    return this.#rows.filter(({ isGone }) => !isGone).length;
  }

  #isOuter(side: 0 | 1): boolean {
    return this.#type === "FULL" || this.#type === (side === 0 ? "LEFT" : "RIGHT");
  }
}

/** NULL is a key like others: the plan filters it where it may not match. */
function matches(left: Event, right: Event): boolean {
  return left.key === right.key && left.minute !== null && right.minute !== null &&
    left.minute + BEFORE >= right.minute && left.minute <= right.minute + AFTER;
}

function rowOf({ key, minute, number }: Event): Row {
  return [key, minute === null ? null : minute * MINUTE_MICROS, number];
}

const texts = (rows: Iterable<readonly Value[]>) => [...rows].map(textOf).sort();

for (const type of TYPES) {
  Deno.test(`A join of streams returns what a naive one does, batch by batch: ${type}`, () => {
    fc.assert(fc.property(runs, (batches) => {
      const operator = new StreamJoinOperator(planOf(type), UTC);
      const naive = new NaiveJoin(type);
      let [lateMs, evictionMs] = [0, 0];
      for (const { events, advance } of batches) {
        operator.begin({ lateMs, evictionMs });
        for (const port of [1, 0] as const) {
          const rows = events.filter(({ side }) => side === port).map(rowOf);
          operator.process({ kind: "rows", rows }, port);
        }
        const output = texts(operator.finish().rows);
        const expected = naive.batch(events, { lateMs, evictionMs });
        deepEqual(output, texts(expected.output));
        const { rowsTotal, lateRows } = metricsOf(operator);
        deepEqual(lateRows, expected.late);
        if (type !== "LEFT SEMI") deepEqual(rowsTotal, naive.size);
        [lateMs, evictionMs] = [evictionMs, evictionMs + advance * MINUTE_MS];
      }
    }));
  });
}
