/** `percentile`: the values of a group are kept, and sorted at the end. */
import type { DataType, Value } from "../../../records/data_type.ts";
import { isDuration, isMonths } from "../../../records/types/interval_types.ts";
import { compareOf } from "../../values/compare.ts";
import type { Accumulator } from "../accumulator.ts";
import { collectList } from "../collection_aggregates.ts";

/** The value at a share of the way through sorted values, interpolated between its neighbours. */
function valueAt(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const [lower, higher] = [Math.floor(position), Math.ceil(position)];
  const [low, high] = [sorted[lower]!, sorted[higher]!];
  return lower === higher || low === high ? low : (higher - position) * low + (position - lower) * high;
}

/** A number as a value of the type of a result, or of its elements; INTERVALs are cut to whole numbers, as in Spark. */
function asResult(type: DataType): (value: number) => Value {
  const element = typeof type !== "string" && type.kind === "ARRAY" ? type.element : type;
  if (isMonths(element)) return (value) => Math.trunc(value) + 0;
  return isDuration(element) ? (value) => BigInt(Math.trunc(value)) : (value) => value;
}

/** The types of its second argument and of its result. */
export interface PercentileTypes {
  readonly shareType: DataType;
  readonly type: DataType;
}

/** The aggregate over a slot with DOUBLEs, and one with a constant share or an ARRAY of them; NULL without values. */
export function percentile(
  [value, share]: readonly number[],
  { shareType, type }: PercentileTypes,
): Accumulator {
  const typed = asResult(type);
  const list = collectList(value!, "DOUBLE");
  const compare = compareOf("DOUBLE");
  return {
    types: [...list.types, shareType],
    initial: [...list.initial, null],
    update: (buffer, at, row) => {
      list.update(buffer, at, row);
      buffer[at + 1] ??= row[share!]!;
    },
    merge: (buffer, at, other) => {
      list.merge(buffer, at, other);
      buffer[at + 1] ??= other[at + 1]!;
    },
    result: (buffer, at): Value => {
      const values = list.result(buffer, at) as readonly number[];
      if (values.length === 0) return null;
      const sorted = values.toSorted(compare);
      const shares = buffer[at + 1] as number | readonly number[];
      return typeof shares === "number"
        ? typed(valueAt(sorted, shares))
        : shares.map((each) => typed(valueAt(sorted, each)));
    },
  };
}
