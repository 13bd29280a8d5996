/**
 * The worker threads of an analysis, and how the tasks of a batch are assigned to them.
 *
 * Tasks are assigned in order, a few to each worker; rows are passed on in the order of tasks, so a batch has
 * the same rows in the same order with any number of workers. A worker that dies is replaced, and the tasks
 * that it had since its last flush are run again.
 */
import { TASK_ATTEMPTS_MAX, TASKS_AHEAD_MAX } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { Outages } from "../../broker/outages/outages.ts";
import { offsetCount } from "../../broker/topics/topic_ranges.ts";
import type { RunListener, WorkerCounts } from "../../monitoring/run_listener.ts";
import { fromErrorMessage } from "./error_message.ts";
import { BatchPlacement } from "./local/batch_placement.ts";
import type { FromWorker, QueryPartial, WorkerSetup } from "./messages.ts";
import type { TableRows } from "../table_reload.ts";
import { type PoolBatch, type PoolResult, type PoolTask, RunningBatch } from "./running_batch.ts";
import type { WorkerThread } from "./worker_thread.ts";

const log = logger("analyze");

/** The options of a pool. */
export interface PoolOptions {
  /** How many worker threads there may be. */
  readonly count: number;
  readonly spawn: () => WorkerThread;
  /** Starts a worker in this thread. Times are of a monotonic clock, in milliseconds. */
  readonly local?: { readonly start: () => WorkerThread; readonly nowMs: () => number } | undefined;
  /** Collects the outages of Kafka that threads report. */
  readonly outages?: Outages | undefined;
  readonly listener?: RunListener;
}

/** A slot of the pool: its thread is replaced if it dies. */
interface Slot {
  thread: WorkerThread;
  ready: boolean;
  /** Tasks that were sent and are not done. */
  readonly running: Set<PoolTask>;
  /** Tasks that are done but whose partial results are still at the worker. */
  readonly unflushed: Set<PoolTask>;
  flushing: boolean;
  /** The last task of the batch that was assigned to this thread. */
  lastTask: number;
  /** Consecutive threads that died before they were ready. */
  failedStarts: number;
  /** What its threads have done so far. */
  readonly work: { readonly worker: number; records: number; busyMs: number };
}

/** Before the first task of a batch. */
const NO_TASK = -1;

