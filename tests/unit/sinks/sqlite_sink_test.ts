/** Tables of SQLite: what they hold after each batch, by a naive statement of the output modes. */
import { deepEqual, equal, match, rejects, throws } from "assert";
import fc from "fast-check";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SfcrimeError } from "../../../lib/base/errors.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Row, Schema } from "../../../lib/records/data_type.ts";
import { SqliteSink, type SqliteSinkOptions } from "../../../lib/sinks/sqlite_sink.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { tempDir } from "../../support/temp_dir.ts";

const KEYED: Schema = parseColumns("code STRING, d DOUBLE, n BIGINT", "t");

function sinkAt(path: string, options: Partial<SqliteSinkOptions> = {}): SqliteSink {
  return new SqliteSink({
    path,
    table: "t",
    schema: KEYED,
    outputMode: "append",
    zone: UTC,
    keyColumns: [],
    ...options,
  });
}

async function writeBatch(sink: SqliteSink, batchId: number, rows: readonly Row[]): Promise<void> {
  sink.begin({ batchId });
  for (const row of rows) await sink.write({ rowCount: 1, rows: [row] });
  await sink.commit();
}

/** What another program reads. */
function rowsIn(path: string, table = "t"): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}" ORDER BY rowid`).all();
    return rows.map((row) => JSON.stringify(Object.values(row)));
  } finally {
    database.close();
  }
}

/** A row as it should stand in the table. */
const shown = ([code, d, n]: Row) => JSON.stringify([code, Number.isNaN(d) ? "NaN" : d, Number(n)]);

const keys = fc.tuple(
  fc.constantFrom("a", "b", "", "NaN", 'q"', null),
  fc.constantFrom(0, 1.5, NaN, Infinity, null),
);
const batches = fc.array(
  fc.uniqueArray(fc.tuple(keys, fc.bigInt(-9_000_000_000n, 9_000_000_000n)), {
    selector: ([key]) => JSON.stringify(key, (_, value) => Number.isNaN(value) ? "nan" : value as unknown),
    maxLength: 8,
  }).map((rows) => rows.map(([[code, d], n]): Row => [code, d, n])),
  { maxLength: 6 },
);

const NAIVE: Readonly<Record<"append" | "update" | "complete", (batches: readonly Row[][]) => Row[]>> = {
  append: (batches) => batches.flat(),
  complete: (batches) => batches.at(-1) ?? [],
  update: (batches) => {
    const last = new Map<string, Row>();
    for (const row of batches.flat()) last.set(`${row[0] === null} ${String(row[0])} ${String(row[1])}`, row);
    return [...last.values()];
  },
};

for (const outputMode of ["append", "update", "complete"] as const) {
  Deno.test(`A table holds what ${outputMode} mode says, also when the writer is opened anew between batches`, async () => {
    await using place = await tempDir();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (given) => {
        const path = join(place.path, `${runs++}.db`);
        for (const [batchId, rows] of given.entries()) {
          const sink = sinkAt(path, { outputMode, keyColumns: [0, 1] });
          deepEqual(await sink.open("query"), batchId === 0 ? undefined : { batchId: batchId - 1 });
          await writeBatch(sink, batchId, rows);
          await sink.close();
          const expected = NAIVE[outputMode](given.slice(0, batchId + 1)).map(shown);
          deepEqual(rowsIn(path).sort(), expected.sort());
        }
      }),
      { numRuns: 25 },
    );
  });
}

Deno.test("A batch that was written and not committed leaves nothing, and keeps no other program waiting", async () => {
  await using place = await tempDir();
  const path = join(place.path, "out.db");
  const sink = sinkAt(path);
  await sink.open("query");
  await writeBatch(sink, 0, [["a", 1, 1n]]);
  sink.begin({ batchId: 1 });
  await sink.write({ rowCount: 1, rows: [["b", 2, 2n]] });
  const other = new DatabaseSync(path);
  other.exec("PRAGMA busy_timeout = 0; CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')");
  deepEqual(rowsIn(path), ['["a",1,1]']);
  other.exec("BEGIN");
  equal(other.prepare("SELECT count(*) AS n FROM t").get()!["n"], 1);
  await sink.commit();
  // A reader that has begun goes on with what it saw.
  equal(other.prepare("SELECT count(*) AS n FROM t").get()!["n"], 1);
  other.exec("COMMIT");
  other.close();
  deepEqual(rowsIn(path), ['["a",1,1]', '["b",2,2]']);
  sink.begin({ batchId: 2 });
  await sink.write({ rowCount: 1, rows: [["c", 3, 3n]] });
  await sink.close();
  deepEqual(rowsIn(path), ['["a",1,1]', '["b",2,2]']);
});

