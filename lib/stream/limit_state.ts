/** How many rows a query with LIMIT has given: of append mode, where a row that is given stays given. */
import type { DataType, Value } from "../records/data_type.ts";
import type { StateEntry, StateMetrics, StateOperator } from "./state_operator.ts";

const ROW_BYTES = 64;

/** See the module's description. It is one number, under an empty key, once there was a row. */
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

  /** Whether the row that comes next is given. */
  takeRow(): boolean {
    if (this.#count >= this.#limit) return false;
    this.#count++;
    return true;
  }

  /** What the batch did. */
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
