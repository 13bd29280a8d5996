/**
 * Everything that a query needs to resume after it was stopped or killed: one SQLite file in a directory of
 * its own.
 *
 * A batch is committed in steps:
 * 1. its offsets, and the watermarks that it runs with, are logged here,
 * 2. it runs,
 * 3. its rows are handed to the sink under its number, and committed there,
 * 4. the state that it changed, the watermark and the commit mark are written here, in one transaction.
 *
 * Offsets without a commit mark are a batch that has to run again, over exactly these offsets, with these
 * watermarks. A step writes the changes of its batch, never the whole state.
 */
import { join } from "node:path";
import { CHECKPOINT_BATCHES_KEPT } from "../base/bounds.ts";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import type { LocalHost } from "../base/host.ts";
import { SqliteFile } from "../base/files/sqlite.ts";
import {
  type BatchToLog,
  CHECKPOINT_FILE,
  CHECKPOINT_KIND,
  lastBatchWithRows,
  offsetsOfBatch,
  type OffsetsRead,
  type Standing,
  standingOf,
  type StoredWatermark,
  topicIdsOf,
} from "./checkpoint_file.ts";
import {
  compareQueries,
  type Comparison,
  type QueryChange,
  refusal,
  type StoredIdentity,
  type StoredSink,
} from "./identity.ts";
import { HistoryTable } from "./history_table.ts";
import { type LoggedState, StateLog, stateOf } from "./state_log.ts";
import { damaged, readIdentity } from "./kept_text.ts";
import { takeWriterLock, type WriterLock } from "./writer_lock.ts";

/** What step 4 writes. */
export interface CommittedBatch {
  readonly batchId: number;
  readonly watermark: StoredWatermark;
  /** By operator, in the order of the plan. */
  readonly state: readonly LoggedState[];
  /** The number of rows that it emitted. */
  readonly outputRows: number;
  readonly committedAtMs: number;
  /** Adds it to the history; called in the transaction. */
  readonly addToHistory?: () => void;
}

/** The options for opening a checkpoint. */
export interface CheckpointOptions extends Pick<Comparison, "now" | "reads"> {
  readonly host: LocalHost;
  /** Whether the user accepts that the query has changed since the checkpoint was written. */
  readonly acceptsChange?: boolean;
}

/** An open checkpoint: one process at a time may write, any number may read. */
export class Checkpoint {
  readonly directory: string;
  /** The same in every run. */
  readonly queryId: string;
  /** The name of the query. */
  readonly query: string;
  /** How the query has changed since the checkpoint was written, if it has. */
  readonly change: QueryChange | undefined;
  /** Where its rows went before, if known. */
  readonly sinkBefore: StoredSink | undefined;
  readonly #options: CheckpointOptions;
  readonly #lock: WriterLock;
  /** Read-only until the query begins; undefined if there was none. */
  #file: SqliteFile | undefined;
  #log: StateLog | undefined;
  /** The topic ids in the file, as JSON, if known. */
  #loggedIds: string | undefined;

  private constructor(
    directory: string,
    options: CheckpointOptions,
    { file, lock }: { readonly file: SqliteFile | undefined; readonly lock: WriterLock },
  ) {
    const { now, reads, host } = options;
    const kept = file && storedQuery(file);
    this.directory = directory;
    this.queryId = kept?.id ?? host.newId();
    this.query = now.query;
    this.change = file && kept && changeSince(file, { kept: kept.identity, now, reads });
    this.sinkBefore = kept?.identity.sink;
    this.#options = options;
    this.#file = file;
    this.#lock = lock;
  }

  /**
   * Opens the checkpoint of a query, to resume it or to create a new one. It is only read here; {@link begin}
   * writes.
   *
   * @throws {SfcrimeError} CHECKPOINT if another process is writing to it, or it cannot be opened; CONFIG if
   * the query has changed in a way that its state does not allow, and that is not accepted.
   */
  static open(directory: string, options: CheckpointOptions): Checkpoint {
    const { now, host, acceptsChange = false } = options;
    const lock = takeWriterLock(directory, host);
    let file: SqliteFile | undefined;
    try {
      file = SqliteFile.openIfAny(join(directory, CHECKPOINT_FILE), CHECKPOINT_KIND);
      const checkpoint = new Checkpoint(directory, options, { file, lock });
      const { change } = checkpoint;
      if (change !== undefined && change.refused.length > 0 && !(acceptsChange && change.canBeAccepted)) {
        throw refusal(directory, now.query, change);
      }
      return checkpoint;
    } catch (error) {
      file?.close();
      lock.release();
      throw error;
    }
  }

