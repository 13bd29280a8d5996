import { ok } from "assert";
import { join } from "node:path";
import { ChangeWatcher } from "../../../lib/broker/embedded/change_watcher.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("Where its file cannot be watched, a wait ends by itself, and so does the next one", async () => {
  await using directory = await tempDir();
  const changes = new ChangeWatcher(join(directory.path, "missing"));
  const { signal } = new AbortController();
  const untilMs = performance.now() + 60_000;
  for (let wait = 0; wait < 2; wait++) await changes.listen(60_000, signal).changed;
  ok(performance.now() < untilMs, "it has waited for its time limit");
  changes.close();
});
