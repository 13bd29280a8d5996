import { deepEqual } from "assert";
import { join } from "node:path";
import { ChangeWatcher } from "../../../lib/base/files/change_watcher.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("Where its file cannot be watched, a wait ends by itself, and so does the next one", async () => {
  await using directory = await tempDir();
  const clock = new FakeClock(0);
  const changes = new ChangeWatcher(join(directory.path, "missing"), clock);
  const { signal } = new AbortController();
  for (const timeoutMs of [60_000, 60_000, 300]) await changes.listen(timeoutMs, signal).changed;
  deepEqual(clock.sleeps, [1_000, 1_000, 300]);
  changes.close();
});
