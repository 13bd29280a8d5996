/** By what a group is known in a result, and which sinks are refused a query. */
import { deepEqual, doesNotThrow, match, throws } from "assert";
import type { SfcrimeError } from "../../../lib/base/errors.ts";
import type { SinkSpec } from "../../../lib/config/values/values.ts";
import { checkSink, type SinkChoice } from "../../../lib/sinks/check_sink.ts";
import { groupKeyOf } from "../../../lib/sinks/rows/group_key.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import type { OutputMode, QueryPlan } from "../../../lib/sql/plan.ts";
import { planOf } from "../../support/plan_run.ts";

const SCHEMA = parseColumns("code STRING, n INT, t TIMESTAMP", "t");
const WATERMARK = { column: "t", delayMs: 60_000 };

function plan(sql: string, outputMode: OutputMode = "update"): QueryPlan {
  return planOf({ sql, schema: SCHEMA, outputMode, timeZone: "UTC", watermark: WATERMARK });
}

/** The names of the columns that are the key. */
function keyOf(sql: string, outputMode?: OutputMode): string[] | undefined {
  const { output, ...rest } = plan(sql, outputMode);
  return groupKeyOf({ output, ...rest })?.map(({ column }) => output[column]!.name);
}

Deno.test("A group is known by all its keys, in their order; a window by itself, its start or its end", () => {
  const by = "GROUP BY window(t, '5 minutes'), code";
  deepEqual(keyOf("SELECT count(*) AS c, code FROM t GROUP BY code"), ["code"]);
  deepEqual(keyOf(`SELECT code AS k, window AS w, count(*) AS c FROM t ${by}`), ["w", "k"]);
  deepEqual(keyOf(`SELECT window.end AS e, window.start AS s, code, count(*) AS c FROM t ${by}`), [
    "s",
    "code",
  ]);
  deepEqual(keyOf(`SELECT window.end AS e, code, count(*) AS c FROM t ${by}`), ["e", "code"]);
  deepEqual(keyOf(`SELECT code, count(*) AS c FROM t ${by}`), undefined);
  deepEqual(keyOf(`SELECT window.start AS s, upper(code) AS code, count(*) AS c FROM t ${by}`), undefined);
  deepEqual(keyOf("SELECT code FROM t", "append"), undefined);
});

Deno.test("A session is known by its start, and not by its end, which moves", () => {
  const by = "GROUP BY session_window(t, '5 minutes'), code";
  deepEqual(keyOf(`SELECT session_window.start AS s, code FROM t ${by}`, "append"), ["s", "code"]);
  deepEqual(keyOf(`SELECT session_window.end AS e, code FROM t ${by}`, "append"), undefined);
});

const FILES: readonly SinkSpec[] = (["json", "csv", "parquet"] as const).map((kind) => ({
  kind,
  path: "out",
}));
const SQLITE: SinkSpec = { kind: "sqlite", path: "out" };
const KAFKA: SinkSpec = { kind: "kafka", topic: "out" };

function check(spec: SinkSpec, checked: QueryPlan, options: Partial<SinkChoice> = {}): void {
  checkSink({ spec, plan: checked, partitionBy: [], tombstones: false, ...options });
}

Deno.test("Columns of one name, in any case, are refused where a reader could not tell them apart", () => {
  const twice = plan("SELECT code, n AS Code FROM t", "append");
  for (const spec of [...FILES, SQLITE]) {
    throws(() => check(spec, twice), /duplicate column name Code/);
  }
  doesNotThrow(() => check({ kind: "ndjson" }, twice));
});

Deno.test("CSV has no structures, as in Spark; the refusal names the column, its type and what to select instead", () => {
  const csv = FILES.find(({ kind }) => kind === "csv")!;
  const windows = plan("SELECT window(t, '1 hour') AS w, count(*) AS c FROM t GROUP BY 1");
  throws(() => check(csv, windows), (error: SfcrimeError) => {
    match(error.message, /CSV has no column of type STRUCT<start: TIMESTAMP, end: TIMESTAMP>, as w is\.$/);
    match(error.hint!, /its fields, such as w\.start, or to_json\(w\)/);
    return true;
  });
  for (const expression of ["array(n)", "map(code, n)", "named_struct('a', struct(n))"]) {
    const nested = plan(`SELECT code, ${expression} AS x FROM t`, "append");
    throws(() => check(csv, nested), /CSV has no column of type [A-Z]+<.*as x is/);
    for (const spec of [...FILES.filter(({ kind }) => kind !== "csv"), SQLITE, KAFKA]) {
      doesNotThrow(() => check(spec, nested));
    }
  }
  doesNotThrow(() => check(csv, plan("SELECT CAST(n AS DECIMAL(9,2)) AS d, X'00' AS b FROM t", "append")));
});

Deno.test("A table cannot take the name of one of SQLite's own, or of the sink's", () => {
  for (const name of ["sqlite_x", "SFCRIME_batches"]) {
    throws(
      () => check(SQLITE, { ...plan("SELECT code FROM t", "append"), name }),
      /that name is reserved/,
    );
  }
});

Deno.test("Rows of groups that cannot be told apart are refused where one takes the place of another", () => {
  const hidden = plan("SELECT count(*) AS c FROM t GROUP BY code");
  throws(() => check(SQLITE, hidden), /not all GROUP BY columns are selected/);
  doesNotThrow(() => check(SQLITE, plan("SELECT count(*) AS c FROM t GROUP BY code", "complete")));
  doesNotThrow(() => check(KAFKA, hidden));
  doesNotThrow(() => check(SQLITE, plan("SELECT count(*) AS c FROM t")));
  doesNotThrow(() => check(SQLITE, plan("SELECT code FROM t")));
});

Deno.test("Tombstones need update mode, groups that end, and their keys", () => {
  const tombstones = true;
  const windows = "FROM t GROUP BY window(t, '5 minutes')";
  throws(
    () => check(KAFKA, plan("SELECT code, count(*) AS c FROM t GROUP BY code"), { tombstones }),
    /tombstones need/,
  );
  throws(
    () => check(KAFKA, plan(`SELECT window, count(*) AS c ${windows}`, "append"), { tombstones }),
    /tombstones need/,
  );
  throws(
    () => check(KAFKA, plan(`SELECT count(*) AS c ${windows}`), { tombstones }),
    /not all GROUP BY columns/,
  );
  doesNotThrow(() => check(KAFKA, plan(`SELECT window, count(*) AS c ${windows}`), { tombstones }));
  doesNotThrow(() => check({ kind: "console" }, plan(`SELECT count(*) AS c ${windows}`), { tombstones }));
});
