/** A read-only view of a checkpoint for `state`, even while its query is running. */
import { join } from "node:path";
import { SfcrimeError } from "../base/errors.ts";
import { makeOwnDirectory } from "../base/files/own_file.ts";
import { SqliteFile } from "../base/files/sqlite.ts";
import {
  CHECKPOINT_FILE,
  CHECKPOINT_KIND,
  offsetsOfBatch,
  type OffsetsRead,
  type Standing,
  standingOf,
  topicIdsOf,
} from "./checkpoint_file.ts";
import { HistoryTable } from "./history_table.ts";
import type { StoredIdentity } from "./identity.ts";
import { readIdentity } from "./kept_text.ts";
import { keyCountsOf, stateOf } from "./state_log.ts";

/** See the module's description. */
export class CheckpointView {
  readonly directory: string;
  readonly #file: SqliteFile;

  private constructor(directory: string, file: SqliteFile) {
    this.directory = directory;
    this.#file = file;
  }

  /** @throws {SfcrimeError} CHECKPOINT if there is none in the directory. */
  static open(directory: string): CheckpointView {
    const path = join(directory, CHECKPOINT_FILE);
    return new CheckpointView(directory, SqliteFile.openToRead(path, CHECKPOINT_KIND));
  }

  /** The same; undefined if there is no file yet, or if a process was killed before it had written to it. */
  static openIfAny(directory: string): CheckpointView | undefined {
    const file = SqliteFile.openIfAny(join(directory, CHECKPOINT_FILE), CHECKPOINT_KIND);
    return file && new CheckpointView(directory, file);
  }

  /** Whether a directory contains a checkpoint. */
  static async isIn(directory: string): Promise<boolean> {
    try {
      return (await Deno.stat(join(directory, CHECKPOINT_FILE))).isFile;
    } catch {
      return false;
    }
  }

  get identity(): StoredIdentity & { readonly id: string; readonly createdAtMs: number } {
    const row = this.#file.get<{ id: string; identity: string; created_ms: number }>("SELECT * FROM query");
    if (row === undefined) {
      throw new SfcrimeError("CHECKPOINT", `The checkpoint ${this.directory} is still empty.`);
    }
    return { ...readIdentity(row.identity, this.#file.path), id: row.id, createdAtMs: row.created_ms };
  }

  standing(): Standing {
    return standingOf(this.#file);
  }

  /** The ids of the topics when the last batch was logged. */
  topicIds(): Record<string, string> {
    return topicIdsOf(this.#file);
  }

  /** The offsets of a batch; undefined if the checkpoint does not have them, or no longer. */
  loggedOffsets(batchId: number): OffsetsRead | undefined {
    return offsetsOfBatch(this.#file, batchId);
  }

  /** The history of the query. */
  get history(): HistoryTable {
    return new HistoryTable(this.#file);
  }

  /** The keys and values of an operator, in key order. */
  state(operator: number): Iterable<{ readonly key: string; readonly value: string }> {
    return stateOf(this.#file, operator);
  }

  /** The number of keys of each operator. */
  keyCounts(): number[] {
    return keyCountsOf(this.#file);
  }

  /** What SQLite finds to be wrong with the file; undefined if nothing is. */
  damage(): string | undefined {
    const { quick_check: found } = this.#file.get<{ quick_check: string }>("PRAGMA quick_check(1)")!;
    return found === "ok" ? undefined : found;
  }

  /** Writes a consistent copy to another directory, from which a query can resume. */
  async copyTo(directory: string): Promise<void> {
    makeOwnDirectory(directory);
    const path = join(directory, CHECKPOINT_FILE);
    if (await CheckpointView.isIn(directory)) {
      throw new SfcrimeError("CHECKPOINT", `A checkpoint already exists in ${directory}.`);
    }
    await this.#file.copyTo(path);
  }

  close(): void {
    this.#file.close();
  }
}
