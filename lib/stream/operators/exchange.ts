/**
 * How rows cross from the workers to the operators, and by which key. A worker reads ranges of offsets, so the rows
 * of a key may come from any of them; an operator with state has to see all rows of a key in one place.
 *
 * - `partials`: each worker aggregates the rows that it reads, and the groups are merged by key.
 * - `keyed rows`: rows cross as they are, with their key, where the first row of a key decides.
 * - `ordered rows`: rows cross as they are, and wait for the end of the batch, for a join that needs all of them.
 * - `rows`: without a key, in the order of the tasks.
 */
import type { Row, RowConsumer, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { Deduplication, QueryPlan, RowSource } from "../../sql/plan.ts";
import type { PartialGroups } from "../aggregates/partial_aggregate.ts";

/** See the module's description. */
export type Exchange = "partials" | "keyed rows" | "ordered rows" | "rows";

/** How the rows of a branch cross: as the operator takes them that they go to. */
export function exchangeOf({ operators }: Pick<QueryPlan, "operators">, { to }: RowSource): Exchange {
  switch (to && operators[to.operator]!.kind) {
    case "deduplicate":
      return "keyed rows";
    case "aggregate":
      return "partials";
    case "stream join":
      return "ordered rows";
    default:
      return "rows";
  }
}

/**
 * Whether rows that cross without a key go to more than one place: to operators, and to the result. Each of them then
 * ends with the index of its branch, so that all are in one order.
 */
export function crossesTagged({ branches, operators }: Pick<QueryPlan, "branches" | "operators">): boolean {
  const targets = branches.filter((branch) => exchangeOf({ operators }, branch) === "rows")
    .map(({ to }) => to === undefined ? "" : `${to.operator} ${to.port}`);
  return new Set(targets).size > 1;
}

/** What a worker hands over for the operators; rows without a key are handed over in chunks instead. */
export type ExchangedInput =
  | {
    readonly kind: "partials";
    /** The branch that they come from, or any one of those that lead to the same operator. */
    readonly branch: number;
    readonly groups: PartialGroups;
  }
  | {
    readonly kind: "keyed rows";
    readonly branch: number;
    /** The task of the batch. */
    readonly task: number;
    readonly rows: KeyedRows;
  }
  | {
    readonly kind: "ordered rows";
    readonly branch: number;
    /** The task of the batch. */
    readonly task: number;
    readonly rows: readonly Row[];
  };

/** Rows with their keys, in order, column by column. */
export interface KeyedRows {
  /** For each decoded row: its key, */
  readonly keys: readonly (readonly Value[])[];
  /** its event time in microseconds, */
  readonly times: readonly (Micros | null)[];
  /** and the number of rows that its branch made of it. */
  readonly rowCounts: readonly number[];
  readonly rows: readonly Row[];
}

/** Collects the rows of a branch with their keys, at a worker. */
export class KeyedRowBuffer {
  readonly #keySlots: readonly number[];
  readonly #timeSlot: number;
  #keys: Value[][] = [];
  #times: (Micros | null)[] = [];
  #rowCounts: number[] = [];
  #rows: Row[] = [];

  constructor({ keys }: Deduplication, timeSlot: number) {
    this.#keySlots = keys;
    this.#timeSlot = timeSlot;
  }

  /** Begins a decoded row, before its steps. */
  begin(row: Readonly<Row>): void {
    this.#keys.push(this.#keySlots.map((slot) => row[slot]!));
    this.#times.push(row[this.#timeSlot] as Micros | null);
    this.#rowCounts.push(0);
  }

  /** Adds a row that the branch made of the decoded one. */
  readonly add: RowConsumer = (row) => {
    this.#rows.push([...row]);
    this.#rowCounts[this.#rowCounts.length - 1]!++;
  };

  /** Returns what was collected since the last call. */
  drain(): KeyedRows {
    const drained = { keys: this.#keys, times: this.#times, rowCounts: this.#rowCounts, rows: this.#rows };
    [this.#keys, this.#times, this.#rowCounts, this.#rows] = [[], [], [], []];
    return drained;
  }
}

/** Collects the rows of a branch in order, at a worker. */
export class RowBuffer {
  #rows: Row[] = [];

  readonly add: RowConsumer = (row) => {
    this.#rows.push([...row]);
  };

  /** Returns what was collected since the last call. */
  drain(): readonly Row[] {
    const drained = this.#rows;
    this.#rows = [];
    return drained;
  }
}
