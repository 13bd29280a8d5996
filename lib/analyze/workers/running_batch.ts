/** Tracks a running batch: which tasks are assigned, which are done, and whose rows may be passed on. */
import { TASK_ATTEMPTS_MAX } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { rangeText } from "../../base/text/positions.ts";
import type { OffsetRange } from "../../broker/broker.ts";
import type { RowChunk } from "../../sinks/sink.ts";
import type { LateRecord } from "../../monitoring/late_rows/late_record.ts";
import { type BadRecordSamples, firstBadRecords, NO_BAD_RECORDS } from "../source/bad_records.ts";
import type { QueryPartial, TaskCounts, TaskPart, TaskQuery } from "./messages.ts";
import type { WorkerThread } from "./worker_thread.ts";

/** A batch for the pool. */
export interface PoolBatch {
  readonly ranges: readonly OffsetRange[];
  readonly queries: readonly Omit<TaskQuery, "skipRows">[];
  /** Consumes rows, in the order of ranges; resolves when there is room for more. */
  readonly onRows: (query: number, chunk: RowChunk) => Promise<void>;
  /** Consumes partial results; an error ends the batch. */
  readonly onPartials: (partials: readonly QueryPartial[]) => void;
  /**
   * Consumes late records of a task, some of which may be repeated if the task runs again; resolves when
   * there is room for more.
   */
  readonly onLate?: (late: readonly LateRecord[]) => Promise<void>;
}

/** The result of a batch. */
export interface PoolResult {
  readonly counts: TaskCounts;
  readonly recordsByTopic: ReadonlyMap<string, number>;
  /** The first late and malformed records, in the order of the tasks. */
  readonly bad: BadRecordSamples;
}

/** A task of the current batch. */
export interface PoolTask {
  readonly id: number;
  /** The rest of it, after its last part. */
  range: OffsetRange;
  attempts: number;
  /** Chunks that wait for earlier tasks. */
  waiting: WaitingRows[];
  /** Rows of the rest that have been passed on, by query. */
  rowsEmitted: Map<number, number>;
  /** The counts of its parts. */
  partCounts: TaskCounts;
  isDone: boolean;
  /** The counts of the rest, once it is done. */
  restCounts: TaskCounts;
  /** Its first late and malformed records. */
  bad: BadRecordSamples;
}

/** Rows that wait for those of earlier tasks. */
interface WaitingRows {
  readonly query: number;
  readonly chunk: RowChunk;
  readonly from: WorkerThread;
  /** Whether they belong to a part that is done, so that they are not repeated. */
  isFinal: boolean;
}

const NOTHING: TaskCounts = { records: 0, malformed: 0 };

/** See the module's description. */
export class RunningBatch {
  readonly #batch: PoolBatch;
  readonly #result = Promise.withResolvers<PoolResult>();
  readonly #tasks: readonly PoolTask[];
  /** Tasks to assign, in order. */
  readonly #pending: PoolTask[];
  /** The first task whose rows have not all been passed on. */
  #front = 0;
  #undone: number;
  /** Tasks that are done but whose partial results are still at a worker. */
  #unflushed = 0;
  /**
   * Rows are passed on one chunk at a time, and so are late records; the number of chunks in flight is
   * bounded.
   */
  #rowWrites: Promise<void> = Promise.resolve();
  #lateWrites: Promise<void> = Promise.resolve();

