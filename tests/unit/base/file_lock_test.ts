import { deepEqual, throws } from "assert";
import { join } from "node:path";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { FileLock } from "../../../lib/base/files/file_lock.ts";
import { tempDir } from "../../support/temp_dir.ts";

const taken = () => new SfcrimeError("OUTPUT", "somebody has it");

Deno.test("A lock is one file, which one holds at a time, and which is free again when it is given back", async () => {
  await using directory = await tempDir();
  const path = join(directory.path, "lock");
  FileLock.look(path, taken);
  const first = FileLock.take(path, taken);
  deepEqual((await Array.fromAsync(Deno.readDir(directory.path))).map(({ name }) => name), ["lock"]);
  throws(() => FileLock.look(path, taken), /somebody has it/);
  throws(() => FileLock.take(path, taken), /somebody has it/);
  first.release();
  FileLock.look(path, taken);
  FileLock.take(path, taken).release();
});
