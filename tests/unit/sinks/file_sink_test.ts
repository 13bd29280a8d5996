/** Directories of files: what is in them whenever the writer ends, against a naive statement of what should be. */
import { deepEqual, equal, ok, rejects } from "assert";
import { join } from "node:path";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import type { Row } from "../../../lib/records/data_type.ts";
import type { OutputMode } from "../../../lib/sql/plan.ts";
import { untilOperation } from "../../support/failing_disk.ts";
import { fileSink, type Written } from "../../support/sink_files.ts";
import { tempDir } from "../../support/temp_dir.ts";

const SCHEMA = parseColumns("code STRING, n INT", "t");
/** Batches of several parts each, an empty one among them. */
const BATCHES: readonly (readonly Row[])[] = [
  [["a", 0], ["b", 1], ["a", 2], [null, 3], ["a", 4]],
  [],
  [["c/d", 5], ["a", 6], ["a", 7]],
  [["a", 8]],
];

/** Writes the batches that the directory does not hold yet. */
async function writeOn(written: Written, batches = BATCHES, queryId = "query"): Promise<void> {
  const sink = fileSink(written);
  try {
    const last = (await sink.open(queryId))?.batchId ?? -1;
    await sink.prepare();
    for (const [batchId, rows] of batches.entries()) {
      if (batchId <= last) continue;
      await sink.begin({ batchId });
      for (const row of rows) await sink.write({ rowCount: 1, rows: [row] });
      await sink.commit();
    }
  } finally {
    // A writer that was ended lets go of its lock; a disk that has stopped takes nothing else.
    await sink.close();
  }
}

/** The numbers in the files of a directory, sorted; all files that are there, or those that are named. */
async function numbersIn(directory: string, files?: readonly string[]): Promise<number[]> {
  const found = files ?? await filesIn(directory);
  const texts = await Promise.all(found.map((file) => Deno.readTextFile(join(directory, file))));
  return texts.flatMap((text) => text.split("\n").filter((line) => line !== ""))
    .map((line) => (JSON.parse(line) as { n: number }).n).sort((a, b) => a - b);
}

async function filesIn(directory: string, inside = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(directory, inside))) {
    if (name.startsWith("_")) continue;
    found.push(...isDirectory ? await filesIn(directory, join(inside, name)) : [join(inside, name)]);
  }
  return found;
}

/** The files that the manifest names, by its own documented form. */
async function namedFiles(directory: string): Promise<string[]> {
  const text = await Deno.readTextFile(join(directory, "_manifest.ndjson")).catch(() => "");
  return text.split("\n").slice(1, -1).flatMap((line) => (JSON.parse(line) as { files: string[] }).files);
}

const numbersOf = (batches: readonly (readonly Row[])[]) => batches.flat().map(([, n]) => n as number);

const VARIANTS: readonly (readonly [OutputMode, readonly string[] | undefined])[] = [
  ["append", undefined],
  ["append", ["code"]],
  ["update", undefined],
  ["complete", undefined],
  ["complete", ["code"]],
];

for (const [outputMode, partitionBy] of VARIANTS) {
  const how = `${outputMode} mode${partitionBy === undefined ? "" : ", divided"}`;
  const written = (directory: string): Written => ({
    directory,
    kind: "json",
    schema: SCHEMA,
    outputMode,
    partRowsMax: 2,
    openPartsMax: 2,
    ...(partitionBy === undefined ? {} : { partitionBy }),
  });
  const whole = outputMode === "complete" ? numbersOf(BATCHES.slice(-1)) : numbersOf(BATCHES);
  /** What whole batches can come to, from none of them to all. */
  const prefixes = BATCHES.map((_, index) => BATCHES.slice(outputMode === "complete" ? index : 0, index + 1))
    .map((batches) => JSON.stringify(numbersOf(batches)));

  Deno.test(`Ended at any operation and run again, a directory holds each row once (${how})`, async () => {
    let operations = 0;
    for (let isWhole = false; !isWhole; operations++) {
      await using place = await tempDir({ inMemory: true });
      isWhole = await untilOperation(operations, () => writeOn(written(place.path)));
      const seen = await numbersIn(place.path, await namedFiles(place.path));
      ok(
        ["[]", ...prefixes].includes(JSON.stringify(seen)),
        `after ${operations}, the manifest gives ${seen}`,
      );
      await writeOn(written(place.path));
      deepEqual(await numbersIn(place.path), whole, `after ${operations} operations`);
      deepEqual(await numbersIn(place.path, await namedFiles(place.path)), whole);
    }
    ok(operations > 30, `only ${operations} operations`);
  });
}

const APPEND = (directory: string): Written => ({ directory, kind: "json", schema: SCHEMA });

Deno.test("A manifest whose last line is cut off anywhere costs no row", async () => {
  await using place = await tempDir({ inMemory: true });
  await writeOn(APPEND(place.path));
  const path = join(place.path, "_manifest.ndjson");
  const text = await Deno.readTextFile(path);
  for (let length = text.lastIndexOf("\n", text.length - 2) + 1; length < text.length; length++) {
    await Deno.writeTextFile(path, text.slice(0, length));
    await writeOn(APPEND(place.path));
    deepEqual(await numbersIn(place.path), numbersOf(BATCHES));
    equal(await Deno.readTextFile(path), text);
  }
});

