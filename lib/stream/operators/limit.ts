/** The number of rows that a query with LIMIT has emitted, in append mode, where emitted rows are final. */
import type { DataType, Value } from "../../records/data_type.ts";
import type { StateEntry, StateMetrics, StateOperator } from "./operator.ts";

const ROW_BYTES = 64;

/** See the module's description. The state is one number, with an empty key, once a row was emitted. */
export class LimitState implements StateOperator {
  readonly description = "rows given";
  readonly keyTypes: readonly DataType[] = [];
  readonly valueTypes: readonly DataType[] = ["BIGINT"];
  readonly #limit: number;
  #count = 0;
  #before = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#count > 0 ? 1 : 0;
  }

  begin(): void {
    this.#before = this.#count;
  }

  /** Whether to emit the next row. */
  takeRow(): boolean {
    if (this.#count >= this.#limit) return false;
    this.#count++;
    return true;
  }

  /** The metrics of the batch. */
  metrics(): StateMetrics {
    return {
      operatorName: "globalLimit",
      rowsTotal: this.size,
      rowsUpdated: this.#count > this.#before ? 1 : 0,
      rowsRemoved: 0,
      groupsDropped: 0,
      lateRows: 0,
      duplicateRows: 0,
      memoryBytes: this.size * ROW_BYTES,
    };
  }

  *changes(): Iterable<StateEntry> {
    if (this.#count > this.#before) yield* this.entries();
  }

  *entries(): Iterable<StateEntry> {
    if (this.#count > 0) yield { key: [], value: [BigInt(this.#count)] };
  }

  restore(_key: readonly Value[], value: readonly Value[]): void {
    this.#count = Number(value[0]);
  }
}