  /**
   * Opens the checkpoint for writing; from now on the id of the query is fixed.
   *
   * @throws {SfcrimeError} CHECKPOINT, DISK_FULL
   */
  begin(): void {
    this.#file?.close();
    this.#file = undefined;
    const file = SqliteFile.open(join(this.directory, CHECKPOINT_FILE), CHECKPOINT_KIND);
    this.#file = file;
    file.run(
      "INSERT INTO query (one, id, identity, created_ms) VALUES (1, ?, ?, ?) ON CONFLICT (one) DO NOTHING",
      this.queryId,
      JSON.stringify(this.#options.now),
      this.#options.host.nowMs(),
    );
    this.#log = new StateLog(file);
  }

  /** The history of the query, once it has begun. */
  get history(): HistoryTable {
    return new HistoryTable(this.#opened);
  }

  /** Stores the current query in the checkpoint, once it is certain that it runs. */
  keepQuery(): void {
    this.#opened.run("UPDATE query SET identity = ?", JSON.stringify(this.#options.now));
  }

  /** The progress of the query. */
  standing(): Standing {
    return this.#file === undefined ? NOTHING_DONE : standingOf(this.#file);
  }

  /**
   * The offsets of a batch, committed or not; undefined if the checkpoint does not have them, or no longer.
   */
  loggedOffsets(batchId: number): OffsetsRead | undefined {
    return this.#file && offsetsOfBatch(this.#file, batchId);
  }

  /** The last committed batch that emitted rows; undefined if none is known. */
  lastBatchWithRows(): number | undefined {
    return this.#file && lastBatchWithRows(this.#file);
  }

  /** Marks a batch that this checkpoint has not run as the last committed one; its rows are unknown. */
  adopt({ batchId, from, to }: OffsetsRead & { readonly batchId: number }, nowMs: number): void {
    const { watermark } = this.standing();
    const file = this.#opened;
    file.transaction(() => {
      // It may have run another one with that number.
      file.run("DELETE FROM batches WHERE committed_ms IS NULL OR batch >= ?", batchId);
      file.run(
        `INSERT INTO batches (batch, from_offsets, to_offsets, logged_ms, committed_ms, watermark)
         VALUES (?, ?, ?, ?, ?, ?)`,
        batchId,
        JSON.stringify(from),
        JSON.stringify(to),
        nowMs,
        nowMs,
        watermark === undefined ? null : JSON.stringify(watermark),
      );
    });
  }

  /** The last committed state of an operator. */
  state(operator: number): Iterable<{ readonly key: string; readonly value: string }> {
    return this.#file === undefined ? [] : stateOf(this.#file, operator);
  }

  /** The error for a key whose state is not valid for its operator. */
  damagedState(key: string, cause: unknown): SfcrimeError {
    const path = join(this.directory, CHECKPOINT_FILE);
    return damaged(path, `the state of the key ${key} cannot be read: ${messageOf(cause)}`, cause);
  }

  /** The ids of the topics when the last batch was logged. */
  topicIds(): Record<string, string> {
    return this.#file === undefined ? {} : topicIdsOf(this.#file);
  }

  /**
   * Checks that the checkpoint was not removed or replaced while its query is running: writes would be lost,
   * and another process might have started over in its place.
   *
   * @throws {SfcrimeError} CHECKPOINT
   */
  requireInPlace(): void {
    if (this.#lock.isInPlace && this.#opened.isInPlace) return;
    throw new SfcrimeError(
      "CHECKPOINT",
      `The checkpoint ${this.directory} was removed or replaced while its query was running.`,
      {
        hint:
          "Restore it and its sink from the same backup, or restart the query with a new --checkpoint and a new " +
          "place for its sink.",
      },
    );
  }

  /** Step 1. A batch that is logged again is the same, except for records that were lost in the meantime. */
  logOffsets({ batchId, from, to, loggedAtMs, topicIds, watermarks, epochs = {} }: BatchToLog): void {
    this.requireInPlace();
    const file = this.#opened;
    file.transaction(() => {
      file.run(
        `INSERT INTO batches (batch, from_offsets, to_offsets, logged_ms, started_with) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (batch) DO UPDATE SET logged_ms = excluded.logged_ms,
           from_offsets = excluded.from_offsets, to_offsets = excluded.to_offsets,
           started_with = excluded.started_with`,
        batchId,
        JSON.stringify(from),
        JSON.stringify(to),
        loggedAtMs,
        JSON.stringify({ ...watermarks, epochs }),
      );
      const ids = JSON.stringify(topicIds);
      if (ids === this.#loggedIds) return;
      file.run("DELETE FROM topics");
      for (const [topic, id] of Object.entries(topicIds)) {
        file.run("INSERT INTO topics (topic, id) VALUES (?, ?)", topic, id);
      }
      this.#loggedIds = ids;
    });
  }

  /** Step 4. */
  commit({ batchId, watermark, state, outputRows, committedAtMs, addToHistory }: CommittedBatch): void {
    this.requireInPlace();
    const file = this.#opened;
    file.transaction(() => {
      this.#log!.append(state);
      file.run(
        "UPDATE batches SET committed_ms = ?, watermark = ?, output_rows = ? WHERE batch = ?",
        committedAtMs,
        JSON.stringify(watermark),
        outputRows,
        batchId,
      );
      file.run("DELETE FROM batches WHERE batch <= ?", batchId - CHECKPOINT_BATCHES_KEPT);
      addToHistory?.();
    });
  }

  close(): void {
    this.#file?.close();
    this.#lock.release();
  }

  /** The file, which exists once the query has begun. */
  get #opened(): SqliteFile {
    if (this.#log === undefined) throw new Error("The checkpoint is written to before its query has begun.");
    return this.#file!;
  }
}

const NOTHING_DONE: Standing = {
  nextBatchId: 0,
  offsets: undefined,
  epochs: {},
  watermark: undefined,
  pending: undefined,
};

/** The query of a checkpoint; undefined if the process died after creating the file and before writing it. */
function storedQuery(
  file: SqliteFile,
): { readonly id: string; readonly identity: StoredIdentity } | undefined {
  const kept = file.get<{ id: string; identity: string }>("SELECT id, identity FROM query");
  return kept && { id: kept.id, identity: readIdentity(kept.identity, file.path) };
}

/** How the query has changed; undefined if it has not run a batch, so that nothing depends on it. */
function changeSince(file: SqliteFile, queries: Omit<Comparison, "topics">): QueryChange | undefined {
  const { offsets, pending } = standingOf(file);
  if (offsets === undefined && pending === undefined) return undefined;
  const topics = [...Object.keys(offsets ?? {}), ...Object.keys(pending?.to ?? {})];
  return compareQueries({ ...queries, topics });
}
