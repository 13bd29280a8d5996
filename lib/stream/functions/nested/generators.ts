/** Generators: what makes rows of a row. */
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import { jsonTuple } from "../../../records/json/text/json_tuple.ts";
import type { GenerateStep } from "../../../sql/plan.ts";
import type { Evaluate } from "../implementation.ts";
import type { List } from "./lists.ts";

/** Evaluates an expression over a row that steps change in place. */
type EvaluateRow = Evaluate<Row>;

/** The rows that a generator makes of a row: the values of its columns. */
type Rows = readonly List[];

/**
 * Compiles a generator: it puts the values of each of its rows in their slots and passes the row on.
 *
 * @param args The arguments of the generator.
 */
export function compileGenerator(
  { generator, slots }: GenerateStep,
  args: readonly EvaluateRow[],
  next: (row: Row) => void,
): (row: Row) => void {
  const { name, outer } = generator;
  const types = generator.args.map(({ type }) => type);
  if (name === "explode" && isArray(types[0]!)) {
    return compileElements(args[0]!, { slot: slots[0]!, outer, next });
  }
  const rowsOf = GENERATORS[name]!(args, types, slots.length);
  return (row) => {
    const rows = rowsOf(row);
    for (const values of rows) {
      for (let index = 0; index < slots.length; index++) row[slots[index]!] = values[index] ?? null;
      next(row);
    }
    if (rows.length > 0 || !outer) return;
    for (const slot of slots) row[slot] = null;
    next(row);
  };
}

/** The elements of an ARRAY: by far the most frequent generator, which needs no list for each row. */
function compileElements(
  list: EvaluateRow,
  { slot, outer, next }: {
    readonly slot: number;
    readonly outer: boolean;
    readonly next: (row: Row) => void;
  },
): (row: Row) => void {
  return (row) => {
    const elements = list(row) as List | null;
    if (elements !== null && elements.length > 0) {
      for (let index = 0; index < elements.length; index++) {
        row[slot] = elements[index]!;
        next(row);
      }
    } else if (outer) {
      row[slot] = null;
      next(row);
    }
  };
}

function isArray(type: DataType): boolean {
  return typeof type !== "string" && type.kind === "ARRAY";
}

/** Makes a generator of its arguments, their types, and the number of its columns. */
type Implementation = (
  args: readonly EvaluateRow[],
  types: readonly DataType[],
  width: number,
) => (row: Row) => Rows;

/** The lists that the only argument has, or makes. */
function ofList(rowOf: (item: Value, index: number) => List): (list: EvaluateRow) => (row: Row) => Rows {
  return (list) => (row) => (list(row) as List | null)?.map(rowOf) ?? [];
}

const NULLS: List = [];

/** By their name in plans. The entries of a MAP and the fields of a STRUCT are lists already. */
const GENERATORS: Readonly<Record<string, Implementation>> = {
  explode: ([entries]) => ofList((entry) => entry as List)(entries!),
  posexplode: ([list], [type]) =>
    ofList(isArray(type!) ? (item, index) => [index, item] : (entry, index) => [index, ...entry as List])(
      list!,
    ),
  inline: ([structs]) => ofList((struct) => struct as List | null ?? NULLS)(structs!),
  stack: ([count, ...args], _types, width) => (row) =>
    Array.from(
      { length: Number(count!(row)) },
      (_none, index) => args.slice(index * width, (index + 1) * width).map((arg) => arg(row)),
    ),
  json_tuple: ([json, ...fields]) => (row) => [
    jsonTuple(json!(row) as string | null, fields.map((field) => field(row) as string | null)),
  ],
};
