/**
 * How long a Spark cluster takes to read what is in Kafka, by its executors of one core each:
 *
 * ```text
 * T(n) = start + batches × perBatch + records × perRecord / speedup(n)
 * speedup(n) = p / (1 + contention × (p − 1)), where p = min(n, cores)
 * ```
 *
 * The speedup is Amdahl's law (Gunther's Universal Scalability Law without its term for coherency, which two
 * measurements cannot tell from contention). The term for cores is there because the executors that are measured share
 * the cores of one machine, with Kafka and the driver: more of them than cores bring nothing.
 */

/** A run, in seconds from the start to the exit. */
export interface ClusterRun {
  readonly records: number;
  readonly batches: number;
  readonly seconds: number;
}

/** The runs that a model is made of: three with one executor, and one with two. */
export interface ModelRuns {
  /** The cores of the machine, or machines, that the executors ran on. */
  readonly cores: number;
  readonly few: ClusterRun;
  readonly many: ClusterRun;
  /** As many records in more batches. */
  readonly manyBatches: ClusterRun;
  /** The same as `many`, with two executors. */
  readonly two: ClusterRun;
}

/** See the module's description; times are in seconds. */
export interface ClusterModel {
  readonly start: number;
  readonly perBatch: number;
  readonly perRecord: number;
  /** The share of the work that is not done side by side: from 0 to 1. */
  readonly contention: number;
  readonly cores: number;
}

/**
 * Fits a model to its runs.
 *
 * @throws {Error} If more records, or more batches, did not take longer: then the runs are too short to tell.
 */
export function fitModel({ cores, few, many, manyBatches, two }: ModelRuns): ClusterModel {
  const perBatch = (manyBatches.seconds - many.seconds) / (manyBatches.batches - many.batches);
  const perRecord = (many.seconds - few.seconds - perBatch * (many.batches - few.batches)) /
    (many.records - few.records);
  // Neither is a number if there are no more of them.
  if (!(perBatch > 0 && perRecord > 0)) {
    throw new Error(
      `More batches or records took no longer (${perBatch} s a batch, ${perRecord} s a record): measure more of them.`,
    );
  }
  const start = few.seconds - few.batches * perBatch - few.records * perRecord;
  const fixed = start + two.batches * perBatch;
  const speedup = two.records * perRecord / (two.seconds - fixed);
  // Noise may make two executors more than twice as fast as one, or slower than one.
  const contention = Math.min(1, Math.max(0, 2 / speedup - 1));
  return { start, perBatch, perRecord, contention: two.seconds > fixed ? contention : 0, cores };
}

/** How many times as fast so many executors are as one. */
export function speedup({ contention, cores }: ClusterModel, executors: number): number {
  const busy = Math.min(executors, cores);
  return busy / (1 + contention * (busy - 1));
}

/** How long a run should take, in seconds. */
export function predict(
  model: ClusterModel,
  { executors, records, batches }: Omit<ClusterRun, "seconds"> & { readonly executors: number },
): number {
  return model.start + batches * model.perBatch + records * model.perRecord / speedup(model, executors);
}