Deno.test("Tables and columns may be called anything", async () => {
  await using place = await tempDir();
  const path = join(place.path, "out.db");
  const schema: Schema = [
    { name: 'a"b', type: "STRING" },
    { name: "select", type: "INT" },
    { name: "größe, `x`", type: "INT" },
  ];
  const table = 'order "by" 1';
  for (const outputMode of ["update", "complete"] as const) {
    const options = { schema, outputMode, keyColumns: [0, 2], table: `${table} ${outputMode}` };
    const sink = sinkAt(path, options);
    await sink.open("query");
    await writeBatch(sink, 0, [["x", 1, 1]]);
    await writeBatch(sink, 1, [["x", 2, 1]]);
    await sink.close();
    deepEqual(rowsIn(path, options.table), ['["x",2,1]']);
  }
});

Deno.test("The one group of an aggregate without keys takes its own place", async () => {
  await using place = await tempDir();
  const path = join(place.path, "out.db");
  const sink = sinkAt(path, { outputMode: "update" });
  await sink.open("query");
  await writeBatch(sink, 0, [["a", 1, 1n]]);
  await writeBatch(sink, 1, []);
  deepEqual(rowsIn(path), ['["a",1,1]']);
  await writeBatch(sink, 2, [["b", 2, 2n]]);
  await sink.close();
  deepEqual(rowsIn(path), ['["b",2,2]']);
});

Deno.test("Every type stands in the table as text or number that says it all", async () => {
  await using place = await tempDir();
  const path = join(place.path, "out.db");
  const schema: Schema = [
    ...parseColumns("b BOOLEAN, l BIGINT, c DECIMAL(20,2), day DATE, t TIMESTAMP", "t"),
    { name: "w", type: { kind: "STRUCT", fields: parseColumns("start TIMESTAMP, end TIMESTAMP", "t") } },
    { name: "a", type: { kind: "ARRAY", element: "STRING" } },
  ];
  const sink = sinkAt(path, { schema });
  await sink.open("query");
  const time = 1_546_300_620_000_000;
  await writeBatch(sink, 0, [
    [true, 9_007_199_254_740_991n, 100n, 17_896, time, [time, time], ["x", null]],
    new Array<null>(7).fill(null),
  ]);
  await sink.close();
  const iso = "2018-12-31T23:57:00.000Z";
  deepEqual(rowsIn(path).map((row) => JSON.parse(row) as unknown), [
    [1, 9_007_199_254_740_991, "1.00", "2018-12-31", iso, `{"start":"${iso}","end":"${iso}"}`, '["x",null]'],
    new Array(7).fill(null),
  ]);
});

Deno.test("A table of another query, of nobody's, or that another run has gone on with, is left as it is", async () => {
  await using place = await tempDir();
  const path = join(place.path, "out.db");
  const own = new DatabaseSync(path);
  own.exec("CREATE TABLE T (precious); INSERT INTO T VALUES (1)");
  own.close();
  await rejects(
    async () => await sinkAt(path, { outputMode: "complete" }).open("query"),
    /Table t already exists in/,
  );
  deepEqual(rowsIn(path), ["[1]"]);
  const [first, second] = [sinkAt(path, { table: "u" }), sinkAt(path, { table: "u" })];
  await first.open("query");
  await rejects(
    async () => await sinkAt(path, { table: "u" }).open("other"),
    /a different query or checkpoint/,
  );
  await second.open("query");
  await writeBatch(first, 0, [["a", 1, 1n]]);
  await rejects(writeBatch(second, 0, [["a", 1, 1n]]), /a different query or checkpoint/);
  await first.close();
  await second.close();
  deepEqual(rowsIn(path, "u"), ['["a",1,1]']);
});

Deno.test("A table that lacks a column of a changed query is refused as it is, and taken once it has it", async () => {
  await using place = await tempDir();
  const path = join(place.path, "out.db");
  const first = sinkAt(path);
  await first.open("query");
  await writeBatch(first, 0, [["a", 1, 1n]]);
  await first.close();
  const schema = parseColumns("code STRING, d DOUBLE, n BIGINT, more STRING", "t");
  const changed = sinkAt(path, { schema });
  const refused = (error: SfcrimeError) => {
    match(error.message, /Table t in \S+out\.db has no column more\.$/);
    match(
      error.hint!,
      /The columns of the query are code, d, n, more; those of the table are code, d, n\. Add the column/,
    );
    return true;
  };
  throws(() => changed.look("query"), refused);
  const database = new DatabaseSync(path);
  database.exec("ALTER TABLE t ADD COLUMN more TEXT");
  database.close();
  await changed.open("query");
  await writeBatch(changed, 1, [["b", 2, 2n, "x"]]);
  await changed.close();
  deepEqual(rowsIn(path), ['["a",1,1,null]', '["b",2,2,"x"]']);
});

Deno.test("A file that was removed while a batch was written fails the batch", async () => {
  await using place = await tempDir();
  const path = join(place.path, "out.db");
  const sink = sinkAt(path);
  await sink.open("query");
  await Deno.remove(path);
  await rejects(
    writeBatch(sink, 0, [["a", 1, 1n]]),
    /out\.db was removed or replaced while the query was running/,
  );
  await sink.close();
});
