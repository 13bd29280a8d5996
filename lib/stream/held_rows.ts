/**
 * Rows that wait for a verdict on their keys: whether a row is a duplicate is known only where all rows meet,
 * so it is sent there together with what its branch makes of it.
 */
import type { Row, Value } from "../records/data_type.ts";
import type { Deduplication } from "../sql/plan.ts";
import type { TakeRow } from "./branch.ts";

/** Rows of one task and branch, in their order. */
export interface HeldRows {
  /** Which task of the batch they come from. */
  readonly task: number;
  readonly branch: number;
  /** Of each row: its keys, */
  readonly keys: readonly (readonly Value[])[];
  /** its event time in microseconds, */
  readonly times: readonly (number | null)[];
  /** and how many stage rows its branch has made of it. */
  readonly counts: readonly number[];
  readonly stageRows: readonly Row[];
}

/** Gathers the rows of one branch. */
export class RowHolder {
  readonly #deduplication: Deduplication;
  readonly #timeSlot: number;
  #keys: Value[][] = [];
  #times: (number | null)[] = [];
  #counts: number[] = [];
  #stageRows: Row[] = [];

  constructor(deduplication: Deduplication, timeSlot: number) {
    this.#deduplication = deduplication;
    this.#timeSlot = timeSlot;
  }

  /** Begins with a decoded row, before its steps. */
  begin(row: Readonly<Row>): void {
    this.#keys.push(this.#deduplication.keys.map((slot) => row[slot]!));
    this.#times.push(row[this.#timeSlot] as number | null);
    this.#counts.push(0);
  }

  /** Takes a stage row of the row that was begun last. */
  readonly take: TakeRow = (row) => {
    this.#stageRows.push([...row]);
    this.#counts[this.#counts.length - 1]!++;
  };

  /** What was gathered since the last call. */
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
