/** The kinds of SQLite files, and how a file of any version is recognized. */
import type { DatabaseSync } from "node:sqlite";
import { type ErrorCode, SfcrimeError } from "../errors.ts";

/** The content of a file of the program. */
export interface SqliteContent {
  /** Identifies files of this kind: four letters as a number. */
  readonly applicationId: number;
  /** The version of {@link schema}. */
  readonly version: number;
  /** The statements that create the tables in an empty file. */
  readonly schema: string;
  /**
   * By version: the statements that upgrade a file of that version to the next one, when it is opened for
   * writing. What they add may be missing from a file that is only read. Files of other versions are
   * rejected.
   */
  readonly upgrades?: Readonly<Record<number, string>>;
  /**
   * The statements that create tables if they do not exist, in any file that is opened for writing. Nothing else in
   * the file depends on them, so they do not count as another version: a program without them leaves them alone.
   */
  readonly additions?: string;
}

/** A kind of file. */
export interface SqliteKind {
  /** Its name in messages, such as `embedded broker`. */
  readonly name: string;
  /** The content; absent for files of the user. */
  readonly content?: SqliteContent;
  /**
   * When a commit is durable: NORMAL survives a crash of the process, but a power failure may lose the last
   * commits, each of them whole; FULL survives that as well.
   */
  readonly synchronous: "NORMAL" | "FULL";
  /** The code of errors for the file. */
  readonly errorCode: ErrorCode;
  /** What to do if a file cannot be opened. */
  readonly hint: string;
  /** What to do if it is corrupt. */
  readonly damagedHint?: string;
}

/** A file of the user, whatever is in it. */
export const USER_FILE: SqliteKind = {
  name: "SQLite file",
  synchronous: "FULL",
  errorCode: "OUTPUT",
  hint: "Choose another file.",
};

/** Creates the tables in an empty file, and upgrades a file of an older version. */
export function prepareSchema(database: DatabaseSync, path: string, kind: SqliteKind): void {
  const { content } = kind;
  if (content === undefined) return;
  if (versionOf(database, path, kind) !== content.version) makeTables(database, path, { ...kind, content });
  if (content.additions !== undefined) database.exec(content.additions);
}

function makeTables(
  database: DatabaseSync,
  path: string,
  kind: SqliteKind & { readonly content: SqliteContent },
): void {
  const { content } = kind;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have created the tables while this one waited for its turn.
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
 * The version of a file; undefined for an empty file.
 *
 * @throws {SfcrimeError} If it is of another kind, or of an unknown version.
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
    throw new SfcrimeError(errorCode, `${path} is a SQLite file, but not one of the ${name}.`, { hint });
  }
  const age = found > version ? "a newer version of" : "an older version of";
  throw new SfcrimeError(
    errorCode,
    `${path} was written by ${age} sfcrime: its ${name} format is ${found}, and this version supports format ${version}.`,
    { hint: found > version ? "Upgrade sfcrime." : hint },
  );
}
