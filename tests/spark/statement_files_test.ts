/** How the files of Spark's SQL query tests are read, shown on statements of our own. */
import { deepEqual, equal, throws } from "assert";
import type { Row } from "../../lib/records/data_type.ts";
import { readAnswers } from "./statements/answer_file.ts";
import { runStatement } from "./statements/engine.ts";
import { isSelect } from "./statements/rewrite.ts";
import { Session } from "./statements/session.ts";
import { Settings } from "./statements/settings.ts";

const FILE = `-- Automatically generated
-- !query
SELECT 1,
  'a'
-- !query schema
struct<1:int,a:string>
-- !query output
1	a


-- !query
SELECT nothing
-- !query schema
struct<>
-- !query output
org.apache.spark.sql.catalyst.ExtendedAnalysisException
{
  "errorClass" : "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
  "sqlState" : "42703"
}


-- !query
CREATE TABLE t (a INT) USING parquet
-- !query schema
struct<>
-- !query output

`;

Deno.test("A file of answers has each statement with Spark's result, or the class of its error", () => {
  deepEqual(readAnswers("a.sql.out", FILE).map(({ number, sql, answer }) => [number, sql, answer]), [
    [1, "SELECT 1,\n  'a'", { kind: "result", schema: "struct<1:int,a:string>", rows: "1\ta" }],
    [2, "SELECT nothing", { kind: "error", errorClass: "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION" }],
    [3, "CREATE TABLE t (a INT) USING parquet", { kind: "result", schema: "struct<>", rows: "" }],
  ]);
  throws(() => readAnswers("a.sql.out", "-- made\n-- !query\nSELECT 1\n"), /a\.sql\.out: section 1/);
});

Deno.test("A SELECT is one also with WITH, as VALUES and in parentheses, but not where it changes a table", () => {
  const selects = [
    "SELECT 1",
    "-- why\nselect 'INSERT'",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "(SELECT 1)",
    "VALUES (1)",
  ];
  const others = [
    "CREATE VIEW v AS SELECT 1",
    "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
    "SHOW TABLES",
  ];
  deepEqual(selects.map(isSelect), selects.map(() => true));
  deepEqual(others.map(isSelect), others.map(() => false));
});

/** The rows of a statement over relations that other statements have made. */
async function rowsOf(sql: string, before: readonly string[] = []): Promise<readonly Row[]> {
  const session = new Session(new Map());
  for (const statement of before) await session.follow(statement, "UTC");
  return (await runStatement(sql, session.relations, "UTC")).rows;
}

Deno.test("A statement reads one row, the rows that it lists, and those of views and tables made before", async () => {
  deepEqual(await rowsOf("SELECT 1 + 1"), [[2]]);
  deepEqual(await rowsOf("VALUES (1, 'a'), (2, 'b')"), [[1, "a"], [2, "b"]]);
  deepEqual(await rowsOf("SELECT b FROM VALUES (1, 'a'), (2, NULL) AS t(a, b) WHERE a > 1"), [[null]]);
  deepEqual(await rowsOf("SELECT max(x) FROM (VALUES 1, 2.5) t(x)"), [[25n]]);
  deepEqual(await rowsOf("SELECT id FROM range(1, 6, 2)"), [[1n], [3n], [5n]]);
  const view = "CREATE OR REPLACE TEMPORARY VIEW v (a) AS SELECT * FROM VALUES (1), (2)";
  deepEqual(await rowsOf("SELECT sum(a) FROM V", [view]), [[3n]]);
  const table = [
    "CREATE TABLE t (a BIGINT, b STRING) USING parquet",
    "INSERT INTO t VALUES (1, 'x'), (2, NULL)",
  ];
  deepEqual(await rowsOf("SELECT * FROM t", table), [[1n, "x"], [2n, null]]);
});

Deno.test("A relation that was changed in a way that is not followed is not there, nor are views of it", async () => {
  const made = [
    "CREATE TABLE t (a INT) USING parquet",
    "CREATE VIEW v AS SELECT a FROM t",
    "CREATE VIEW w AS SELECT a FROM v",
  ];
  deepEqual(await rowsOf("SELECT * FROM w", made), []);
  for (
    const change of [
      "ALTER TABLE t ADD COLUMN b INT",
      "DROP TABLE t",
      "EXECUTE IMMEDIATE 'DROP TABLE t'",
      "USE other",
    ]
  ) {
    const error = await rowsOf("SELECT * FROM w", [...made, change]).catch(String);
    equal(error, "Error: w", change);
  }
});

Deno.test("A setting that may change a statement, and that the program does not have, is named", () => {
  const settings = new Settings(
    "a.sql.out",
    "--SET spark.sql.optimizer.x=1, spark.sql.session.timeZone=UTC\nSELECT 1;",
  );
  deepEqual([settings.timeZone, settings.unlike("SELECT 1")], ["UTC", undefined]);
  equal(settings.apply("SELECT 1"), false);
  equal(settings.apply("SET spark.sql.ansi.enabled = false"), true);
  equal(settings.unlike("SELECT 1"), "spark.sql.ansi.enabled=false");
  settings.apply("set spark.sql.ansi.enabled=true");
  settings.apply("SET spark.sql.groupByOrdinal=false");
  deepEqual(["SELECT 1", "SELECT a FROM t GROUP BY 1"].map((sql) => settings.unlike(sql)), [
    undefined,
    "spark.sql.groupByOrdinal=false",
  ]);
  equal(new Settings("nonansi/a.sql.out", "").unlike("SELECT 1"), "spark.sql.ansi.enabled=false");
});
