/**
 * The first step of an aggregation, at the workers: stage rows are aggregated into groups, which are sent
 * column by column, as that is cheaper between threads than many small objects.
 */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import type { DataType, Row, Value } from "../../records/data_type.ts";
import type { AggregatePlan } from "../../sql/plan.ts";
import type { Accumulator } from "./accumulator.ts";
import { accumulatorOf } from "./aggregate_functions.ts";
import { GroupTable } from "./group_table.ts";
import { BufferMeter, bytesOfValues } from "../values/memory_estimate.ts";

/** Groups as columns: the keys, then the buffers, and the number of rows of each group. */
export interface PartialGroups {
  readonly columns: readonly (readonly Value[])[];
  readonly rowCounts: readonly number[];
  /** Where the groups come from; those of one origin stand together. */
  readonly origins: readonly GroupOrigin[];
}

/** Groups of one origin, which were aggregated separately from all others. */
export interface GroupOrigin {
  readonly origin: string;
  readonly groupCount: number;
}

/** The layout of the aggregate buffers of a query. */
export class BufferLayout {
  readonly accumulators: readonly Accumulator[];
  /** The position of the values of each aggregate. */
  readonly starts: readonly number[];
  readonly initial: readonly Value[];
  readonly types: readonly DataType[];
  readonly #offset: number;
  readonly #meter: BufferMeter;

  /** @param offset The number of values before the buffers. */
  constructor({ calls, keys }: AggregatePlan, offset = 0) {
    this.#offset = offset;
    this.accumulators = calls.map((call) => accumulatorOf(call, keys.length > 0));
    let next = offset;
    this.starts = this.accumulators.map(({ types }) => {
      const start = next;
      next += types.length;
      return start;
    });
    this.types = this.accumulators.flatMap(({ types }) => types);
    this.#meter = new BufferMeter(
      this.accumulators.flatMap(({ types, elementBytes = 0 }, index) =>
        types.map((type, value) => ({ at: this.starts[index]! + value, type, elementBytes }))
      ),
    );
    this.initial = this.accumulators.flatMap(({ initial }) => initial);
  }

  /** Updates the buffer with a row; returns its estimated growth in bytes. */
  update(buffer: Value[], row: Readonly<Row>): number {
    if (!this.#meter.isFixedSize) this.#meter.measure(buffer);
    for (let index = 0; index < this.accumulators.length; index++) {
      this.accumulators[index]!.update(buffer, this.starts[index]!, row);
    }
    return this.#meter.isFixedSize ? 0 : this.#meter.growth(buffer);
  }

  /** Merges another buffer; returns the estimated growth of this one in bytes. */
  merge(buffer: Value[], other: readonly Value[]): number {
    if (!this.#meter.isFixedSize) this.#meter.measure(buffer);
    for (let index = 0; index < this.accumulators.length; index++) {
      this.accumulators[index]!.merge(buffer, this.starts[index]!, other);
    }
    return this.#meter.isFixedSize ? 0 : this.#meter.growth(buffer);
  }

  /** Whether values may be out of the range of their types until {@link checkRange} is called. */
  get checksRange(): boolean {
    return this.accumulators.some(({ checkRange }) => checkRange !== undefined);
  }

  /** Checks that the values are in the range of their types. */
  checkRange(buffer: readonly Value[]): void {
    this.accumulators.forEach(({ checkRange }, index) => checkRange?.(buffer, this.starts[index]!));
  }

  /** Estimated memory of a buffer and the values before it. */
  bytesOf(buffer: readonly Value[]): number {
    return bytesOfValues(buffer, this.#offset) + this.#meter.bytesOf(buffer);
  }

  results(buffer: readonly Value[]): Value[] {
    return this.accumulators.map((accumulator, index) => accumulator.result(buffer, this.starts[index]!));
  }
}

/** Aggregates stage rows. */
export class PartialAggregate {
  readonly #keyCount: number;
  readonly #calls: AggregatePlan["calls"];
  readonly #layout: BufferLayout;
  /** By origin. */
  readonly #tables = new Map<string, GroupTable>();
  #origin = "";
  /** That of the origin at hand. */
  #table: GroupTable;
  /** What the tables of the other origins take. */
  #otherTableBytes = 0;
  /** The memory of the values of the groups. */
  #valueBytes = 0;

  constructor(plan: AggregatePlan) {
    this.#keyCount = plan.keys.length;
    this.#calls = plan.calls;
    this.#layout = new BufferLayout(plan, plan.keys.length);
    this.#table = this.#tableOf(this.#origin);
  }

  /** Whether sums are checked when a partition is complete. */
  get checksRange(): boolean {
    return this.#layout.checksRange;
  }

  /** Whether a slot of the rows may be a `TextView`: only its being NULL or not counts. */
  takesViews(slot: number): boolean {
    return slot >= this.#keyCount &&
      this.#calls.every(({ name, args, filter }) =>
        filter !== slot && (name === "count" || !args.includes(slot))
      );
  }

  /** Estimated memory of the groups so far. */
  get memoryBytes(): number {
    return this.#otherTableBytes + this.#table.memoryBytes + this.#valueBytes;
  }

  /** Aggregates the rows that follow separately from those of other origins. */
  useOrigin(origin: string): void {
    if (origin === this.#origin) return;
    this.#otherTableBytes += this.#table.memoryBytes;
    this.#origin = origin;
    this.#table = this.#tableOf(origin);
    this.#otherTableBytes -= this.#table.memoryBytes;
  }

  add(row: Row): void {
    const { size } = this.#table;
    const group = this.#table.getOrCreate(row, this.#keyCount);
    if (this.#table.size > size) this.#valueBytes += this.#layout.bytesOf(group.values);
    this.#valueBytes += this.#layout.update(group.values, row);
    // The number of rows of the group, whatever its aggregates are.
    group.mark++;
  }

  /** Returns the groups since the last call. */
  drain(): PartialGroups {
    const width = this.#keyCount + this.#layout.initial.length;
    const columns: Value[][] = Array.from({ length: width }, () => []);
    const rowCounts: number[] = [];
    const origins: GroupOrigin[] = [];
    for (const [origin, table] of this.#tables) {
      for (const { values, mark } of table.groups()) {
        for (let index = 0; index < width; index++) columns[index]!.push(values[index]!);
        rowCounts.push(mark);
      }
      origins.push({ origin, groupCount: table.size });
    }
    this.#tables.clear();
    this.#table = this.#tableOf(this.#origin);
    this.#otherTableBytes = 0;
    this.#valueBytes = 0;
    return { columns, rowCounts, origins };
  }

  #tableOf(origin: string): GroupTable {
    return getOrInsert(this.#tables, origin, () => new GroupTable(this.#layout.initial));
  }
}
