/** The current rows of running queries, over HTTP, are what Spark answers about its memory sink of the same query. */
import { deepEqual, equal, ok } from "assert";
import { rememberedAnswer } from "../support/spark_answers.ts";
import { SparkConnection } from "../support/spark_server.ts";
import { RunningAnalysis } from "../support/running_analysis.ts";
import { tempDir } from "../support/temp_dir.ts";
import { ToldRun, toldUi } from "../support/ui_fixture.ts";

const SCRIPT = new URL("../support/ask_memory_sink.py", import.meta.url).pathname;
const COLUMNS = "id BIGINT, kind STRING, at TIMESTAMP, price DECIMAL(10,2), size INT";
const TIME_ZONE = "America/Los_Angeles";

/** What is asked about the rows. */
interface Question {
  readonly where?: string;
  readonly order?: string;
  readonly limit?: number;
}

/** A query, and what is asked about it. Where no order is given, there is one row, or the query has an order itself. */
interface Asked {
  readonly name: string;
  readonly sql: string;
  readonly mode: "complete" | "update" | "append";
  readonly questions: readonly Question[];
}

const KINDS = ["fire", "O'Farrell St", 'a "quoted" one', "", "back\\slash", "Zoo é ☕", "<b>50%</b>", null];

/** Calls with NULLs in every column but the first; prices are exact, and many of them the same. */
const RECORDS = Array.from({ length: 240 }, (_, id) =>
  JSON.stringify({
    id,
    kind: KINDS[(id * 7) % 11 % KINDS.length],
    at: id % 13 === 0 ? null : new Date(Date.UTC(2018, 10, 4, 7) + id * 61_500).toISOString(),
    price: id % 5 === 0 ? null : ((id * 37) % 1_000 - 300) / 100,
    size: id % 3 === 0 ? null : id % 17,
  }));

const QUERIES: readonly Asked[] = [
  {
    name: "totals",
    sql:
      "SELECT kind, count(*) AS n, sum(price) AS total, avg(price) AS mean, max(at) AS latest, avg(size) AS size " +
      "FROM t GROUP BY kind ORDER BY n DESC, kind",
    mode: "complete",
    questions: [
      {},
      { limit: 3 },
      { where: 'kind = \'O\\\'Farrell St\' OR kind = "a \\"quoted\\" one"' },
      { where: "kind IS NULL OR total > 10.5", order: "total DESC NULLS FIRST, kind" },
      { where: "kind <=> NULL" },
      { where: "kind NOT IN ('fire', NULL)" },
      { order: "kind", limit: 4 },
      { order: "kind DESC NULLS FIRST", limit: 4 },
      { where: "total BETWEEN 30 AND 78.61", order: "total / n DESC, kind" },
      { where: "latest >= TIMESTAMP '2018-11-04 02:00:00'", order: "latest DESC, kind", limit: 5 },
      { where: "kind LIKE '%\\%%' OR kind RLIKE '[^a-z ]'", order: "upper(kind), n" },
      { where: "CASE WHEN size > 7.5 THEN mean ELSE NULL END IS NOT NULL", order: "mean, kind" },
    ],
  },
  {
    name: "groups",
    sql: "SELECT kind, size % 4 AS part, count(price) AS priced, max(price) AS dearest, min(at) AS first " +
      "FROM t GROUP BY kind, size % 4",
    mode: "update",
    questions: [
      { order: "kind, part" },
      { where: "part IS NULL", order: "dearest DESC, kind" },
      { where: "dearest > 6.9 AND kind <> ''", order: "priced DESC, dearest, kind, part", limit: 7 },
      { where: "coalesce(dearest, 0.0) < 1", order: "2 DESC, 1" },
      { where: "hour(first) = 1 AND first < '2018-11-04T09:30:00Z'", order: "first, kind, part" },
    ],
  },
  {
    name: "calls",
    sql: "SELECT id, kind, price, price * size AS cost, at, CAST(at AS DATE) AS day FROM t WHERE id <> 100",
    mode: "append",
    questions: [
      { order: "id" },
      { where: "price IS NULL", order: "id DESC", limit: 5 },
      { where: "cost < 0", order: "cost, id", limit: 20 },
      {
        where: "date_trunc('HOUR', at) = TIMESTAMP '2018-11-04 01:00:00'",
        order: "price DESC NULLS FIRST, id",
      },
      {
        where: "day = DATE '2018-11-04' AND length(kind) > 4",
        order: "length(kind) DESC, kind, at, id",
        limit: 9,
      },
      { where: "concat(kind, '\"', id) LIKE '%\"1_3'", order: "price, id" },
    ],
  },
];

