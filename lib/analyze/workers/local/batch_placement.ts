/**
 * Where batches run: in the worker threads, in the thread of the coordinator, or in both.
 *
 * - Small batches that follow each other, and are quick, run in the coordinator's thread: handing a task to another one
 *   takes longer than the work.
 * - Before there is a batch that is large, the coordinator's thread takes the place of the last worker thread: to start
 *   a thread, and for it to load and compile its code, takes as long as to read some 100,000 records.
 * - That batch and all after it run in the worker threads: the coordinator's has to merge what they have gathered, and
 *   its own code would be compiled for what it reads until the last thread has started.
 */
import {
  LOCAL_AFTER_BATCHES,
  LOCAL_MS_MAX,
  LOCAL_OFFSETS_MAX,
  SHARED_OFFSETS_MAX,
} from "../../../base/bounds.ts";

/** Where a batch runs. If it is `shared`, so does the coordinator's thread, in place of the last worker thread. */
export type Placement = "local" | "shared" | "threads";

/** See the module's description. */
export class BatchPlacement {
  #hasAllThreads: boolean;
  /** Batches so far, one after the other, that were small and quick. */
  #smallBatches = 0;

  /** @param threadCount How many worker threads there may be; the last one is only started if there are others. */
  constructor(threadCount: number) {
    this.#hasAllThreads = threadCount <= 1;
  }

  /** Whether all worker threads are needed: from the beginning, or since a large batch. */
  get hasAllThreads(): boolean {
    return this.#hasAllThreads;
  }

  /** Where the next batch runs, which has so many offsets. */
  next(offsets: number): Placement {
    this.#smallBatches = offsets <= LOCAL_OFFSETS_MAX ? this.#smallBatches + 1 : 0;
    if (this.#smallBatches >= LOCAL_AFTER_BATCHES) return "local";
    if (this.#hasAllThreads) return "threads";
    this.#hasAllThreads = offsets > SHARED_OFFSETS_MAX;
    return this.#hasAllThreads ? "threads" : "shared";
  }

  /** A batch took so long. What takes long would hold up the coordinator's thread, and all that it reacts to. */
  took(ms: number): void {
    if (ms > LOCAL_MS_MAX) this.#smallBatches = 0;
  }
}
