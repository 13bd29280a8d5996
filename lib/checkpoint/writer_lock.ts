/** The lock that allows only one writer of a checkpoint, and who has it. */
import { join } from "node:path";
import * as z from "zod";
import { SfcrimeError, writeError } from "../base/errors.ts";
import { FileLock } from "../base/files/file_lock.ts";
import type { LocalHost } from "../base/host.ts";
import { makeOwnDirectory, openOwnFile } from "../base/files/own_file.ts";

const LOCK_FILE = "writer.lock";
/** Who has the lock. A process that was killed leaves it behind, so it only counts while there is a lock. */
const WRITER_FILE = "writer.json";

const WRITER = z.object({ pid: z.number().int(), hostname: z.string(), since: z.iso.datetime() });

/** A process that writes to a checkpoint. */
export type Writer = Readonly<z.infer<typeof WRITER>>;

/** The lock, as long as it is held. */
export class WriterLock {
  readonly #lock: FileLock;
  readonly #writerPath: string;

  /** @param host Where that is; without it, nobody is told who has it, as it is for a moment. */
  constructor(directory: string, lock: FileLock, host?: LocalHost) {
    this.#lock = lock;
    this.#writerPath = join(directory, WRITER_FILE);
    if (host !== undefined) writeWriter(this.#writerPath, host);
  }

  /** Whether it still keeps others out. */
  get isInPlace(): boolean {
    return this.#lock.isInPlace;
  }

  /** Removes its files; until it is released, nobody else can take it in their place. */
  removeFiles(): void {
    removeIfThere(this.#writerPath);
    removeIfThere(this.#lock.path);
  }

  release(): void {
    // Elsewhere, the file is another's.
    if (this.isInPlace) removeIfThere(this.#writerPath);
    this.#lock.release();
  }
}

/**
 * Locks a checkpoint for writing; its directory is created if it is missing.
 *
 * @param host See {@link WriterLock}.
 * @throws {SfcrimeError} CHECKPOINT if another process has locked it, OUTPUT if the directory cannot be
 * written.
 */
export function takeWriterLock(directory: string, host?: LocalHost): WriterLock {
  try {
    makeOwnDirectory(directory);
  } catch (cause) {
    throw writeError(directory, cause);
  }
  const lock = FileLock.take(
    join(directory, LOCK_FILE),
    () => inUse(directory, "Stop that process first, or choose another --checkpoint."),
  );
  try {
    return new WriterLock(directory, lock, host);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Checks that nobody has locked a checkpoint, and changes nothing. @throws {SfcrimeError} CHECKPOINT */
export function requireNoWriter(directory: string): void {
  const stop = "Stop that process first: Ctrl-C ends it after its batch.";
  FileLock.look(join(directory, LOCK_FILE), () => inUse(directory, stop));
}

/**
 * Who has locked a checkpoint, in words such as `process 17 on host-3 since 2026-01-31 12:00:00`; undefined if nobody
 * has.
 */
export function writerText(directory: string): string | undefined {
  try {
    requireNoWriter(directory);
    return undefined;
  } catch (error) {
    if (!(error instanceof SfcrimeError) || error.code !== "CHECKPOINT") throw error;
  }
  const writer = writerOf(directory);
  return writer === undefined ? "another process" : textOf(writer);
}

function inUse(directory: string, hint: string): SfcrimeError {
  const writer = writerOf(directory);
  const who = writer === undefined ? "" : `: ${textOf(writer)}`;
  return new SfcrimeError("CHECKPOINT", `Another process is using the checkpoint ${directory}${who}.`, {
    hint,
  });
}

function textOf({ pid, hostname, since }: Writer): string {
  return `process ${pid} on ${hostname} since ${since.slice(0, 19).replace("T", " ")} UTC`;
}

/** Undefined where it is not known, as with an older program. */
function writerOf(directory: string): Writer | undefined {
  try {
    return WRITER.parse(JSON.parse(Deno.readTextFileSync(join(directory, WRITER_FILE))));
  } catch {
    return undefined;
  }
}

function writeWriter(path: string, host: LocalHost): void {
  const writer: Writer = { ...host.self(), since: new Date(host.nowMs()).toISOString() };
  try {
    using file = openOwnFile(path);
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${JSON.stringify(writer)}\n`));
  } catch (cause) {
    throw cause instanceof SfcrimeError ? cause : writeError(path, cause);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw writeError(path, cause);
  }
}
