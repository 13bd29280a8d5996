/** A JSON file that one process at a time has for itself, and that is always whole. */
import { join } from "node:path";
import type * as z from "zod";
import { SfcrimeError, writeError } from "../../base/errors.ts";
import { FileLock } from "../../base/files/file_lock.ts";
import { makeOwnDirectory } from "../../base/files/own_file.ts";

/** Where it is, and what is in it. */
export interface KeptFileOptions<T> {
  readonly directory: string;
  /** The name of the file without its ending. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  /** Makes the error for a file that another process has. */
  readonly taken: () => SfcrimeError;
}

/** See the module's description. */
export class KeptFile<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<T>;
  readonly #lock: FileLock;

  private constructor(
    path: string,
    { schema, lock }: { readonly schema: z.ZodType<T>; readonly lock: FileLock },
  ) {
    this.#path = path;
    this.#schema = schema;
    this.#lock = lock;
  }

  /** @throws The error of `taken`; {SfcrimeError} OUTPUT */
  static take<T>({ directory, name, schema, taken }: KeptFileOptions<T>): KeptFile<T> {
    try {
      makeOwnDirectory(directory);
    } catch (cause) {
      throw writeError(directory, cause);
    }
    const lock = FileLock.take(join(directory, `${name}.lock`), taken);
    return new KeptFile(join(directory, `${name}.json`), { schema, lock });
  }

  /** Undefined if it was never written. @throws {SfcrimeError} INPUT if it is damaged. */
  read(): T | undefined {
    let text: string;
    try {
      text = Deno.readTextFileSync(this.#path);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return undefined;
      throw cause;
    }
    const parsed = this.#schema.safeParse(parsedJson(text));
    if (parsed.success) return parsed.data;
    throw new SfcrimeError("INPUT", `${this.#path} is damaged, or was written by another version.`, {
      hint: "Remove it to begin anew: what was sent before is then sent again.",
    });
  }

  /** Whole or not at all, even if the machine stops now. @throws {SfcrimeError} DISK_FULL, OUTPUT */
  write(value: T): void {
    const next = `${this.#path}.new`;
    try {
      const file = Deno.openSync(next, { write: true, create: true, truncate: true, mode: 0o600 });
      try {
        const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
        file.syncSync();
      } finally {
        file.close();
      }
      Deno.renameSync(next, this.#path);
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
  }

  release(): void {
    this.#lock.release();
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
