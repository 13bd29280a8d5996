/** Strings that stay bytes: so many that they are not expected to repeat, and are made only where they are needed. */
import { deepEqual } from "assert";
import { succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines } from "./answers.ts";

/** The first ones come again at the end, when they are bytes. */
const IDS = [...ids(28_000), ...ids(2_000)];

/** Some are NULL, have escapes or are beyond ASCII. */
function ids(count: number): (string | null)[] {
  return Array.from({ length: count }, (_, n) => {
    if (n % 7 === 0) return null;
    return n % 11 === 0 ? `"${n}"` : n % 5 === 0 ? `№ ${n}` : `id ${n}`;
  });
}

const CONFIG = `[kafka]
topic = events
[stream.events]
columns = id STRING
[analyze]
trigger = available-now
sink = ndjson
[query.rows]
sql = SELECT id FROM events
[query.counts]
sql = SELECT count(id) AS ids, count(*) AS n FROM events
output_mode = complete
[query.nulls]
sql = SELECT count(*) AS n FROM events WHERE id IS NULL
output_mode = complete
[query.groups]
sql = SELECT id, count(*) AS n FROM events GROUP BY id
output_mode = complete
`;

Deno.test("Strings that stay bytes are written, counted, grouped and compared with NULL as strings are", async () => {
  await using directory = await tempDir({ inMemory: true });
  const options = { cwd: directory.path };
  await directory.write("app.cfg", CONFIG);
  const stdin = IDS.map((id) => JSON.stringify({ id }) + "\n").join("");
  await succeedInProcess(["produce", "--input", "-", "--quiet", "--partitions", "1"], { ...options, stdin });
  // Each query alone: what one of them needs as a string is a string for the others, too.
  const rowsOf = async (query: string) => {
    const { stdout } = await succeedInProcess(["analyze", query, "--workers", "1", "--quiet"], options);
    return jsonLines(stdout) as Readonly<Record<string, unknown>>[];
  };
  const present = IDS.filter((id) => id !== null);
  const groups = Map.groupBy(IDS, (id) => id);

  deepEqual(await rowsOf("rows"), IDS.map((id) => ({ id })));
  deepEqual(await rowsOf("counts"), [{ ids: present.length, n: IDS.length }]);
  deepEqual(await rowsOf("nulls"), [{ n: IDS.length - present.length }]);
  const counted = await rowsOf("groups");
  deepEqual(counted.length, groups.size);
  deepEqual(
    new Map(counted.map(({ id, n }) => [id, n])),
    new Map([...groups].map(([id, all]) => [id, all.length])),
  );
});
