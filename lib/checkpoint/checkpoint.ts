/**
 * All that a query needs to go on after it was stopped or killed: one SQLite file in a directory of its own.
 *
 * A batch is committed in steps:
 * 1. its offsets, and the watermarks that it runs with, are logged here,
 * 2. it runs,
 * 3. its rows are handed to the sink under its number, and committed there,
 * 4. the state that it changed, the watermark and the mark that it is done are written here, in one
 *    transaction.
 *
 * Offsets without a mark are a batch that has to run again, over exactly these offsets, with
 * these watermarks. A step writes what its batch has changed, never the whole state.
 */
import { join } from "node:path";
import { CHECKPOINT_BATCHES_KEPT } from "../base/bounds.ts";
import { SqliteFile } from "../base/sqlite.ts";
import type { OffsetsRead } from "./offsets_text.ts";
import {
  type BatchToLog,
  CHECKPOINT_FILE,
  CHECKPOINT_KIND,
  type CheckpointOffsets,
  type KeptWatermark,
  type Standing,
  standingOf,
} from "./checkpoint_file.ts";
import {
  compareQueries,
  type Comparison,
  type KeptIdentity,
  type KeptSink,
  type QueryChange,
  type QueryIdentity,
  refusal,
} from "./identity.ts";
import { type LoggedState, StateLog, stateOf } from "./state_log.ts";
import { WriterLock } from "./writer_lock.ts";

/** What step 4 writes. */
export interface CommittedBatch {
  readonly batchId: number;
  readonly watermark: KeptWatermark;
  /** By operator, in the order of the plan. */
  readonly state: readonly LoggedState[];
  /** How many rows it has given. */
  readonly outputRows: number;
  readonly committedAtMs: number;
}

/** What a checkpoint is opened with. */
export interface CheckpointOptions extends Pick<Comparison, "now" | "reads"> {
  readonly nowMs: number;
  /** Whether the user accepts that the query is not the one that the checkpoint was made by. */
  readonly acceptsChange?: boolean;
}

/** An open checkpoint: one process at a time writes, any number may read. */
export class Checkpoint {
  readonly directory: string;
  /** Stays the same from run to run. */
  readonly queryId: string;
  /** The query's name. */
  readonly query: string;
  /** What has become of the query since it was written, where something has. */
  readonly change: QueryChange | undefined;
  /** Where its rows went before, where that is known. */
  readonly sinkBefore: KeptSink | undefined;
  readonly #identity: QueryIdentity;
  readonly #file: SqliteFile;
  readonly #lock: WriterLock;
  readonly #state: StateLog;
  /** The ids of topics that the file has, as JSON, where they are known. */
  #loggedIds: string | undefined;

  private constructor(
    directory: string,
    query: Pick<Checkpoint, "change" | "sinkBefore"> & {
      readonly id: string;
      readonly identity: QueryIdentity;
    },
    { file, lock }: { readonly file: SqliteFile; readonly lock: WriterLock },
  ) {
    this.directory = directory;
    this.queryId = query.id;
    this.query = query.identity.query;
    this.change = query.change;
    this.sinkBefore = query.sinkBefore;
    this.#identity = query.identity;
    this.#file = file;
    this.#lock = lock;
    this.#state = new StateLog(file);
  }

  /**
   * Opens the checkpoint of a query to go on with it, or makes a new one. What is there is only looked at:
   * {@link begin} writes.
   *
   * @throws {SfcrimeError} CHECKPOINT when another process writes to it, or it cannot be opened; CONFIG
   * when the query has changed in what its state depends on, and that is not accepted.
   */
  static open(
    directory: string,
    { now, reads, nowMs, acceptsChange = false }: CheckpointOptions,
  ): Checkpoint {
    const lock = WriterLock.take(directory);
    let file: SqliteFile | undefined;
    try {
      file = SqliteFile.open(join(directory, CHECKPOINT_FILE), CHECKPOINT_KIND);
      const id = file.get<{ id: string }>("SELECT id FROM query")?.id ?? crypto.randomUUID();
      file.run(
        "INSERT INTO query (one, id, identity, created_ms) VALUES (1, ?, ?, ?) ON CONFLICT (one) DO NOTHING",
        id,
        JSON.stringify(now),
        nowMs,
      );
      const kept = keptIdentity(file);
      const change = changeSince(file, { kept, now, reads });
      if (change !== undefined && change.refused.length > 0 && !(acceptsChange && change.canBeAccepted)) {
        throw refusal(directory, now.query, change);
      }
      return new Checkpoint(directory, { id, identity: now, change, sinkBefore: kept.sink }, { file, lock });
    } catch (error) {
      file?.close();
      lock.release();
      throw error;
    }
  }

