/**
 * Summaries of sorted values from which quantiles can be taken with a bounded error (Greenwald and Khanna, "Space-
 * Efficient Online Computation of Quantile Summaries", 2001). A summary is a list of samples, each with the number of
 * values that it stands for, and how much its rank is uncertain by. When values are inserted and samples are merged
 * is Spark's, so that the quantiles are.
 */

/** A sample; the names are those of the paper. */
export interface Sample {
  readonly value: number;
  /** By how much its lowest rank is above that of the sample before. */
  readonly g: number;
  /** By how much its highest rank is above its lowest. */
  readonly delta: number;
}

/** See the module's description. */
export interface QuantileSummary {
  readonly samples: readonly Sample[];
  /** The number of values. */
  readonly count: number;
}

/** A summary of no values. */
export const NO_VALUES: QuantileSummary = { samples: [], count: 0 };

/** So many values are inserted at once. */
const INSERTED_AT_ONCE = 50_000;
/** As many samples are merged as soon as values were inserted. */
const SAMPLES_MAX = 10_000;

/** The summary of values, in their order. */
export function summaryOf(values: readonly number[], error: number): QuantileSummary {
  let summary = NO_VALUES;
  const samplesMax = Math.min(SAMPLES_MAX, 4 * Math.trunc(1 / error));
  let from = 0;
  for (; from + INSERTED_AT_ONCE <= values.length; from += INSERTED_AT_ONCE) {
    summary = withInserted(summary, values.slice(from, from + INSERTED_AT_ONCE), error);
    if (summary.samples.length >= samplesMax) summary = compressed(summary, error);
  }
  return compressed(withInserted(summary, values.slice(from), error), error);
}

function withInserted(
  { samples, count }: QuantileSummary,
  values: readonly number[],
  error: number,
): QuantileSummary {
  const sorted = Float64Array.from(values).sort();
  const all: Sample[] = [];
  let next = 0;
  let total = count;
  sorted.forEach((value, index) => {
    while (next < samples.length && samples[next]!.value <= value) all.push(samples[next++]!);
    total++;
    const isEnd = all.length === 0 || (next === samples.length && index === sorted.length - 1);
    all.push({ value, g: 1, delta: isEnd ? 0 : Math.floor(2 * error * total) });
  });
  return { samples: [...all, ...samples.slice(next)], count: total };
}

/** Merges samples into those behind them, as far as the error allows it. */
function compressed({ samples, count }: QuantileSummary, error: number): QuantileSummary {
  if (samples.length === 0) return { samples, count };
  const threshold = 2 * error * count;
  const kept: Sample[] = [];
  let head = samples.at(-1)!;
  for (let index = samples.length - 2; index >= 1; index--) {
    const sample = samples[index]!;
    if (sample.g + head.g + head.delta < threshold) head = { ...head, g: head.g + sample.g };
    else {
      kept.push(head);
      head = sample;
    }
  }
  kept.push(head);
  // The smallest value stays.
  const first = samples[0]!;
  if (first.value <= head.value && samples.length > 1) kept.push(first);
  return { samples: kept.reverse(), count };
}

/** The summary of the values of two. */
export function mergedSummaries(
  left: QuantileSummary,
  right: QuantileSummary,
  error: number,
): QuantileSummary {
  if (right.count === 0) return left;
  if (left.count === 0) return right;
  const samples: Sample[] = [];
  // What lies between samples of the other summary is less certain by so much.
  const [leftMore, rightMore] = [right, left].map(({ count }) => Math.floor(2 * error * count)) as [
    number,
    number,
  ];
  let [a, b] = [0, 0];
  while (a < left.samples.length && b < right.samples.length) {
    const [one, other] = [left.samples[a]!, right.samples[b]!];
    if (one.value < other.value) {
      a++;
      samples.push({ ...one, delta: one.delta + (b > 0 ? leftMore : 0) });
    } else {
      b++;
      samples.push({ ...other, delta: other.delta + (a > 0 ? rightMore : 0) });
    }
  }
  samples.push(...left.samples.slice(a), ...right.samples.slice(b));
  return compressed({ samples, count: left.count + right.count }, error);
}

/** The value at a quantile of a summary that is not empty. */
export function quantileOf({ samples, count }: QuantileSummary, quantile: number, error: number): number {
  const last = samples.length - 1;
  if (quantile <= error || last === 0) return samples[0]!.value;
  if (quantile >= 1 - error) return samples[last]!.value;
  const rank = Math.ceil(quantile * count);
  const tolerance = Math.floor(samples.reduce((most, { g, delta }) => Math.max(most, g + delta), 0) / 2);
  let lowest = 0;
  for (let index = 0; index < last; index++) {
    const { value, g, delta } = samples[index]!;
    lowest += g;
    if (lowest + delta - tolerance <= rank && rank <= lowest + tolerance) return value;
  }
  return samples[last]!.value;
}
