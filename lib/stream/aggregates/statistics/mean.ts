/** A mean, from a sum and the number of its values. */
import type { Value } from "../../../records/data_type.ts";
import type { Accumulator } from "../accumulator.ts";

/** `avg` of a column, whose sum is another aggregate's; NULL if there are no values. */
export function meanBy(
  sum: Accumulator,
  { slot, meanOf }: { readonly slot: number; readonly meanOf: (sum: Value, count: number) => Value },
): Accumulator {
  return {
    ...sum,
    types: [...sum.types, "DOUBLE"],
    initial: [...sum.initial, 0],
    update: (buffer, at, row) => {
      sum.update(buffer, at, row);
      if (row[slot] !== null) buffer[at + 1] = (buffer[at + 1] as number) + 1;
    },
    merge: (buffer, at, other) => {
      sum.merge(buffer, at, other);
      buffer[at + 1] = (buffer[at + 1] as number) + (other[at + 1] as number);
    },
    result: (buffer, at) => {
      const count = buffer[at + 1] as number;
      return count === 0 ? null : meanOf(buffer[at]!, count);
    },
  };
}
