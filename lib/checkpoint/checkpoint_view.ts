/** A checkpoint as `state` shows it: read, never written, also while its query runs. */
import { join } from "node:path";
import { SfcrimeError } from "../base/errors.ts";
import { makeOwnDirectory } from "../base/own_file.ts";
import { SqliteFile } from "../base/sqlite.ts";
import { CHECKPOINT_FILE, CHECKPOINT_KIND, type Standing, standingOf } from "./checkpoint_file.ts";
import type { KeptIdentity } from "./identity.ts";
import { readIdentity } from "./kept_text.ts";
import { keyCountsOf, stateOf } from "./state_log.ts";

/** A checkpoint as others see it, also while its query runs. */
export class CheckpointView {
  readonly directory: string;
  readonly #file: SqliteFile;

  private constructor(directory: string, file: SqliteFile) {
    this.directory = directory;
    this.#file = file;
  }

  /** @throws {SfcrimeError} CHECKPOINT when there is none in the directory. */
  static open(directory: string): CheckpointView {
    return new CheckpointView(
      directory,
      SqliteFile.openToRead(join(directory, CHECKPOINT_FILE), CHECKPOINT_KIND),
    );
  }

  /** Whether a directory holds a checkpoint. */
  static async isIn(directory: string): Promise<boolean> {
    try {
      return (await Deno.stat(join(directory, CHECKPOINT_FILE))).isFile;
    } catch {
      return false;
    }
  }

  get identity(): KeptIdentity & { readonly id: string; readonly createdAtMs: number } {
    const row = this.#file.get<{ id: string; identity: string; created_ms: number }>("SELECT * FROM query");
    if (row === undefined) throw new SfcrimeError("CHECKPOINT", `${this.directory} holds no query yet.`);
    return { ...readIdentity(row.identity, this.#file.path), id: row.id, createdAtMs: row.created_ms };
  }

  standing(): Standing {
    return standingOf(this.#file);
  }

  /** Keys and values of an operator, in the order of keys. */
  state(operator: number): Iterable<{ readonly key: string; readonly value: string }> {
    return stateOf(this.#file, operator);
  }

  /** How many keys each operator has. */
  keyCounts(): number[] {
    return keyCountsOf(this.#file);
  }

  /** Writes a consistent copy into another directory, which a query can go on from. */
  async copyTo(directory: string): Promise<void> {
    makeOwnDirectory(directory);
    const path = join(directory, CHECKPOINT_FILE);
    if (await CheckpointView.isIn(directory)) {
      throw new SfcrimeError("CHECKPOINT", `There is a checkpoint in ${directory} already.`);
    }
    await this.#file.copyTo(path);
  }

  close(): void {
    this.#file.close();
  }
}
