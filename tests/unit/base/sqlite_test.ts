import { equal, ok, throws } from "assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { SqliteFile } from "../../../lib/base/files/sqlite.ts";
import { USER_FILE } from "../../../lib/base/files/sqlite_kind.ts";
import { BUSY_FILE } from "../../support/busy_file.ts";
import { tempDir } from "../../support/temp_dir.ts";

function numbersOf(file: SqliteFile): number[] {
  return file.all<{ value: number }>("SELECT value FROM numbers ORDER BY id").map(({ value }) => value);
}

Deno.test("A copy is of the moment when it was asked for, whatever another thread writes meanwhile", async () => {
  await using directory = await tempDir();
  const [path, copyPath] = [join(directory.path, "file.db"), join(directory.path, "copy.db")];
  SqliteFile.open(path, BUSY_FILE).close();
  const writer = new Worker(new URL("../../support/busy_writer.ts", import.meta.url), { type: "module" });
  const begun = Promise.withResolvers<void>();
  writer.onmessage = () => begun.resolve();
  try {
    writer.postMessage(path);
    await begun.promise;
    const file = SqliteFile.openToRead(path, BUSY_FILE);
    const before = numbersOf(file)[0]!;
    await file.copyTo(copyPath);
    const after = numbersOf(file)[0]!;
    const copy = SqliteFile.openToRead(copyPath, BUSY_FILE);
    const [first, second] = numbersOf(copy);
    equal(first, second);
    // A copy that begins anew with each commit would be of the moment when it was done.
    ok(first! - before < after - first!, `${before}, ${first}, ${after}`);
    equal(copy.get<{ integrity_check: string }>("PRAGMA integrity_check")!.integrity_check, "ok");
    copy.close();
    file.close();
  } finally {
    writer.terminate();
  }
});

Deno.test("The directory of a file that was there is not made anew: somebody may be removing it", async () => {
  await using directory = await tempDir();
  const gone = join(directory.path, "gone");
  throws(() => SqliteFile.open(join(gone, "file.db"), BUSY_FILE, { isThere: true }), SfcrimeError);
  throws(() => Deno.statSync(gone), Deno.errors.NotFound);
  SqliteFile.open(join(gone, "file.db"), BUSY_FILE).close();
});

/** A thread that locks a file with SQLite's usual journal, and releases it a moment after it was told to. */
const LOCKING = `
import { DatabaseSync } from "node:sqlite";
self.onmessage = ({ data: { path, begin, told } }) => {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = DELETE; CREATE TABLE rows (x); " + begin);
  self.postMessage("locked");
  Atomics.wait(told, 0, 0);
  Atomics.wait(told, 0, 1, 100);
  database.close();
};`;

Deno.test("A file that is locked when it is opened is open as soon as the lock is released", async () => {
  await using directory = await tempDir();
  const code = URL.createObjectURL(new Blob([LOCKING], { type: "text/javascript" }));
  for (
    const [index, begin] of ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "BEGIN; SELECT * FROM rows"].entries()
  ) {
    const path = join(directory.path, `${index}.db`);
    const told = new Int32Array(new SharedArrayBuffer(4));
    const locking = new Worker(code, { type: "module" });
    try {
      const locked = new Promise((resolve) => locking.onmessage = resolve);
      locking.postMessage({ path, begin, told });
      await locked;
      const database = new DatabaseSync(path);
      throws(() => database.exec("PRAGMA journal_mode = WAL"), /locked/, begin);
      database.close();
      Atomics.store(told, 0, 1);
      Atomics.notify(told, 0);
      SqliteFile.open(path, USER_FILE).close();
    } finally {
      locking.terminate();
    }
  }
});