function clauses({ where, order, limit }: Question): string {
  const parts = [["WHERE", where], ["ORDER BY", order], ["LIMIT", limit]] as const;
  return parts.flatMap(([word, text]) => text === undefined ? [] : [`${word} ${text}`]).join(" ");
}

/** The rows that Spark answers with to each question of each query, each as JSON. */
async function sparkRows(): Promise<string[][][]> {
  const asked = {
    lines: RECORDS,
    columns: COLUMNS,
    time_zone: TIME_ZONE,
    queries: QUERIES.map(({ name, sql, mode, questions }) => ({
      name,
      sql,
      // The sink keeps each update; the last ones of all groups are those of complete mode.
      output_mode: mode === "update" ? "complete" : mode,
      questions: questions.map(clauses),
    })),
  };
  return await rememberedAnswer([await Deno.readTextFile(SCRIPT), asked], async () => {
    await using directory = await tempDir();
    await using spark = await SparkConnection.open();
    const path = await directory.write("asked.json", JSON.stringify(asked));
    return JSON.parse(await spark.ask({ script: SCRIPT, args: [path] })) as string[][][];
  });
}

/** Parses JSON with numbers as their texts, which 1.5 and 1.50 are two of. */
function exact(text: string): unknown {
  return JSON.parse(
    text,
    (_, value, context?: { readonly source?: string }) =>
      typeof value === "number" ? { number: context!.source } : value,
  );
}

Deno.test("The rows over HTTP are Spark's answers about the same rows: filtered, in the same order, with the same limit", async () => {
  const spark = await sparkRows();
  await using running = await RunningAnalysis.start({
    topics: { t: 2 },
    settings: {
      "stream.t.topic": "t",
      "stream.t.columns": COLUMNS,
      "analyze.time_zone": TIME_ZONE,
      "analyze.sink": "none",
      ...Object.fromEntries(QUERIES.flatMap(({ name, sql, mode }) => [
        [`query.${name}.sql`, sql],
        [`query.${name}.output_mode`, mode],
      ])),
    },
  });
  await running.append("t", RECORDS.slice(0, 100));
  await running.append("t", RECORDS.slice(100), { partition: 1 });
  for (const [index, { name, mode, questions }] of QUERIES.entries()) {
    await running.hasRead(name, RECORDS.length);
    await using ui = await toldUi({ run: new ToldRun(name) });
    await ui.listener.started?.({ runId: "run-1", queries: [running.query(name)] });
    for (const [number, question] of questions.entries()) {
      const expected = spark[index]![number]!;
      const { limit = RECORDS.length, ...texts } = question;
      const parameters = new URLSearchParams({ ...texts, limit: String(limit) });
      const answer = await fetch(`${ui.url}/api/queries/${name}/rows?${parameters}`);
      const text = await answer.text();
      equal(answer.status, 200, `${clauses(question)}: ${text}`);
      const { rows, truncated, total } = exact(text) as {
        readonly rows: readonly unknown[][];
        readonly truncated: boolean;
        readonly total: { readonly number: string };
      };
      const sparks = expected.map((row) => Object.values(exact(row) as Record<string, unknown>));
      deepEqual(rows, sparks, `${mode}: ${clauses(question)}`);
      ok(truncated ? rows.length === limit : Number(total.number) === rows.length);
    }
  }
});
