/**
 * How long a Spark cluster takes to read what is in Kafka, by its executors of one core each:
 *
 * ```text
 * T(n) = start + (n − 1) × perExecutor + batches × perBatch + records × perRecord / speedup(n)
 * speedup(n) = p / (1 + contention × (p − 1)), where p = min(n, cores)
 * ```
 *
 * The speedup is Amdahl's law (Gunther's Universal Scalability Law without its term for coherency, which runs on so few
 * executors cannot tell from contention). Two terms are there because the executors that are measured share the cores
 * of one machine, with Kafka and the driver: more of them than cores bring nothing, and each one more takes time from
 * the others to load and compile the code of the query, whatever it has to read.
 */

/** A run, in seconds from the start to the exit. */
export interface ClusterRun {
  readonly records: number;
  readonly batches: number;
  readonly seconds: number;
}

/** The runs that a model is made of: three with one executor, and two with two. */
export interface ModelRuns {
  /** The cores of the machine, or machines, that the executors ran on. */
  readonly cores: number;
  readonly few: ClusterRun;
  readonly many: ClusterRun;
  /** As many records in more batches. */
  readonly manyBatches: ClusterRun;
  /** The same as `few` and `many`, with two executors. */
  readonly twoFew: ClusterRun;
  readonly two: ClusterRun;
}

/** See the module's description; times are in seconds. */
export interface ClusterModel {
  readonly start: number;
  /** What each executor after the first one adds. */
  readonly perExecutor: number;
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
export function fitModel({ cores, few, many, manyBatches, twoFew, two }: ModelRuns): ClusterModel {
  const perBatch = (manyBatches.seconds - many.seconds) / (manyBatches.batches - many.batches);
  const perRecord = recordSeconds(few, many, perBatch);
  // Neither is a number if there are no more of them.
  if (!(perBatch > 0 && perRecord > 0)) {
    throw new Error(
      `More batches or records took no longer (${perBatch} s a batch, ${perRecord} s a record): measure more of them.`,
    );
  }
  const start = few.seconds - few.batches * perBatch - few.records * perRecord;
  // Noise may make two executors more than twice as fast as one, or slower than one.
  const contention = Math.min(1, Math.max(0, 2 * recordSeconds(twoFew, two, perBatch) / perRecord - 1));
  const alone: ClusterModel = { start, perExecutor: 0, perBatch, perRecord, contention, cores };
  return { ...alone, perExecutor: Math.max(0, two.seconds - predict(alone, { executors: 2, ...two })) };
}

/** What a record takes, by two runs that differ in their number. */
function recordSeconds(few: ClusterRun, many: ClusterRun, perBatch: number): number {
  return (many.seconds - few.seconds - perBatch * (many.batches - few.batches)) /
    (many.records - few.records);
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
  const { start, perExecutor, perBatch, perRecord } = model;
  return start + (executors - 1) * perExecutor + batches * perBatch +
    records * perRecord / speedup(model, executors);
}
