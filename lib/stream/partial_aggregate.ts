/**
 * The first step of an aggregation, where records are read: stage rows are gathered in groups, and the groups
 * are handed over column by column, which is cheaper to send between threads than many small objects.
 */
import type { DataType, Row, Value } from "../records/data_type.ts";
import type { AggregatePlan } from "../sql/plan.ts";
import { type Accumulator, accumulatorOf } from "./aggregate_functions.ts";
import { GroupTable } from "./group_table.ts";

/** Groups as columns: the keys, then the buffers, then how many rows each group has had. */
export interface PartialGroups {
  readonly columns: readonly (readonly Value[])[];
  readonly rowCounts: readonly number[];
}

/** The layout of a query's buffers: which aggregate has its values where. */
export class BufferLayout {
  readonly accumulators: readonly Accumulator[];
  /** Where the values of each aggregate begin. */
  readonly starts: readonly number[];
  readonly initial: readonly Value[];
  readonly types: readonly DataType[];
  /** Where there are lists. */
  readonly #lists: readonly number[];

  /** @param offset How many other values stand in front of the buffers. */
  constructor({ calls }: AggregatePlan, offset = 0) {
    this.accumulators = calls.map(accumulatorOf);
    let next = offset;
    this.starts = this.accumulators.map(({ types }) => {
      const start = next;
      next += types.length;
      return start;
    });
    this.types = this.accumulators.flatMap(({ types }) => types);
    this.#lists = this.types.flatMap((type, index) =>
      typeof type !== "string" && type.kind === "ARRAY" ? [offset + index] : []
    );
    this.initial = this.accumulators.flatMap(({ initial }) => initial);
  }

  update(buffer: Value[], row: Readonly<Row>): void {
    for (let index = 0; index < this.accumulators.length; index++) {
      this.accumulators[index]!.update(buffer, this.starts[index]!, row);
    }
  }

  merge(buffer: Value[], other: readonly Value[]): void {
    for (let index = 0; index < this.accumulators.length; index++) {
      this.accumulators[index]!.merge(buffer, this.starts[index]!, other);
    }
  }

  /** How many elements the lists of a buffer have, which grow with the rows. */
  elementsOf(buffer: readonly Value[]): number {
    if (this.#lists.length === 0) return 0;
    return this.#lists.reduce((sum, at) => sum + ((buffer[at] as readonly Value[] | null)?.length ?? 0), 0);
  }

  results(buffer: readonly Value[]): Value[] {
    return this.accumulators.map((accumulator, index) => accumulator.result(buffer, this.starts[index]!));
  }
}

/** Gathers stage rows. */
export class PartialAggregate {
  readonly #keyCount: number;
  readonly #layout: BufferLayout;
  #table: GroupTable;

  constructor(plan: AggregatePlan) {
    this.#keyCount = plan.keys.length;
    this.#layout = new BufferLayout(plan, plan.keys.length);
    this.#table = this.#emptyTable();
  }

  /** The number of groups gathered so far. */
  get size(): number {
    return this.#table.size;
  }

  add(row: Row): void {
    const group = this.#table.groupOf(row, this.#keyCount);
    this.#layout.update(group.values, row);
    // How many rows a group has had, whatever its aggregates are.
    group.mark++;
  }

  /** The groups gathered since the last call. */
  take(): PartialGroups {
    const width = this.#keyCount + this.#layout.initial.length;
    const columns: Value[][] = Array.from({ length: width }, () => []);
    const rowCounts: number[] = [];
    for (const { values, mark } of this.#table.groups()) {
      for (let index = 0; index < width; index++) columns[index]!.push(values[index]!);
      rowCounts.push(mark);
    }
    this.#table = this.#emptyTable();
    return { columns, rowCounts };
  }

  #emptyTable(): GroupTable {
    return new GroupTable(this.#layout.initial);
  }
}
