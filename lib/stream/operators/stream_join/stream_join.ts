/**
 * Joins the rows of two inputs as they come: each row is paired with those of the other side that were kept, and is
 * kept for those that follow. A row is removed once the watermark says that none can follow; if it has matched
 * nothing by then, an outer join returns it with NULLs. Source: Spark's StreamingSymmetricHashJoinExec.
 */
import { concat } from "../../../base/collections/concat.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import { type DataType, type Row, typeName, type Value } from "../../../records/data_type.ts";
import { type Micros, microsOfMillis } from "../../../records/values/micros.ts";
import type { JoinSidePlan, StreamJoinPlan } from "../../../sql/plan.ts";
import { compileExpression, type Evaluate } from "../../expression.ts";
import { usesBatchTime, withBatchTime } from "../../../sql/functions/time/batch_time.ts";
import type { BatchWatermarks } from "../../time/watermark.ts";
import {
  type OperatorCounts,
  type OperatorInput,
  type OperatorOutput,
  type StatefulOperator,
  wrongInput,
} from "../operator.ts";
import type { StateLayout } from "../../state/state_store.ts";
import { joinStateLayout, JoinStore, type JoinTypes, type Side } from "./join_store.ts";
import { NO_ROW } from "./side_rows.ts";
import {
  inputWatermarkMs,
  outputWatermarkMs,
  stateWatermarkMs,
  timeOf,
  watermarkMsFor,
} from "./state_watermark.ts";

/** A side, compiled. */
interface RunningSide {
  readonly plan: JoinSidePlan;
  /** The time by which rows are late; absent if none are. */
  readonly lateTimeOf: ((row: Readonly<Row>) => Micros | null) | undefined;
  /** When a row expires; absent if none does. */
  readonly expiryOf: ((row: Readonly<Row>) => Micros | null) | undefined;
  /** Whether a row may match at all. */
  readonly mayMatch: Evaluate | undefined;
  /** Whether rows without a match are returned. */
  readonly isOuter: boolean;
  /** Whether it matters that a row has matched. */
  readonly notesMatches: boolean;
}

/** See the module's description. It takes rows at both ports. */
export class StreamJoinOperator implements StatefulOperator {
  readonly state: JoinStore;
  readonly followsWatermark: boolean;
  readonly #plan: StreamJoinPlan;
  readonly #zone: TimeZone;
  readonly #usesTime: boolean;
  #sides: readonly [RunningSide, RunningSide];
  #matches: Evaluate | undefined;
  readonly #isSemi: boolean;
  readonly #leftWidth: number;
  readonly #width: number;
  /** The input of the batch, by side: the left one is joined first. */
  #inputs: readonly [Iterable<Row>[], Iterable<Row>[]] = [[], []];
  #lateMicros: Micros = -Infinity;
  #evictionMs: number | undefined;
  /** Right rows that expire up to then are removed at the end of the batch. */
  #rightUntilMicros: Micros = -Infinity;
  #counts = NOTHING_COUNTED;

  constructor(plan: StreamJoinPlan, zone: TimeZone) {
    const { type, left, right, condition } = plan;
    this.#plan = plan;
    this.#zone = zone;
    this.#usesTime = usesBatchTime(plan);
    this.#isSemi = type === "LEFT SEMI";
    this.#leftWidth = left.columns.length;
    this.#width = left.columns.length + right.columns.length;
    this.#matches = condition === undefined ? undefined : compileExpression(condition, zone);
    this.#sides = this.#compileSides(plan);
    this.followsWatermark = this.#sides.some(({ plan: { expiry } }) => expiry !== undefined);
    const key: Value[] = left.keys.map(() => null);
    this.state = new JoinStore({
      ...joinTypes(plan),
      keyOf: (side, row) => {
        const { keys } = this.#sides[side].plan;
        for (let index = 0; index < keys.length; index++) key[index] = row[keys[index]!]!;
        return key;
      },
      expiryOf: (side, row) => this.#sides[side].expiryOf?.(row) ?? null,
    });
  }