Deno.test("A directory of another query, or whose manifest is damaged or gone, is refused and left as it is", async () => {
  await using place = await tempDir({ inMemory: true });
  await writeOn(APPEND(place.path));
  const path = join(place.path, "_manifest.ndjson");
  const text = await Deno.readTextFile(path);
  const before = await filesIn(place.path);
  await rejects(
    writeOn(APPEND(place.path), BATCHES, "other"),
    /contains the rows of a different query or checkpoint/,
  );
  await Deno.writeTextFile(path, text.replace('{"batch":2', '{"batch:2'));
  await rejects(writeOn(APPEND(place.path)), /_manifest\.ndjson:3: this line is corrupt/);
  await Deno.writeTextFile(path, text.replace('{"batch":2', '{"bunch":2'));
  await rejects(writeOn(APPEND(place.path)), /:3: this line is corrupt/);
  await Deno.writeTextFile(path, "");
  await rejects(writeOn(APPEND(place.path)), /contains part-\d-0\.json, but no _manifest\.ndjson/);
  await Deno.remove(path);
  await rejects(writeOn(APPEND(place.path)), /contains part-\d-0\.json, but no _manifest\.ndjson/);
  deepEqual(await filesIn(place.path), before);
});

Deno.test("A second writer of a directory is refused, and takes nothing from the first", async () => {
  await using place = await tempDir({ inMemory: true });
  const first = fileSink(APPEND(place.path));
  await first.open("query");
  await first.prepare();
  await first.begin({ batchId: 0 });
  await first.write({ rowCount: 1, rows: [["a", 1]] });
  for (
    const [queryId, reason] of [["query", /Another process is writing to/], [
      "other",
      /a different query or checkpoint/,
    ]] as const
  ) {
    const second = fileSink(APPEND(place.path));
    await rejects(Promise.resolve(second.look(queryId)), reason);
    await rejects(second.open(queryId), reason);
    await second.close();
  }
  await first.commit();
  await first.close();
  deepEqual(await numbersIn(place.path, await namedFiles(place.path)), [1]);
});

Deno.test("A directory of another query inside is left alone, and does not stand in the way", async () => {
  await using place = await tempDir({ inMemory: true });
  await writeOn(APPEND(join(place.path, "inside")), BATCHES, "other");
  await writeOn({ ...APPEND(place.path), outputMode: "complete" });
  deepEqual(await numbersIn(join(place.path, "inside")), numbersOf(BATCHES));
});

Deno.test("A directory that was removed while a batch is written fails the batch, and nothing is left in its place", async () => {
  await using place = await tempDir({ inMemory: true });
  const directory = join(place.path, "out");
  const sink = fileSink(APPEND(directory));
  await sink.open("query");
  await sink.prepare();
  await sink.begin({ batchId: 0 });
  await Deno.remove(directory, { recursive: true });
  await rejects(sink.commit(), /out was removed or replaced while the query was running/);
  await rejects(sink.begin({ batchId: 1 }), /out was removed or replaced while the query was running/);
  await sink.close();
  deepEqual(await Array.fromAsync(Deno.readDir(place.path)), []);
});

Deno.test("A link in the place of a new manifest is not followed", async () => {
  await using place = await tempDir({ inMemory: true });
  const target = await place.write("target", "precious");
  const directory = join(place.path, "out");
  await Deno.mkdir(directory);
  await Deno.symlink(target, join(directory, "_manifest.ndjson.new"));
  await writeOn(APPEND(directory));
  equal(await Deno.readTextFile(target), "precious");
  deepEqual(await numbersIn(directory), numbersOf(BATCHES));
});

Deno.test("Files that are no parts are left alone, in complete mode, too", async () => {
  await using place = await tempDir({ inMemory: true });
  await place.write("notes.json", '{"n":100}\n');
  await writeOn({ ...APPEND(place.path), outputMode: "complete" });
  deepEqual(await numbersIn(place.path), [8, 100]);
});

Deno.test("A directory that a file stands in the way of is an error that names it", async () => {
  await using place = await tempDir({ inMemory: true });
  const path = await place.write("taken", "");
  await rejects(
    writeOn(APPEND(path)),
    (error: Error) => error.message.startsWith(`Cannot write ${path}: `),
  );
});

Deno.test("A full disk is an error that names the file, and the batch comes again", async () => {
  await using place = await tempDir({ inMemory: true });
  const sink = fileSink(APPEND(place.path));
  await sink.open("query");
  await sink.prepare();
  await sink.begin({ batchId: 0 });
  await Deno.symlink("/dev/full", join(place.path, "_tmp/part-0-0.json"));
  await rejects(
    sink.write({ rowCount: 1, rows: [["a", 1]] }),
    /^SfcrimeError: No space left on device: cannot write .*part-0-0\.json\.$/,
  );
  await sink.close();
  await writeOn(APPEND(place.path));
  deepEqual(await numbersIn(place.path), numbersOf(BATCHES));
});

Deno.test("A row group of Parquet is on the disk as soon as it is full", async () => {
  await using place = await tempDir({ inMemory: true });
  const sink = fileSink({ ...APPEND(place.path), kind: "parquet" });
  await sink.open("query");
  await sink.prepare();
  await sink.begin({ batchId: 0 });
  const size = async () => (await Deno.stat(join(place.path, "_tmp/part-0-0.parquet"))).size;
  const rows = Array.from({ length: 49_999 }, (_, n): Row => [`code ${n}`, n]);
  await sink.write({ rowCount: rows.length, rows });
  equal(await size(), 0);
  await sink.write({ rowCount: 1, rows: [["last", 1]] });
  ok(await size() > 200_000);
  const long = "x".repeat(1_000_000);
  const before = await size();
  for (let n = 0; n < 16; n++) await sink.write({ rowCount: 1, rows: [[long, n]] });
  ok(await size() > before, "sixteen megabytes of text are a group, too");
  await sink.close();
});
