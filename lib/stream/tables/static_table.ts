/** The rows of a static table, with look-up by the values of some columns. */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import type { Row, Value } from "../../records/data_type.ts";
import type { JoinStep } from "../../sql/plan.ts";

type Level = Map<Value, Level | Row[]>;

/** The indexes of the rows of tables, by what tells them apart. */
const indexes = new WeakMap<readonly Row[], Map<string, StaticTable>>();

/** The index over the rows of a table for a join, which is made once, however often the join is compiled. */
export function tableIndex(rows: readonly Row[], step: JoinStep): StaticTable {
  const { tableKeys, nullSafe, isNullAware } = step;
  const ofRows = getOrInsert(indexes, rows, () => new Map<string, StaticTable>());
  return getOrInsert(
    ofRows,
    JSON.stringify([tableKeys, nullSafe, isNullAware]),
    () => new StaticTable(rows, tableKeys, step),
  );
}

/** An index over the rows of a table, for one join. */
export class StaticTable {
  readonly #root: Level | readonly Row[] = new Map();
  readonly #keyCount: number;
  readonly #isNullAware: boolean;

  /**
   * @param rows The table.
   * @param keys The key columns. A row with a NULL in one of them never matches, unless it is of `nullSafe`, or the last
   * one of a join that is null-aware. Without any, every row matches.
   */
  constructor(
    rows: readonly Row[],
    keys: readonly number[],
    { nullSafe = [], isNullAware }: Pick<JoinStep, "nullSafe" | "isNullAware"> = {},
  ) {
    this.#keyCount = keys.length;
    this.#isNullAware = isNullAware === true;
    if (keys.length === 0) this.#root = rows;
    const isKept = (value: Value, index: number) =>
      value !== null || nullSafe.includes(index) || isNullAware === true && index === keys.length - 1;
    for (const row of keys.length === 0 ? [] : rows) {
      const values = keys.map((key) => row[key] as Value);
      if (values.every(isKept)) this.#add(values, row);
    }
  }

  /** The rows with these key values; in a null-aware join some of those that match, if there are any. */
  find(values: readonly Value[]): readonly Row[] {
    let level: Level | readonly Row[] | undefined = this.#root;
    const last = this.#keyCount - 1;
    for (let index = 0; index <= last && level !== undefined; index++) {
      const value = values[index]!;
      level = index === last && this.#isNullAware
        ? anyOf(level as Level, value)
        : (level as Level).get(value);
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

/** Rows whose key equals a value, or may equal it, as one of the two is NULL. */
function anyOf(level: Level, value: Value): Row[] | undefined {
  const found = value === null ? level.values().next().value : level.get(value) ?? level.get(null);
  return found as Row[] | undefined;
}

/** The rows of a table that has none. */
export const NO_ROWS: readonly Row[] = [];
