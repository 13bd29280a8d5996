/**
 * Rows that wait for deduplication: whether a row is a duplicate is known only at the coordinator, so it is
 * sent there with the stage rows that its branch made of it.
 */
import type { Row, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { Deduplication } from "../../sql/plan.ts";
import type { TakeRow } from "../branch.ts";

/** Rows of one task and branch, in order. */
export interface HeldRows {
  /** The task of the batch that they come from. */
  readonly task: number;
  readonly branch: number;
  /** For each row: its keys, */
  readonly keys: readonly (readonly Value[])[];
  /** its event time in microseconds, */
  readonly times: readonly (Micros | null)[];
  /** and the number of stage rows that its branch made of it. */
  readonly counts: readonly number[];
  readonly stageRows: readonly Row[];
}

/** Collects the rows of a branch. */
export class RowHolder {
  readonly #deduplication: Deduplication;
  readonly #timeSlot: number;
  #keys: Value[][] = [];
  #times: (Micros | null)[] = [];
  #counts: number[] = [];
  #stageRows: Row[] = [];

  constructor(deduplication: Deduplication, timeSlot: number) {
    this.#deduplication = deduplication;
    this.#timeSlot = timeSlot;
  }

  /** Begins a decoded row, before its steps. */
  begin(row: Readonly<Row>): void {
    this.#keys.push(this.#deduplication.keys.map((slot) => row[slot]!));
    this.#times.push(row[this.#timeSlot] as Micros | null);
    this.#counts.push(0);
  }

  /** Adds a stage row of the current row. */
  readonly take: TakeRow = (row) => {
    this.#stageRows.push([...row]);
    this.#counts[this.#counts.length - 1]!++;
  };

  /** Returns what was collected since the last call. */
  drain(task: number, branch: number): HeldRows {
    const held = {
      task,
      branch,
      keys: this.#keys,
      times: this.#times,
      counts: this.#counts,
      stageRows: this.#stageRows,
    };
    [this.#keys, this.#times, this.#counts, this.#stageRows] = [[], [], [], []];
    return held;
  }
}