/** See the module's description. Batches run one at a time, in the order of the calls. */
export class WorkerPool {
  #setup: WorkerSetup;
  readonly #options: PoolOptions;
  readonly #slots: Slot[] = [];
  readonly #placement: BatchPlacement;
  /** The worker in this thread, once it was needed. */
  #local: Slot | undefined;
  /** The slots of the current batch. */
  #active: readonly Slot[] = [];
  #slotCount = 0;
  #batch: RunningBatch | undefined;
  /** The first failure. It is final: later messages of threads belong to no batch. */
  #failure: { readonly error: unknown } | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(setup: WorkerSetup, options: PoolOptions) {
    this.#setup = setup;
    this.#options = options;
    this.#placement = new BatchPlacement(options.count);
  }

  /** How many worker threads a pool starts with, if there may be so many and this thread can take the place of one. */
  static threadsAtFirst(count: number): number {
    return Math.max(1, count - 1);
  }

  /** Starts workers; they get ready while the first batch is planned. */
  static start(setup: WorkerSetup, options: PoolOptions): WorkerPool {
    const { count, local } = options;
    const pool = new WorkerPool(setup, options);
    pool.#haveThreads(local === undefined ? count : WorkerPool.threadsAtFirst(count));
    if (pool.#slots.length < count) pool.#haveLocal();
    return pool;
  }

  /**
   * Runs a batch to its end.
   *
   * @throws {SfcrimeError} The first failure of a task, of `onRows` or of `onPartials`, in this batch or an
   * earlier one: a failed pool runs no more batches.
   */
  run(batch: PoolBatch): Promise<PoolResult> {
    const turn = this.#turn.then(() => this.#runNow(batch));
    this.#turn = turn.then(() => {}, () => {});
    return turn;
  }

  async #runNow(batch: PoolBatch): Promise<PoolResult> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const running = new RunningBatch(batch);
    this.#batch = running;
    this.#active = this.#slotsFor(batch);
    const { local } = this.#options;
    const startMs = local?.nowMs() ?? 0;
    try {
      for (const slot of this.#active) {
        slot.lastTask = NO_TASK;
        this.#feed(slot);
      }
      const result = await running.finished;
      if (local !== undefined) this.#placement.took(local.nowMs() - startMs);
      return result;
    } catch (error) {
      this.#failure ??= { error };
      throw this.#failure.error;
    } finally {
      this.#batch = undefined;
    }
  }

  /** The workers for a batch. */
  #slotsFor({ ranges }: PoolBatch): readonly Slot[] {
    if (this.#options.local === undefined) return this.#slots;
    const placement = this.#placement.next(offsetCount(ranges));
    if (this.#placement.hasAllThreads) this.#haveThreads(this.#options.count);
    if (placement === "threads") return this.#slots;
    const local = this.#haveLocal();
    if (placement === "local" && local.ready) return [local];
    return placement === "shared" ? [...this.#slots, local] : this.#slots;
  }

  #haveThreads(count: number): void {
    while (this.#slots.length < count) this.#slots.push(this.#newSlot(this.#options.spawn()));
  }

  #haveLocal(): Slot {
    return this.#local ??= this.#newSlot(this.#options.local!.start());
  }

  /** What each worker has done since the start, in the order in which they were started. */
  get work(): WorkerCounts[] {
    return this.#allSlots.map(({ work }) => ({ ...work }))
      .sort((left, right) => left.worker - right.worker);
  }

  get #allSlots(): readonly Slot[] {
    return this.#local === undefined ? this.#slots : [...this.#slots, this.#local];
  }

  /** Sends new rows of static tables to the workers, from the next batch on. */
  replaceTables(tables: TableRows): void {
    if (Object.keys(tables).length === 0) return;
    this.#turn = this.#turn.then(() => {
      this.#setup = { ...this.#setup, tables: { ...this.#setup.tables, ...tables } };
      for (const { thread } of this.#allSlots) thread.postMessage({ type: "tables", tables });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#allSlots.map(({ thread }) => thread.terminate()));
  }

  #newSlot(thread: WorkerThread): Slot {
    const slot: Slot = {
      thread,
      ready: false,
      running: new Set(),
      unflushed: new Set(),
      flushing: false,
      lastTask: NO_TASK,
      failedStarts: 0,
      work: { worker: this.#slotCount++, records: 0, busyMs: 0 },
    };
    this.#listen(slot);
    return slot;
  }

  #listen(slot: Slot): void {
    const { thread } = slot;
    let failure: Error | undefined;
    thread.on("message", (message) => {
      if (message.type === "outage") this.#options.outages?.ofThread(thread, message.news);
      else if (slot.thread === thread) this.#take(slot, message);
    });
    thread.on("error", (error) => failure = error);
    thread.on("exit", () => {
      this.#options.outages?.threadEnded(thread);
      if (slot.thread === thread && !this.#closed) this.#replace(slot, failure);
    });
    thread.postMessage({ type: "prepare", setup: this.#setup });
  }

  #take(slot: Slot, message: Exclude<FromWorker, { type: "outage" }>): void {
    if (this.#failure !== undefined) return;
    const batch = this.#batch;
    switch (message.type) {
      case "ready":
        slot.ready = true;
        slot.failedStarts = 0;
        return this.#feed(slot);
      case "rows":
        return batch?.takeRows(message.task, {
          query: message.query,
          chunk: message.chunk,
          from: slot.thread,
        });
      case "late":
        return batch?.takeLate(message.records, slot.thread);
      case "part":
        return this.#takePart(slot, message);
      case "done":
        for (const sample of message.samples) this.#options.listener?.sampled?.(sample);
        return this.#taskDone(slot, message);
      case "flushed":
        return this.#takePartials(slot, message.partials);
      case "lost":
        return log.warn(`${message.message} Continuing without the lost records.`);
      case "failed":
        return this.#fail(fromErrorMessage(message.error));
    }
  }

  #takePart(slot: Slot, { task: id, part }: Extract<FromWorker, { type: "part" }>): void {
    const task = taskOf(slot, id);
    if (task === undefined || this.#batch === undefined) return;
    slot.work.records += part.counts.records;
    this.#batch.partDone(task, part);
    const taskCount = slot.unflushed.size;
    slot.unflushed.clear();
    this.#batch.takePartials(part.partials, taskCount);
    slot.thread.postMessage({ type: "taken", what: "part" });
  }

  #takePartials(slot: Slot, partials: readonly QueryPartial[]): void {
    const taskCount = slot.unflushed.size;
    slot.flushing = false;
    slot.unflushed.clear();
    this.#batch?.takePartials(partials, taskCount);
    // Its last task may have ended after the flush.
    this.#feed(slot);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#batch?.fail(error);
  }

  #taskDone(slot: Slot, { task: id, counts, bad, busyMs }: Extract<FromWorker, { type: "done" }>): void {
    slot.work.records += counts.records;
    slot.work.busyMs += busyMs;
    const task = taskOf(slot, id);
    if (task === undefined || this.#batch === undefined) return;
    slot.running.delete(task);
    slot.unflushed.add(task);
    this.#batch.taskDone(task, counts, bad);
    this.#feed(slot);
    if (this.#batch.allAssigned) { for (const other of this.#active) this.#feed(other); }
  }

  /**
   * Assigns as many tasks to a worker as it may queue; if none are left, requests its partial results, which it
   * sends after its last task.
   */
  #feed(slot: Slot): void {
    const batch = this.#batch;
    if (batch === undefined || !slot.ready || !this.#active.includes(slot)) return;
    while (slot.running.size < TASKS_AHEAD_MAX) {
      const task = batch.nextTask(slot.lastTask);
      if (task === undefined) break;
      slot.running.add(task);
      slot.lastTask = task.id;
      const queries = batch.queries.map((part) => ({
        ...part,
        skipRows: task.rowsEmitted.get(part.query) ?? 0,
      }));
      slot.thread.postMessage({ type: "task", task: { id: task.id, range: task.range, queries } });
    }
    // Requesting them before the last task is assigned would only split the groups into more pieces.
    if (batch.allAssigned && slot.running.size + slot.unflushed.size > 0) this.#flush(slot);
  }

  #flush(slot: Slot): void {
    if (slot.flushing) return;
    slot.flushing = true;
    slot.thread.postMessage({ type: "flush", queries: this.#batch!.queries.map(({ query }) => query) });
  }

  #replace(slot: Slot, failure: Error | undefined): void {
    if (this.#failure !== undefined) return;
    const batch = this.#batch;
    const lost = [...slot.running, ...slot.unflushed];
    slot.running.clear();
    slot.unflushed.clear();
    slot.flushing = false;
    slot.lastTask = NO_TASK;
    const reason = failure === undefined ? "" : `: ${failure.message}`;
    if (!slot.ready && ++slot.failedStarts >= TASK_ATTEMPTS_MAX) {
      return this.#fail(
        new SfcrimeError("INTERNAL", `Cannot start worker threads${reason}.`, { cause: failure }),
      );
    }
    slot.ready = false;
    log.warn(`A worker thread died${reason}. Starting another one.`);
    slot.thread = this.#options.spawn();
    this.#listen(slot);
    batch?.requeue(lost);
    for (const other of this.#active) this.#feed(other);
  }
}

/** The running task of a thread with an id. */
function taskOf({ running }: Slot, id: number): PoolTask | undefined {
  return [...running].find((task) => task.id === id);
}
