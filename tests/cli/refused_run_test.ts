/** A run that is refused has changed nothing: neither of a run that goes on beside it, nor of what others have left. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { rowsOfFiles } from "../support/crash.ts";
import { lines, Workplace } from "../support/workplace.ts";

const CONFIG = `
[query.ids]
sql = SELECT crime_id FROM calls
[query.types]
sql = SELECT city, count(*) AS n FROM calls GROUP BY city
output_mode = update
`;
const ANALYZE = ["analyze", "--config", "test.cfg", "--trigger", "available-now"];

async function prepare(): Promise<Workplace> {
  const place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "test.cfg"), CONFIG);
  await place.succeedInProcess(["produce", "--limit", "10"]);
  return place;
}

/** Every file and directory, with what a change would change; but for what SQLite keeps beside a file. */
async function tree(directory: string, inside = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(directory, inside))) {
    if (/-(wal|shm)$/.test(name)) continue;
    const path = join(inside, name);
    const { size, ino, mtime } = await Deno.stat(join(directory, path));
    found.push(isDirectory ? path : `${path} ${ino} ${size} ${mtime?.getTime()}`);
    if (isDirectory) found.push(...await tree(directory, path));
  }
  return found.sort();
}

async function topicsOf(place: Workplace): Promise<string[]> {
  return lines((await place.succeedInProcess(["topic", "list", "--names"])).stdout);
}

Deno.test("A second run on the checkpoint or the directory of one that goes on is refused, and takes nothing from it", async () => {
  await using place = await prepare();
  const words = ["analyze", "ids", "--config", "test.cfg", "--sink", "json:out"];
  const running = place.start([...words, "--trigger", "200ms"]);
  await running.until(({ stderr }) => /ids batch 0: 10 records/.test(stderr));
  const before = await tree(place.directory);
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /Another process is using the checkpoint/],
    [["--checkpoint", "other"], /out contains the rows of a different query or checkpoint/],
    [["--data-dir", ".sfcrime", "-X", "query.ids.checkpoint=copy"], /Another process is writing to out/],
  ];
  await place.succeedInProcess(["state", "export", "ids", "copy"]);
  const copied = (await tree(place.directory)).filter((path) => path.startsWith("copy"));
  for (const [more, reason] of refusals) {
    const { code, stderr } = await place.runInProcess([...words, "--trigger", "once", ...more]);
    equal(code, 1, stderr);
    match(stderr, reason);
  }
  // A lock is a file; it is all that is new.
  const isLock = (path: string) => /^(copy|other)(\/.*)?\/writer\.lock |^other(\/ids)?$/.test(path);
  deepEqual((await tree(place.directory)).filter((path) => !isLock(path)), [...before, ...copied].sort());

  await place.succeedInProcess(["produce", "--limit", "5"]);
  await running.until(({ stderr }) => /ids batch 1: 5 records/.test(stderr));
  running.kill("SIGINT");
  equal((await running.ended()).code, 0);
  equal((await rowsOfFiles(join(place.directory, "out"))).length, 15);
});

Deno.test("A run of several queries, one of which is refused, touches no sink, no checkpoint and no topic of the others", async () => {
  await using place = await prepare();
  await place.succeedInProcess([...ANALYZE, "types", "--sink", "json:types", "--checkpoint", "kept"]);
  const [before, topics] = [await tree(place.directory), await topicsOf(place)];
  const changed = [...ANALYZE, "--checkpoint", "kept", "--late-rows", "kafka:late", "--sink", "json:out"];
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [["-X", "query.types.sql=SELECT state, count(*) AS n FROM calls GROUP BY state"], /types has changed/],
    [
      ["-X", "query.ids.sink=kafka:copies", "-X", "query.types.sink=json:taken"],
      /taken contains part-0-0\.json/,
    ],
    [
      ["-X", "query.ids.sink=kafka:copies", "-X", "query.types.sink=sqlite:taken.db"],
      /Table types already exists in taken\.db/,
    ],
    [
      ["-X", "query.types.sink=kafka:copies", "-X", "stream.calls.topic=nothing-such", "--checkpoint", "new"],
      /nothing-such/,
    ],
  ];
  await Deno.mkdir(join(place.directory, "taken"));
  await Deno.writeTextFile(join(place.directory, "taken", "part-0-0.json"), "{}\n");
  const database = new DatabaseSync(join(place.directory, "taken.db"));
  database.exec("CREATE TABLE types (x)");
  database.close();
  const taken = (await tree(place.directory)).filter((path) => path.startsWith("taken"));
  for (const [more, reason] of refusals) {
    const { code, stderr } = await place.runInProcess([...changed, ...more]);
    equal(code === 0, false, stderr);
    match(stderr, reason);
  }
  const isLock = (path: string) => /^(kept|new)\/\w+(\/writer\.lock .*)?$|^new$/.test(path);
  deepEqual(
    (await tree(place.directory)).filter((path) => !isLock(path)),
    [...before, ...taken].filter((path) => !isLock(path)).sort(),
  );
  deepEqual(await topicsOf(place), topics);
  const journal = new DatabaseSync(join(place.directory, "taken.db"));
  deepEqual({ ...journal.prepare("PRAGMA journal_mode").get() }, { journal_mode: "delete" });
  journal.close();
});

Deno.test("A checkpoint that is removed while its query waits for records ends the query, and names it", async () => {
  await using place = await prepare();
  const words = ["analyze", "ids", "--config", "test.cfg", "--sink", "ndjson", "--checkpoint", "kept"];
  const running = place.start([...words, "--trigger", "200ms"]);
  await running.until(({ stderr }) => /ids batch 0: 10 records/.test(stderr));
  await Deno.remove(join(place.directory, "kept"), { recursive: true });
  const { code, stderr } = await running.ended();
  equal(code, 1);
  match(
    stderr,
    /The checkpoint kept\/ids was removed or replaced while its query was running\.\n {2}Restore it and its sink/,
  );
  deepEqual((await tree(place.directory)).filter((path) => path.startsWith("kept")), []);
});
