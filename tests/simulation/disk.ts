/**
 * The files of the runs. A run that is killed leaves what it has written. When the power fails, it leaves what was
 * synced, and of the rest any part: `synchronous = FULL` promises that a transaction is synced before its commit
 * returns, so that is the transaction that is being committed, in SQLite's write-ahead log.
 */
import { join } from "node:path";

/** The layout of a write-ahead log: https://www.sqlite.org/fileformat2.html#walformat */
const WAL_HEADER_BYTES = 32;
const PAGE_BYTES_AT = 8;
const SALT_AT = 16;
const FRAME_HEADER_BYTES = 24;
const FRAME_SALT_AT = 8;
/** Not zero in the last frame of a transaction. */
const FRAME_PAGES_AT = 4;
const SECTOR_BYTES = 512;

/** See the module's description. */
export class Disk {
  /** Where a run finds its files. */
  readonly path: string;
  readonly #left: string;
  readonly #copies: string;
  readonly #random: () => number;

  constructor(directory: string, random: () => number) {
    this.path = join(directory, "files");
    this.#left = join(directory, "left");
    this.#copies = join(directory, "copy-");
    this.#random = random;
    Deno.mkdirSync(this.path);
  }

  /**
   * Ends a run: what it does before it notices is done to files that nobody reads again.
   *
   * @param tornFile A database file to which the power failed in the middle of a commit.
   */
  end(tornFile?: string): void {
    copyFiles(this.path, this.#left);
    if (tornFile !== undefined) tearLastTransaction(join(this.#left, `${tornFile}-wal`), this.#random);
  }

  /** Gives the next run what the last one has left. */
  restart(): void {
    Deno.removeSync(this.path, { recursive: true });
    Deno.renameSync(this.#left, this.path);
  }

  /** Copies the files between two runs. */
  copy(name: string): void {
    copyFiles(this.path, this.#copies + name);
  }

  /** Puts the copies of some directories back. */
  restore(name: string, directories: Iterable<string>): void {
    for (const directory of directories) {
      const path = join(this.path, directory);
      Deno.removeSync(path, { recursive: true });
      copyFiles(join(this.#copies + name, directory), path);
    }
  }
}

function copyFiles(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of [...Deno.readDirSync(from)]) {
    if (isDirectory) copyFiles(join(from, name), join(to, name));
    // The index of a log is never synced: SQLite makes it anew.
    else if (!name.endsWith("-shm")) Deno.copyFileSync(join(from, name), join(to, name));
  }
}

/** Leaves the beginning of the last transaction in a write-ahead log, or some of its sectors. */
function tearLastTransaction(path: string, random: () => number): void {
  const log = Deno.readFileSync(path);
  const [start, end] = lastTransactionIn(log);
  if (random() < 0.5) {
    Deno.truncateSync(path, start + Math.floor(random() * (end - start + 1)));
    return;
  }
  for (let at = start; at < end; at += SECTOR_BYTES) {
    if (random() < 0.5) log.fill(0, at, Math.min(end, at + SECTOR_BYTES));
  }
  Deno.writeFileSync(path, log);
}

/** Where the frames of the last transaction begin and end. */
function lastTransactionIn(log: Uint8Array): [number, number] {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const frameBytes = FRAME_HEADER_BYTES + view.getUint32(PAGE_BYTES_AT);
  const salt = view.getBigUint64(SALT_AT);
  let [start, end] = [WAL_HEADER_BYTES, WAL_HEADER_BYTES];
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    // Frames of another time are left from before the log began anew.
    if (view.getBigUint64(at + FRAME_SALT_AT) !== salt) break;
    if (view.getUint32(at + FRAME_PAGES_AT) === 0) continue;
    [start, end] = [end, at + frameBytes];
  }
  return [start, end];
}
