/** Whether there is a place for what a sink will write; looked at before anything is opened. */
import { dirname, resolve } from "node:path";
import { SfcrimeError } from "../base/errors.ts";
import type { SinkSpec } from "../config/values.ts";

/**
 * Holds the path of a sink to what is there. The directory of a file sink, and the file of SQLite, are made when they
 * are missing; what they lie in is not, since a path that is mistyped would be made, too.
 *
 * @param setting Where the sink was set, for errors.
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
    throw new SfcrimeError("FILE_MISSING", `${setting} = ${kind}:${path}: there is no directory ${parent}.`, {
      hint: "Make it, or choose another path.",
    });
  }
  if (!around.isDirectory) throw wrong(`${parent} is not a directory`);
  const own = infoOf(path);
  if (own === undefined) return;
  if (kind === "sqlite" && own.isDirectory) throw wrong(`${path} is a directory, not a file`);
  if (kind !== "sqlite" && !own.isDirectory) throw wrong(`${path} is not a directory`);
}

/** What is at a path; undefined where nothing is, or where that cannot be told. */
function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
