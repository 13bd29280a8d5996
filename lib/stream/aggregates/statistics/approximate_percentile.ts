/** `approx_percentile`: values are summarized at the end of each partition, so that the state stays small. */
import type { Value } from "../../../records/data_type.ts";
import type { AggregateCall } from "../../../sql/plan.ts";
import type { Accumulator } from "../accumulator.ts";
import { fromDouble } from "./from_double.ts";
import {
  mergedSummaries,
  NO_VALUES,
  quantileOf,
  type QuantileSummary,
  summaryOf,
} from "./quantile_summary.ts";

/** Where each is in the buffer, counted from the aggregate's position. */
const AT = { values: 0, samples: 1, count: 2 } as const;
/** The numbers of a sample. */
const WIDTH = 3;

const DOUBLES = { kind: "ARRAY", element: "DOUBLE" } as const;

/** The aggregate over a slot with DOUBLEs, whose result is of the type of a value, or an ARRAY of them. */
export function approximatePercentile({ args: [slot], type, parameters }: AggregateCall): Accumulator {
  const shares = parameters!.percentages as number | readonly number[];
  const error = 1 / (parameters!.accuracy as number);
  const to = typeof type !== "string" && type.kind === "ARRAY" ? type.element : type;
  const cast = fromDouble(to);
  return {
    types: [DOUBLES, DOUBLES, "DOUBLE"],
    initial: [null, null, 0],
    update: (buffer, at, row) => {
      const value = row[slot!]!;
      if (value !== null) ((buffer[at + AT.values] ??= []) as Value[]).push(value);
    },
    merge: (buffer, at, other) => {
      const values = other[at + AT.values] as readonly Value[] | null;
      if (values !== null) {
        const own = (buffer[at + AT.values] ??= []) as Value[];
        for (const value of values) own.push(value);
      }
      const summary = summaryAt(other, at);
      if (summary.count > 0) setSummary(buffer, at, mergedSummaries(summaryAt(buffer, at), summary, error));
    },
    seal: (buffer, at) => {
      const values = buffer[at + AT.values] as readonly number[] | null;
      if (values === null) return;
      setSummary(buffer, at, mergedSummaries(summaryAt(buffer, at), summaryOf(values, error), error));
      buffer[at + AT.values] = null;
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