  /** Makes the query as it is now the one of the checkpoint. To be called once it is sure that it runs. */
  begin(): void {
    this.#file.run("UPDATE query SET identity = ?", JSON.stringify(this.#identity));
  }

  /** Where the query stands. */
  standing(): Standing {
    return standingOf(this.#file);
  }

  /** What a batch reads, committed or not; undefined where the checkpoint has not got it, or has it no more. */
  loggedOffsets(batchId: number): OffsetsRead | undefined {
    const row = this.#file.get<{ from_offsets: string; to_offsets: string }>(
      "SELECT from_offsets, to_offsets FROM batches WHERE batch = ?",
      batchId,
    );
    if (row === undefined) return undefined;
    return {
      from: JSON.parse(row.from_offsets) as CheckpointOffsets,
      to: JSON.parse(row.to_offsets) as CheckpointOffsets,
    };
  }

  /** The last committed batch that has given rows; undefined where none is known. */
  lastBatchWithRows(): number | undefined {
    return this.#file.get<{ batch: number }>(
      "SELECT batch FROM batches WHERE committed_ms IS NOT NULL AND output_rows > 0 ORDER BY batch DESC LIMIT 1",
    )?.batch;
  }

  /** Takes a batch for committed that this checkpoint has not run, and all before it; nothing is known of its rows. */
  adopt({ batchId, from, to }: OffsetsRead & { readonly batchId: number }, nowMs: number): void {
    const { watermark } = this.standing();
    this.#file.transaction(() => {
      this.#file.run("DELETE FROM batches WHERE committed_ms IS NULL");
      this.#file.run(
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

  /** The state of an operator, as it was committed last. */
  state(operator: number): Iterable<{ readonly key: string; readonly value: string }> {
    return stateOf(this.#file, operator);
  }

  /** The ids of the topics when the last batch was logged. */
  topicIds(): Record<string, string> {
    const rows = this.#file.all<{ topic: string; id: string }>("SELECT topic, id FROM topics ORDER BY topic");
    return Object.fromEntries(rows.map(({ topic, id }) => [topic, id]));
  }

  /** Step 1. A batch that is logged again is the same one, but for what was lost of its records meanwhile. */
  logOffsets({ batchId, from, to, loggedAtMs, topicIds, watermarks }: BatchToLog): void {
    this.#file.transaction(() => {
      this.#file.run(
        `INSERT INTO batches (batch, from_offsets, to_offsets, logged_ms, started_with) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (batch) DO UPDATE SET logged_ms = excluded.logged_ms,
           from_offsets = excluded.from_offsets, to_offsets = excluded.to_offsets,
           started_with = excluded.started_with`,
        batchId,
        JSON.stringify(from),
        JSON.stringify(to),
        loggedAtMs,
        JSON.stringify(watermarks),
      );
      const ids = JSON.stringify(topicIds);
      if (ids === this.#loggedIds) return;
      this.#file.run("DELETE FROM topics");
      for (const [topic, id] of Object.entries(topicIds)) {
        this.#file.run("INSERT INTO topics (topic, id) VALUES (?, ?)", topic, id);
      }
      this.#loggedIds = ids;
    });
  }

  /** Step 4. */
  commit({ batchId, watermark, state, outputRows, committedAtMs }: CommittedBatch): void {
    this.#file.transaction(() => {
      this.#state.append(state);
      this.#file.run(
        "UPDATE batches SET committed_ms = ?, watermark = ?, output_rows = ? WHERE batch = ?",
        committedAtMs,
        JSON.stringify(watermark),
        outputRows,
        batchId,
      );
      this.#file.run("DELETE FROM batches WHERE batch <= ?", batchId - CHECKPOINT_BATCHES_KEPT);
    });
  }

  close(): void {
    this.#file.close();
    this.#lock.release();
  }
}

function keptIdentity(file: SqliteFile): KeptIdentity {
  const { identity } = file.get<{ identity: string }>("SELECT identity FROM query")!;
  return JSON.parse(identity) as KeptIdentity;
}

/** What has become of the query; undefined where it has run no batch, so that nothing depends on what it was. */
function changeSince(file: SqliteFile, queries: Omit<Comparison, "topics">): QueryChange | undefined {
  const { offsets, pending } = standingOf(file);
  if (offsets === undefined && pending === undefined) return undefined;
  const topics = [...Object.keys(offsets ?? {}), ...Object.keys(pending?.to ?? {})];
  return compareQueries({ ...queries, topics });
}
