/** The kinds of SQLite files, and how a file is told to be of one, of whatever version. */
import type { DatabaseSync } from "node:sqlite";
import { type ErrorCode, SfcrimeError } from "./errors.ts";

/** What a file of ours has inside. */
export interface SqliteContent {
  /** By which a file of this kind is told from others: four letters as a number. */
  readonly applicationId: number;
  /** The version of {@link schema}. */
  readonly version: number;
  /** The statements that make an empty file one of this kind. */
  readonly schema: string;
  /**
   * By version: the statements that make a file of it one of the next version, when it is opened to write. What they
   * add may be missing from a file that is only read. Files of other versions are refused.
   */
  readonly upgrades?: Readonly<Record<number, string>>;
}

/** A kind of file. */
export interface SqliteKind {
  /** What people call it, such as `embedded broker`. */
  readonly name: string;
  /** What is inside; absent where that is the user's affair. */
  readonly content?: SqliteContent;
  /**
   * When a commit is on the disk: NORMAL survives the death of the process, and may lose the last commits,
   * whole, when the machine loses power; FULL survives that, too.
   */
  readonly synchronous: "NORMAL" | "FULL";
  /** Errors of the file have this code. */
  readonly errorCode: ErrorCode;
  /** What to do when a file cannot be opened. */
  readonly hint: string;
  /** What to do when it is damaged. */
  readonly damagedHint?: string;
}

/** Makes the tables of a file that is empty, and brings one of an older version up to this one. */
export function prepareSchema(database: DatabaseSync, path: string, kind: SqliteKind): void {
  const { content } = kind;
  if (content === undefined || versionOf(database, path, kind) === content.version) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have made the tables while this one waited for its turn.
    let version = versionOf(database, path, kind);
    if (version === undefined) {
      database.exec(content.schema);
      database.exec(`PRAGMA application_id = ${content.applicationId}`);
      version = content.version;
    }
    for (; version < content.version; version++) database.exec(content.upgrades![version]!);
    database.exec(`PRAGMA user_version = ${content.version}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * The version of a file that can be read; undefined for an empty file.
 *
 * @throws {SfcrimeError} When it is of another kind, or of a version that is not known here.
 */
export function versionOf(
  database: DatabaseSync,
  path: string,
  { name, content, errorCode, hint }: SqliteKind,
): number | undefined {
  const { applicationId, version, upgrades = {} } = content!;
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const [application, found] = [pragma("application_id"), pragma("user_version")];
  if (application === applicationId && (found === version || upgrades[found] !== undefined)) return found;
  if (application === 0 && found === 0 && pragma("schema_version") === 0) return undefined;
  if (application !== applicationId) {
    throw new SfcrimeError(errorCode, `${path} is a SQLite file, but not of the ${name}.`, { hint });
  }
  const age = found > version ? "a newer" : "an older";
  throw new SfcrimeError(
    errorCode,
    `${path} was written by ${age} sfcrime: it is of format ${found} of the ${name}, and this one reads format ${version}.`,
    { hint: found > version ? "Upgrade sfcrime." : hint },
  );
}
