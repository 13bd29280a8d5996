/** LIMIT in append mode: passes on the first rows of all batches, as rows that were output are final. */
import type { Row } from "../../records/data_type.ts";
import type { StateLayout } from "../state/state_store.ts";
import { TableStore } from "../state/table_store.ts";
import type { BatchWatermarks } from "../time/watermark.ts";
import {
  type OperatorCounts,
  type OperatorInput,
  type OperatorOutput,
  type StatefulOperator,
  wrongInput,
} from "./operator.ts";

/** The layout of the state of a limit. */
export const LIMIT_STATE_LAYOUT: StateLayout = {
  description: "rows given",
  keyTypes: [],
  valueTypes: ["BIGINT"],
};

/** See the module's description. It takes rows, and passes each on as it is read. */
export class LimitOperator implements StatefulOperator {
  /** The number of rows that were output, with an empty key, once there is one. */
  readonly state = new TableStore({ ...LIMIT_STATE_LAYOUT, initial: [0n] });
  readonly followsWatermark = false;
  readonly finalMs = undefined;
  readonly #rowsMax: number;

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  begin(watermarks: BatchWatermarks): BatchWatermarks {
    this.state.begin();
    return watermarks;
  }

  /** Reads all of the input, even after the limit, as others may have to complete it. */
  *process(input: OperatorInput): Iterable<Row> {
    if (input.kind !== "rows") throw wrongInput("limit", input);
    const before = this.state.size === 0 ? 0 : Number(this.state.valuesOf(this.state.get([]))[0]);
    let count = before;
    for (const row of input.rows) {
      if (count >= this.#rowsMax) continue;
      count++;
      yield row;
    }
    if (count === before) return;
    const stored = this.state.get([]);
    this.state.setValues(stored, [BigInt(count)]);
    this.state.put(stored);
  }

  finish(): OperatorOutput {
    return { rows: [] };
  }

  counts(): OperatorCounts {
    return { operatorName: "globalLimit", rowsUpdated: this.state.updated().length };
  }
}
