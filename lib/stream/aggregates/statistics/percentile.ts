/** Percentiles of all values of a group, and the most frequent one: each value is kept with its count. */
import { SfcrimeError } from "../../../base/errors.ts";
import { UTC } from "../../../base/time_zone.ts";
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import { isDuration, isMonths } from "../../../records/types/interval_types.ts";
import type { AggregateCall } from "../../../sql/plan.ts";
import { castFunction } from "../../values/cast.ts";
import { compareOf } from "../../values/compare.ts";
import type { Accumulator } from "../accumulator.ts";
import { countedValues } from "./counted_values.ts";

/** Sorted values, each as a DOUBLE and with the number of values up to it. */
interface Sorted {
  readonly value: number;
  readonly upTo: number;
}

/** Finds the value at a share of the way through. */
type Find = (sorted: readonly Sorted[], share: number) => number;

/** `percentile`, `median` and `percentile_cont`: interpolated between neighbours. */
export function percentile(call: AggregateCall): Accumulator {
  return ofSorted(call, (sorted, share) => {
    const position = (sorted.at(-1)!.upTo - 1) * share;
    const [lower, higher] = [Math.floor(position), Math.ceil(position)];
    const [low, high] = [placeOf(sorted, lower + 1), placeOf(sorted, higher + 1)];
    if (low === high) return sorted[low]!.value;
    return (higher - position) * sorted[low]!.value + (position - lower) * sorted[high]!.value;
  });
}

/** `percentile_disc`: the first value that so many are not above. */
export function discretePercentile(call: AggregateCall): Accumulator {
  return ofSorted(
    call,
    (sorted, share) => sorted[placeOf(sorted, Math.ceil(sorted.at(-1)!.upTo * share))]!.value,
  );
}

/** A number as a value of the type of a result, or of its elements; INTERVALs are cut to whole numbers, as in Spark. */
function asResult(type: DataType): (value: number) => Value {
  const element = typeof type !== "string" && type.kind === "ARRAY" ? type.element : type;
  if (isMonths(element)) return (value) => Math.trunc(value) + 0;
  return isDuration(element) ? (value) => BigInt(Math.trunc(value)) : (value) => value;
}

function ofSorted(call: AggregateCall, find: Find): Accumulator {
  const { args: [slot, times], argTypes, parameters, type: result } = call;
  const type = argTypes[0]!;
  const typed = asResult(result);
  const compare = compareOf(type);
  const toDouble = castFunction({ from: type, to: "DOUBLE", safe: false, zone: UTC });
  const shares = parameters!.percentages as number | readonly number[];
  const sign = parameters!.descending === true ? -1 : 1;
  return countedValues({
    slot: slot!,
    type,
    ...(times === undefined ? {} : { timesOf: frequency(times) }),
    finish: (values, counts) => {
      let upTo = 0;
      const sorted = [...values.keys()]
        .sort((left, right) => sign * compare(values[left]!, values[right]!))
        .map((place) => ({ value: toDouble(values[place]!) as number, upTo: upTo += counts[place]! }));
      if (typeof shares === "number") return typed(find(sorted, shares));
      return shares.length === 0 ? null : shares.map((share) => typed(find(sorted, share)));
    },
  });
}

/** The first place up to which there are so many values. */
function placeOf(sorted: readonly Sorted[], count: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.upTo < count) low = middle + 1;
    else high = middle;
  }
  return low;
}

function frequency(slot: number): (row: Readonly<Row>) => number | null {
  return (row) => {
    const times = row[slot] as bigint | null;
    if (times === null || times >= 0n) return times === null ? null : Number(times);
    throw new SfcrimeError(
      "QUERY_FAILED",
      `The frequency of percentile must not be negative, but is ${times}.`,
    );
  };
}

/** `mode`: the most frequent value; of several the smallest, or the largest if that is asked for. */
export function mode({ args: [slot], argTypes, parameters }: AggregateCall): Accumulator {
  const type = argTypes[0]!;
  const isOrderless = parameters?.anyOfSeveral === true;
  const sign = parameters?.largest === true ? -1 : 1;
  const compare = isOrderless ? () => 0 : compareOf(type);
  const accumulator = countedValues({
    slot: slot!,
    type,
    finish: (values, counts): Value => {
      let best = 0;
      for (let place = 1; place < values.length; place++) {
        const more = counts[place]! - counts[best]!;
        if (more > 0 || (more === 0 && sign * compare(values[place]!, values[best]!) < 0)) best = place;
      }
      return values[best]!;
    },
  });
  // What has no order is the first one of several.
  return isOrderless ? { ...accumulator, isOrdered: true } : accumulator;
}
