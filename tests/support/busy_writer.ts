/**
 * A thread that adds one to both numbers of a file, in one transaction, again and again, and tells each commit. It
 * ends by itself, so that nobody waits for ever. For tests that read meanwhile.
 */
import { BUSY_FILE } from "./busy_file.ts";
import { SqliteFile } from "../../lib/base/files/sqlite.ts";

const RUN_MS_MAX = 20_000;

const thread = globalThis as unknown as {
  onmessage: (event: { readonly data: string }) => void;
  postMessage(commits: number | "over"): void;
};

thread.onmessage = ({ data: path }) => {
  const file = SqliteFile.open(path, BUSY_FILE);
  const untilMs = Date.now() + RUN_MS_MAX;
  for (let commits = 1; Date.now() < untilMs; commits++) {
    file.transaction(() => {
      file.run("UPDATE numbers SET value = value + 1 WHERE id = 1");
      file.run("UPDATE numbers SET value = value + 1 WHERE id = 2");
    });
    thread.postMessage(commits);
  }
  file.close();
  thread.postMessage("over");
};