  constructor(batch: PoolBatch) {
    this.#batch = batch;
    this.#tasks = batch.ranges.map((range, id) => ({
      id,
      range,
      attempts: 0,
      waiting: [],
      rowsEmitted: new Map(),
      partCounts: NOTHING,
      isDone: false,
      restCounts: NOTHING,
      bad: NO_BAD_RECORDS,
    }));
    this.#pending = [...this.#tasks];
    this.#undone = this.#tasks.length;
    this.#settle();
  }

  get queries(): PoolBatch["queries"] {
    return this.#batch.queries;
  }

  get finished(): Promise<PoolResult> {
    return this.#result.promise;
  }

  /** Whether each task was assigned to a thread; one that dies gives its tasks back. */
  get allAssigned(): boolean {
    return this.#pending.length === 0;
  }

  /**
   * The next task for a thread whose last one was `after`. It has to be a later one: rows of the thread may
   * wait for those of an earlier task, and the thread sends no more until they are taken. An earlier task
   * that has to run again goes to the thread that replaces the one that died.
   */
  nextTask(after: number): PoolTask | undefined {
    const index = this.#pending.findIndex(({ id }) => id > after);
    if (index < 0) return undefined;
    const [task] = this.#pending.splice(index, 1);
    task!.attempts++;
    return task;
  }

  takeRows(id: number, rows: Omit<WaitingRows, "isFinal">): void {
    this.#tasks[id]!.waiting.push({ ...rows, isFinal: false });
    this.#emitRows();
  }

  /** Passes on late records, in any order of tasks. */
  takeLate(records: readonly LateRecord[], from: WorkerThread): void {
    this.#lateWrites = this.#lateWrites.then(() => this.#batch.onLate?.(records)).then(() =>
      from.postMessage({ type: "taken", what: "chunk" })
    );
    this.#lateWrites.catch((error) => this.fail(error));
  }

  /** A part of a task is done: if the task runs again, it starts after it. */
  partDone(task: PoolTask, { next, counts, skipRows }: TaskPart): void {
    task.range = { ...task.range, from: next };
    task.partCounts = sumOf(task.partCounts, counts);
    task.attempts = 1;
    for (const rows of task.waiting) rows.isFinal = true;
    task.rowsEmitted = new Map(skipRows);
  }

  taskDone(task: PoolTask, counts: TaskCounts, bad: BadRecordSamples): void {
    task.isDone = true;
    task.restCounts = counts;
    task.bad = bad;
    this.#undone--;
    this.#unflushed++;
    this.#emitRows();
  }

  /** Passes on the partial results of tasks that are done. */
  takePartials(partials: readonly QueryPartial[], taskCount: number): void {
    this.#unflushed -= taskCount;
    try {
      this.#batch.onPartials(partials);
    } catch (error) {
      return this.fail(error);
    }
    this.#settle();
  }

  /** Requeues the tasks of a worker that died. */
  requeue(tasks: readonly PoolTask[]): void {
    for (const task of tasks) {
      if (task.attempts >= TASK_ATTEMPTS_MAX) {
        const where = rangeText(task.range);
        this.fail(new SfcrimeError("INTERNAL", `A worker thread died ${task.attempts} times on ${where}.`));
        return;
      }
      // Waiting rows were never passed on and will be repeated, except those of a part that is done.
      task.waiting = task.waiting.filter(({ isFinal }) => isFinal);
      if (task.isDone) {
        task.isDone = false;
        this.#undone++;
        this.#unflushed--;
      }
    }
    this.#pending.push(...tasks);
    this.#pending.sort((left, right) => left.id - right.id);
  }

  fail(error: unknown): void {
    this.#result.reject(error);
  }

  /** Passes on the rows of the first tasks that are not finished. */
  #emitRows(): void {
    for (let task = this.#tasks[this.#front]; task !== undefined; task = this.#tasks[this.#front]) {
      for (const { query, chunk, from, isFinal } of task.waiting.splice(0)) {
        if (!isFinal) task.rowsEmitted.set(query, (task.rowsEmitted.get(query) ?? 0) + chunk.rowCount);
        this.#rowWrites = this.#rowWrites.then(() => this.#batch.onRows(query, chunk)).then(() =>
          from.postMessage({ type: "taken", what: "chunk" })
        );
        this.#rowWrites.catch((error) => this.fail(error));
      }
      if (!task.isDone) break;
      this.#front++;
    }
  }

  /** The batch is complete when no worker has any part of it. */
  #settle(): void {
    if (this.#undone > 0 || this.#unflushed > 0) return;
    const counts = this.#tasks.map(countsOf).reduce(sumOf, NOTHING);
    const recordsByTopic = new Map<string, number>();
    for (const task of this.#tasks) {
      const { topic } = task.range;
      recordsByTopic.set(topic, (recordsByTopic.get(topic) ?? 0) + countsOf(task).records);
    }
    const bad = firstBadRecords(this.#tasks.map((task) => task.bad));
    const written = Promise.all([this.#rowWrites, this.#lateWrites]);
    void written.then(() => this.#result.resolve({ counts, recordsByTopic, bad }), () => {});
  }
}

/** The counts of a task that is done. */
function countsOf({ partCounts, restCounts }: PoolTask): TaskCounts {
  return sumOf(partCounts, restCounts);
}

function sumOf(left: TaskCounts, right: TaskCounts): TaskCounts {
  return { records: left.records + right.records, malformed: left.malformed + right.malformed };
}
