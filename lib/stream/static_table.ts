/** The rows of a static table, with look-up by the values of some columns. */
import { getOrInsert } from "../base/collections/get_or_insert.ts";
import type { Row, Value } from "../records/data_type.ts";

type Level = Map<Value, Level | Row[]>;

/** An index over the rows of a table, for one join. */
export class StaticTable {
  readonly #root: Level | readonly Row[] = new Map();
  readonly #keyCount: number;

  /**
   * @param rows The table.
   * @param keys The key columns. A row with a NULL in one of them never matches, unless it is of `nullSafe`. Without
   * any, every row matches.
   * @param nullSafe Keys by their index.
   */
  constructor(rows: readonly Row[], keys: readonly number[], nullSafe: readonly number[] = []) {
    this.#keyCount = keys.length;
    if (keys.length === 0) this.#root = rows;
    for (const row of keys.length === 0 ? [] : rows) {
      const values = keys.map((key) => row[key] as Value);
      if (values.every((value, index) => value !== null || nullSafe.includes(index))) this.#add(values, row);
    }
  }

  /** The rows with these key values, none of which is NULL. */
  find(values: readonly Value[]): readonly Row[] {
    let level: Level | readonly Row[] | undefined = this.#root;
    for (let index = 0; index < this.#keyCount && level !== undefined; index++) {
      level = (level as Level).get(values[index]!);
    }
    return (level as readonly Row[] | undefined) ?? NO_ROWS;
  }

  #add(values: readonly Value[], row: Row): void {
    let level = this.#root as Level;
    for (const value of values.slice(0, -1)) {
      level = getOrInsert(level, value, () => new Map()) as Level;
    }
    (getOrInsert(level, values.at(-1)!, () => []) as Row[]).push(row);
  }
}

const NO_ROWS: readonly Row[] = [];
