/**
 * What a stream of so many records a second takes: arithmetic from what was measured on one machine. It is linear in
 * the rate: cores, partitions and bandwidth are all multiples of it, and nothing here knows of a limit that only shows
 * at a size that was not measured.
 */

/** What was measured. */
export interface MeasuredCosts {
  readonly recordBytes: number;
  /** Seconds of one core of an executor for each record, and of a batch for itself. */
  readonly perRecord: number;
  readonly perBatch: number;
  /** Records that one machine reads a second, with the local engine. */
  readonly localPerSecond: number;
  /** Bytes of state for each key. */
  readonly keyBytes: { readonly local: number; readonly spark: number };
}

/** What is chosen. */
export interface SizingChoices {
  /** How many times the rate can be read: with 2, a backlog is read in the time that it took to pile up. */
  readonly headroom: number;
  readonly triggerSeconds: number;
  readonly coresPerExecutor: number;
  readonly replicas: number;
  /** How long a key stays in the state: a watermark's delay, say. */
  readonly keySeconds: number;
  /** Keys that each record brings: 1 for deduplication by an id. */
  readonly keysPerRecord: number;
}

/** What it takes. */
export interface Sizing {
  /** Machines like the measured one, for the local engine; it runs on one. */
  readonly localMachines: number;
  readonly cores: number;
  readonly executors: number;
  /** At least one for each core: Spark reads a partition by one task. */
  readonly partitions: number;
  /** What producers send, what brokers send each other, and what one query reads with the headroom, in bytes a second. */
  readonly bandwidth: { readonly produced: number; readonly replicated: number; readonly read: number };
  readonly keys: number;
  /** Bytes of state. */
  readonly state: { readonly local: number; readonly spark: number };
}

/**
 * Sizes a cluster for a rate, in records a second.
 *
 * @throws {RangeError} If a batch takes longer by itself than its trigger.
 */
export function sizeFor(rate: number, measured: MeasuredCosts, choices: SizingChoices): Sizing {
  const { recordBytes, perRecord, perBatch, localPerSecond, keyBytes } = measured;
  const { headroom, triggerSeconds, coresPerExecutor, replicas, keySeconds, keysPerRecord } = choices;
  if (perBatch >= triggerSeconds) {
    throw new RangeError(
      `A batch takes ${perBatch} s by itself, which a trigger of ${triggerSeconds} s does not have`,
    );
  }
  // What a batch costs by itself is lost to all cores: they have the rest of the trigger's time for the records.
  const share = 1 - perBatch / triggerSeconds;
  const executors = Math.ceil(rate * headroom * perRecord / share / coresPerExecutor);
  const cores = executors * coresPerExecutor;
  const keys = rate * keysPerRecord * keySeconds;
  return {
    localMachines: rate * headroom / localPerSecond,
    cores,
    executors,
    partitions: cores,
    bandwidth: {
      produced: rate * recordBytes,
      replicated: rate * recordBytes * (replicas - 1),
      read: rate * recordBytes * headroom,
    },
    keys,
    state: { local: keys * keyBytes.local, spark: keys * keyBytes.spark },
  };
}
