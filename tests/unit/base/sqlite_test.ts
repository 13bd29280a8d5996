import { equal, ok, throws } from "assert";
import { join } from "node:path";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { SqliteFile } from "../../../lib/base/files/sqlite.ts";
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
