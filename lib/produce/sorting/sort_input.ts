/** Sorts the input of a run, and says what has no place in the order. */
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { BrokenItem } from "../../records/splitting/input_item.ts";
import type { LeftOut } from "../broken/left_out.ts";
import type { InputRecords } from "../notes/input_records.ts";
import type { ProduceOptions } from "../produce_options.ts";
import { SortedInput } from "./sorted_input.ts";

const log = logger("produce");

/** The input's records, and what takes those that are broken. */
export interface SortTarget {
  readonly records: InputRecords;
  readonly leftOut: LeftOut;
  readonly onBroken: (item: BrokenItem) => Promise<void>;
}

/** Reads the input to its end. @throws {SfcrimeError} INPUT if no record has the sort field. */
export async function sortInput(
  { input, signal, sortBy }: Pick<ProduceOptions, "input" | "signal" | "sortBy">,
  { records: { note, splitterOf }, leftOut, onBroken }: SortTarget,
): Promise<SortedInput> {
  if (sortBy !== undefined) {
    const wait = input.repeatable ? "" : "; nothing is sent until it ends";
    log.info(`Sorting ${input.name} by ${sortBy}${wait}`);
  }
  const order = sortBy === undefined ? "time" : "field";
  const sorted = await SortedInput.of(input, { order, note: note!, splitterOf, signal, onBroken });
  if (sortBy === undefined || signal.aborted) return sorted;
  if (sorted.lacking !== undefined) {
    sorted.close();
    throw leftOut.lacksSortField(sorted.lacking, sortBy);
  }
  if (sorted.withoutValue > 0) {
    const are = sorted.withoutValue === 1 ? "is" : "are";
    log.warn(`${plural(sorted.withoutValue, "record")} without ${sortBy} ${are} sent last.`);
  }
  return sorted;
}
