/** What the rows that wait in open files of Parquet take in memory, however many files there are. */
import { deepEqual, ok } from "assert";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { OPEN_PARTS_BYTES_MAX, OPEN_PARTS_MAX } from "../../../lib/base/bounds.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Row } from "../../../lib/records/data_type.ts";
import { FileSink } from "../../../lib/sinks/files/file_sink.ts";
import { partFormat } from "../../../lib/sinks/files/part_format.ts";
import type { PartFormat, PartWriter } from "../../../lib/sinks/files/part_writer.ts";
import { partitioningBy } from "../../../lib/sinks/files/partitioning.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { tempDir } from "../../support/temp_dir.ts";

const SCHEMA = parseColumns("code STRING, text STRING", "t");
const TEXT_LENGTH = 20_000;
const ROWS_EACH = 40;

Deno.test("The rows of all open files together stay within their bound, and all of them are written", async () => {
  await using directory = await tempDir();
  const partitioning = partitioningBy(["code"], SCHEMA, UTC);
  const format = partFormat("parquet", partitioning.schema, UTC);
  const writers: PartWriter[] = [];
  const watched: PartFormat = {
    ...format,
    async open(path) {
      const writer = await format.open(path);
      writers.push(writer);
      return writer;
    },
  };
  const sink = new FileSink({
    directory: directory.path,
    outputMode: "append",
    format: watched,
    partitioning,
  });
  await sink.open("query");
  await sink.prepare();
  await sink.begin({ batchId: 0 });
  const text = (n: number) => `${n}`.padEnd(TEXT_LENGTH, "x");
  let most = 0;
  for (let n = 0; n < ROWS_EACH; n++) {
    const rows = Array.from({ length: OPEN_PARTS_MAX }, (_, code): Row => [`c${code}`, text(n)]);
    await sink.write({ rowCount: rows.length, rows });
    most = Math.max(most, writers.reduce((sum, { heldBytes = 0 }) => sum + heldBytes, 0));
  }
  // As much as one write brings may come before it is looked at.
  ok(most <= OPEN_PARTS_BYTES_MAX + 2 * TEXT_LENGTH, `${most} bytes`);
  ok(most > OPEN_PARTS_BYTES_MAX / 2, `${most} bytes are not much`);
  await sink.commit();
  await sink.close();
  for (const code of [0, 7, OPEN_PARTS_MAX - 1]) {
    const path = join(directory.path, `code=c${code}`, "part-0-0.parquet");
    const file = (await Deno.readFile(path)).buffer;
    const found = await parquetReadObjects({ file }) as { text: string }[];
    deepEqual(found.map(({ text }) => text), Array.from({ length: ROWS_EACH }, (_, n) => text(n)));
  }
});
