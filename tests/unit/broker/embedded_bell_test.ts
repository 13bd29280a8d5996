import { ok } from "assert";
import { join } from "node:path";
import { Bell } from "../../../lib/broker/embedded/bell.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("Where its file cannot be watched, a wait ends by itself, and so does the next one", async () => {
  await using directory = await tempDir();
  const bell = new Bell(join(directory.path, "missing"));
  const { signal } = new AbortController();
  const untilMs = performance.now() + 60_000;
  for (let wait = 0; wait < 2; wait++) await bell.listen(60_000, signal).rung;
  ok(performance.now() < untilMs, "it has waited for its time limit");
  bell.close();
});
