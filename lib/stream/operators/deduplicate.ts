/**
 * Passes on the first row of each key within the watermark: Spark's `dropDuplicatesWithinWatermark`. A key is
 * remembered until the watermark passes its event time plus the delay; until then, further rows with the key
 * are duplicates.
 */
import { add, type Micros, microsOfMillis, wrapped } from "../../records/values/micros.ts";
import { type DataType, type Row, typeName, type Value } from "../../records/data_type.ts";
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

/** The classification of a row. */
export type Verdict = "first" | "duplicate" | "late";

/** See the module's description. It takes keyed rows. */
export class DeduplicateOperator implements StatefulOperator {
  /** The value of a key is its expiry time. */
  readonly state: TableStore;
  readonly followsWatermark = true;
  /** It holds no rows back. */
  readonly finalMs = undefined;
  readonly #delayMicros: Micros;
  #lateMicros: Micros = -Infinity;
  #evictionMs: number | undefined;
  #lateRows = 0;
  #duplicateRows = 0;
  #removed = 0;

  constructor(keyTypes: readonly DataType[], delayMs: number) {
    this.#delayMicros = microsOfMillis(delayMs);
    this.state = new TableStore({
      ...deduplicationStateLayout(keyTypes),
      initial: [null],
      expiry: { ofValues: 0 },
    });
  }

  begin(watermarks: BatchWatermarks): BatchWatermarks {
    const { lateMs, evictionMs } = watermarks;
    this.state.begin();
    this.#lateMicros = lateMs === undefined ? -Infinity : microsOfMillis(lateMs);
    this.#evictionMs = evictionMs;
    this.#lateRows = 0;
    this.#duplicateRows = 0;
    this.#removed = 0;
    return watermarks;
  }

  process(input: OperatorInput): readonly Row[] {
    if (input.kind !== "keyed rows") throw wrongInput("deduplicate", input);
    const { keys, times, rowCounts, rows } = input.rows;
    const firsts: Row[] = [];
    let at = 0;
    for (let index = 0; index < keys.length; index++) {
      const isFirst = this.classify(keys[index]!, times[index]!) === "first";
      for (const end = at + rowCounts[index]!; at < end; at++) if (isFirst) firsts.push(rows[at]!);
    }
    return firsts;
  }

  /** Classifies a row by its key and event time. A row without an event time is never late. */
  classify(key: readonly Value[], timeMicros: Micros | null): Verdict {
    const time = timeMicros ?? 0;
    if (timeMicros !== null && time <= this.#lateMicros) {
      this.#lateRows++;
      return "late";
    }
    const row = this.state.get(key);
    if (!this.state.isNew(row)) {
      this.#duplicateRows++;
      return "duplicate";
    }
    this.state.setValues(row, [wrapped(add(time, this.#delayMicros))]);
    this.state.put(row);
    return "first";
  }

  finish(): OperatorOutput {
    if (this.#evictionMs !== undefined) {
      this.#removed = this.state.expire(microsOfMillis(this.#evictionMs)).length;
    }
    return { rows: [] };
  }

  counts(): OperatorCounts {
    return {
      operatorName: "dedupeWithinWatermark",
      rowsUpdated: this.state.updated().length,
      rowsRemoved: this.#removed,
      groupsDropped: this.#lateRows,
      lateRows: this.#lateRows,
      duplicateRows: this.#duplicateRows,
    };
  }
}

/** The layout of the state of a deduplication by keys of the given types. */
export function deduplicationStateLayout(keyTypes: readonly DataType[]): StateLayout {
  return { description: `keys (${keyTypes.map(typeName).join(", ")})`, keyTypes, valueTypes: ["TIMESTAMP"] };
}
