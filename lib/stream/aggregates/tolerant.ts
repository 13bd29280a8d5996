/** Aggregates that are NULL where others fail because a number is out of the range of its type. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Value } from "../../records/data_type.ts";
import type { Accumulator } from "./accumulator.ts";

/** The aggregate, with a value more: whether it has failed. From then on nothing changes it, as in Spark. */
export function tolerant(strict: Accumulator): Accumulator {
  const width = strict.types.length;
  const guarded = (buffer: Value[], at: number, work: () => void) => {
    if (buffer[at + width] === true) return;
    if (attempt(work) === undefined) buffer[at + width] = true;
  };
  return {
    types: [...strict.types, "BOOLEAN"],
    initial: [...strict.initial, false],
    update: (buffer, at, row) => guarded(buffer, at, () => strict.update(buffer, at, row)),
    merge: (buffer, at, other) => {
      if (other[at + width] === true) buffer[at + width] = true;
      guarded(buffer, at, () => strict.merge(buffer, at, other));
    },
    result: (buffer, at) => {
      if (buffer[at + width] === true) return null;
      return attempt(() => strict.result(buffer, at))?.result ?? null;
    },
  };
}

/** Undefined if the query would fail. */
function attempt<T>(work: () => T): { readonly result: T } | undefined {
  try {
    return { result: work() };
  } catch (error) {
    if (error instanceof SfcrimeError && error.code === "QUERY_FAILED") return undefined;
    throw error;
  }
}
