/** `approx_percentile`: values are summarized at the end of each partition, so that the state stays small. */
import type { Value } from "../../../records/data_type.ts";
import type { AggregateCall } from "../../../sql/plan.ts";
import type { Accumulator } from "../accumulator.ts";
import { collectList } from "../collections/lists.ts";
import { fromDouble } from "./from_double.ts";
import {
  mergedSummaries,
  NO_VALUES,
  quantileOf,
  type QuantileSummary,
  summaryOf,
} from "./quantile_summary.ts";

/** Where each is in the buffer, counted from the aggregate's position, where the values of a partition are. */
const AT = { samples: 1, count: 2 } as const;
/** The numbers of a sample. */
const WIDTH = 3;

const DOUBLES = { kind: "ARRAY", element: "DOUBLE" } as const;

/** The aggregate over a slot with DOUBLEs, whose result is of the type of a value, or an ARRAY of them. */
export function approximatePercentile({ args: [slot], type, parameters }: AggregateCall): Accumulator {
  const shares = parameters!.percentages as number | readonly number[];
  const error = 1 / (parameters!.accuracy as number);
  const to = typeof type !== "string" && type.kind === "ARRAY" ? type.element : type;
  const cast = fromDouble(to);
  const values = collectList(slot!, "DOUBLE");
  return {
    types: [...values.types, DOUBLES, "DOUBLE"],
    initial: [...values.initial, null, 0],
    update: values.update,
    merge: (buffer, at, other) => {
      values.merge(buffer, at, other);
      const summary = summaryAt(other, at);
      if (summary.count > 0) setSummary(buffer, at, mergedSummaries(summaryAt(buffer, at), summary, error));
    },
    seal: (buffer, at) => {
      const added = buffer[at] as readonly number[] | null;
      if (added === null) return;
      setSummary(buffer, at, mergedSummaries(summaryAt(buffer, at), summaryOf(added, error), error));
      buffer[at] = null;
    },
    result: (buffer, at) => {
      const summary = summaryAt(buffer, at);
      if (summary.count === 0) return null;
      const quantile = (share: number) => cast(quantileOf(summary, share, error));
      return typeof shares === "number"
        ? quantile(shares)
        : shares.length === 0
        ? null
        : shares.map(quantile);
    },
  };
}

function summaryAt(buffer: readonly Value[], at: number): QuantileSummary {
  const numbers = buffer[at + AT.samples] as readonly number[] | null;
  if (numbers === null) return NO_VALUES;
  const samples = Array.from({ length: numbers.length / WIDTH }, (_, index) => ({
    value: numbers[WIDTH * index]!,
    g: numbers[WIDTH * index + 1]!,
    delta: numbers[WIDTH * index + 2]!,
  }));
  return { samples, count: buffer[at + AT.count] as number };
}

function setSummary(buffer: Value[], at: number, { samples, count }: QuantileSummary): void {
  buffer[at + AT.samples] = samples.flatMap(({ value, g, delta }) => [value, g, delta]);
  buffer[at + AT.count] = count;
}