  #compileSides({ type, left, right }: StreamJoinPlan): readonly [RunningSide, RunningSide] {
    const compileSide = (side: JoinSidePlan, isOuter: boolean): RunningSide => ({
      plan: side,
      lateTimeOf: side.eventTime === undefined ? undefined : timeOf(side.eventTime),
      expiryOf: side.expiry === undefined ? undefined : timeOf(side.expiry),
      mayMatch: side.condition === undefined ? undefined : compileExpression(side.condition, this.#zone),
      isOuter,
      notesMatches: isOuter || (this.#isSemi && side === left),
    });
    return [
      compileSide(left, type === "LEFT" || type === "FULL"),
      compileSide(right, type === "RIGHT" || type === "FULL"),
    ];
  }

  useTime(timeMs: number): void {
    if (!this.#usesTime) return;
    const plan = withBatchTime(this.#plan, timeMs);
    if (plan.condition !== undefined) this.#matches = compileExpression(plan.condition, this.#zone);
    this.#sides = this.#compileSides(plan);
  }

  /** Only outer joins hold rows back. */
  get finalMs(): number | undefined {
    const finals = this.#sides.flatMap(({ isOuter, plan: { expiry } }, side) => {
      const latestMs = isOuter && expiry !== undefined
        ? this.state.side(side as Side).latestUnmatchedMs
        : undefined;
      return latestMs === undefined ? [] : [watermarkMsFor(expiry!.bounds, latestMs)];
    });
    return finals.length === 0 ? undefined : Math.max(...finals);
  }

  begin({ lateMs, evictionMs }: BatchWatermarks): BatchWatermarks {
    this.state.begin();
    this.#inputs = [[], []];
    this.#lateMicros = lateMs === undefined ? -Infinity : microsOfMillis(lateMs);
    this.#evictionMs = evictionMs;
    const rightUntilMs = this.#expiresUntilMs(1);
    this.#rightUntilMicros = rightUntilMs === undefined ? -Infinity : microsOfMillis(rightUntilMs);
    this.#counts = { ...NOTHING_COUNTED };
    const outputMs = (ms: number | undefined) =>
      ms === undefined ? undefined : outputWatermarkMs(this.#plan, ms);
    return { lateMs: outputMs(lateMs), evictionMs: outputMs(evictionMs) };
  }

  inputMsFor(outputMs: number): number {
    return inputWatermarkMs(this.#plan, outputMs);
  }

  /** All rows of the left side have to be there before one of the right side is joined: the output is read at the end. */
  process(input: OperatorInput, port: number): readonly Row[] {
    if (input.kind !== "rows") throw wrongInput("stream join", input);
    this.#inputs[port as Side].push(input.rows);
    return [];
  }

  finish(): OperatorOutput {
    return { rows: this.#run() };
  }

  counts(): OperatorCounts {
    const { added, removed, late } = this.#counts;
    return {
      operatorName: "symmetricHashJoin",
      rowsUpdated: added,
      rowsRemoved: removed,
      groupsDropped: late,
      lateRows: late,
    };
  }

  *#run(): Iterable<Row> {
    yield* this.#join(0);
    yield* this.#join(1);
    yield* this.#expire(0);
    yield* this.#expire(1);
  }

  /** Joins the input of a side with the rows of the other side, and keeps it. */
  *#join(side: Side): Iterable<Row> {
    const { lateTimeOf, mayMatch, isOuter } = this.#sides[side];
    const lateMicros = this.#lateMicros;
    for (const row of concat(this.#inputs[side])) {
      const time = lateTimeOf?.(row) ?? null;
      if (time !== null && time <= lateMicros) {
        this.#counts.late++;
      } else if (mayMatch === undefined || mayMatch(row) === true) {
        yield* this.#joinRow(side, row);
      } else if (isOuter) {
        yield this.#alone(side, row);
      }
    }
  }

  *#joinRow(side: Side, row: Row): Iterable<Row> {
    const { state } = this;
    const other = (1 - side) as Side;
    const others = state.side(other);
    const notesMatches = this.#sides[other].notesMatches;
    const key = state.key(side, row);
    let isMatched = false;
    for (let handle = others.firstOf(key); handle !== NO_ROW; handle = others.nextOf(handle)) {
      // A left row of a semi-join is returned once.
      if (this.#isSemi && side === 1 && others.isMatched(handle)) continue;
      const found = others.rowOf(handle);
      const pair = side === 0 ? [...row, ...found] : [...found, ...row];
      if (this.#matches !== undefined && this.#matches(pair) !== true) continue;
      isMatched = true;
      if (notesMatches) state.match(other, handle);
      if (!this.#isSemi) yield pair;
      else if (side === 1) yield found;
      else break;
    }
    if (this.#isSemi && side === 0 && isMatched) yield row;
    if (this.#isKept(side, row, isMatched)) {
      state.add(side, row, { key, isMatched: isMatched && this.#sides[side].notesMatches });
      this.#counts.added++;
    } else {
      state.release(key);
    }
  }

  /** Whether a row may match one that follows, in this batch or a later one, or is still to be returned without a match. */
  #isKept(side: Side, row: Row, isMatched: boolean): boolean {
    if (side === 0) return !(this.#isSemi && isMatched);
    if (this.#sides[1].isOuter && !isMatched) return true;
    const time = this.#sides[1].expiryOf?.(row) ?? null;
    return time === null || time > this.#rightUntilMicros;
  }

  /** Removes the rows of a side that no row can match any more; returns those that an outer join returns. */
  *#expire(side: Side): Iterable<Row> {
    const untilMs = this.#expiresUntilMs(side);
    if (untilMs === undefined) return;
    const removed = this.state.expire(side, untilMs);
    const { isOuter } = this.#sides[side];
    // As in Spark, those of an outer side do not count.
    if (!isOuter) {
      this.#counts.removed += removed.length;
      return;
    }
    const rows = this.state.side(side);
    for (const handle of removed) if (!rows.isMatched(handle)) yield this.#alone(side, rows.rowOf(handle));
  }

  /** Up to which time rows of a side are removed in this batch; undefined if none are. */
  #expiresUntilMs(side: Side): number | undefined {
    const { expiry } = this.#sides[side].plan;
    if (expiry === undefined || this.#evictionMs === undefined) return undefined;
    return stateWatermarkMs(expiry.bounds, this.#evictionMs);
  }

  /** A row without a match. */
  #alone(side: Side, row: Row): Row {
    const alone = new Array<Value>(this.#width).fill(null);
    const from = side === 0 ? 0 : this.#leftWidth;
    for (let index = 0; index < row.length; index++) alone[from + index] = row[index]!;
    return alone;
  }
}

const NOTHING_COUNTED = { added: 0, removed: 0, late: 0 };

/** The layout of the state of a join. */
export function streamJoinStateLayout(plan: StreamJoinPlan): StateLayout {
  return joinStateLayout(joinTypes(plan));
}

function joinTypes({ type, left, right }: StreamJoinPlan): JoinTypes {
  const keys = left.keys.map((slot): DataType => left.columns[slot]!);
  const names = (types: readonly DataType[]) => `(${types.map(typeName).join(", ")})`;
  return {
    description: `rows of a ${type} join by ${names(keys)}: ${names(left.columns)} and ${
      names(right.columns)
    }`,
    keys,
    sides: [left.columns, right.columns],
  };
}
