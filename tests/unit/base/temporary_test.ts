import { throws } from "assert";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { removeTemporaries, temporaryDirectory } from "../../../lib/base/files/temporary.ts";

Deno.test("What is temporary is gone when its maker removes it, and when the program ends before", () => {
  const [kept, left] = [temporaryDirectory("t-"), temporaryDirectory("t-")];
  Deno.writeTextFileSync(join(left.path, "inside"), "");
  kept.remove();
  throws(() => Deno.statSync(kept.path), Deno.errors.NotFound);
  removeTemporaries();
  throws(() => Deno.statSync(left.path), Deno.errors.NotFound);
  // What is gone already is no reason to fail.
  left.remove();
});

Deno.test("A directory is removed although another thread goes on making files in it", async () => {
  const directory = temporaryDirectory("t-");
  const thread = new Worker(new URL("../../support/busy_maker.ts", import.meta.url), {
    workerData: directory.path,
  });
  const made = new Promise((resolve) => thread.once("message", resolve));
  const ended = new Promise((resolve) => thread.once("exit", resolve));
  await made;
  directory.remove();
  throws(() => Deno.statSync(directory.path), Deno.errors.NotFound);
  await ended;
});
