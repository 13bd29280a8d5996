/** Where sinks write: the path is checked before anything is opened. */
import { dirname, resolve } from "node:path";
import { SfcrimeError } from "../base/errors.ts";
import type { SinkSpec } from "../config/values/values.ts";

/** The table in which the sink sqlite stores the last batch of each query. */
export const PROGRESS_TABLE = "sfcrime_batches";

/**
 * Checks the path of a sink. The directory of a file sink and the file of a SQLite sink are created if they
 * are missing; their parent directory is not, since that would create mistyped paths.
 *
 * @param setting Where the sink is set, for errors.
 * @throws {SfcrimeError} FILE_MISSING, CONFIG
 */
export function requireSinkPlace(sink: SinkSpec, setting: string): void {
  if (!("path" in sink)) return;
  const { kind, path } = sink;
  const parent = dirname(resolve(path));
  const wrong = (what: string) =>
    new SfcrimeError("CONFIG", `${setting} = ${kind}:${path}: ${what}.`, { hint: "Choose another path." });
  const around = infoOf(parent);
  if (around === undefined) {
    throw new SfcrimeError(
      "FILE_MISSING",
      `${setting} = ${kind}:${path}: directory ${parent} does not exist.`,
      { hint: "Create the directory, or choose another path." },
    );
  }
  if (!around.isDirectory) throw wrong(`${parent} is not a directory`);
  const own = infoOf(path);
  if (own === undefined) return;
  if (kind === "sqlite" && own.isDirectory) throw wrong(`${path} is a directory, not a file`);
  if (kind !== "sqlite" && !own.isDirectory) throw wrong(`${path} is not a directory`);
}

/** What is at a path; undefined if there is nothing, or if it is unknown. */
function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
