import { deepEqual, ok } from "assert";
import { refusalsOf } from "../../fuzz/refusals.ts";
import { randomScenario } from "../../fuzz/streams/scenario.ts";

/** How many of 100 have a form at least. */
type Forms = Readonly<Record<string, readonly [form: RegExp, percent: number]>>;

const ALIASED = / AS (\w+), count\(\*\) AS n, .*/.source;

const QUERY_FORMS: Forms = {
  "an alias that is the name of a grouped column": [
    new RegExp(`${ALIASED} GROUP BY (?:\\w+, )?\\1(?:,| HAVING)`),
    2,
  ],
  "an alias that is the name of a column inside a compound key": [
    new RegExp(`${ALIASED} GROUP BY (?!\\1\\b)[^,]*\\W\\1\\W.* HAVING`),
    0.5,
  ],
  "an alias that is the name of the aggregated column": [/(?:max|min)\((\w+)\) AS \1, .* HAVING/, 0.5],
  "an alias in HAVING": [new RegExp(`${ALIASED} HAVING .*\\b\\1\\b`), 5],
  "a qualified column in HAVING": [/ HAVING .*\b[tw]\.\w/, 0.5],
  "an alias in HAVING and in ORDER BY": [new RegExp(`${ALIASED} HAVING .*\\b\\1\\b.* ORDER BY \\1\\b`), 0.5],
  "one stream in several branches": [/FROM ([tu])\b.* UNION ALL .*FROM \1\b/, 10],
  "one stream in four branches": [/FROM ([tu])\b(?:.* UNION ALL .*FROM \1\b){3}/, 1],
  "a branch without rows": [/ UNION ALL .*WHERE (?:false|1 > 2)/, 2],
  "two streams, one of which is in several branches": [/FROM ([tu])\b.*FROM \1\b.*FROM (?!\1)[tu]\b/, 1],
  "branches of a query of WITH": [/^WITH v AS .*FROM v.* UNION ALL /, 1],
  "a window over another time than the event time": [/ window\((?:t\.|w\.)?e,/, 1],
  "a time far away as a key": [/ GROUP BY .*\be\b/, 2],
  "a query over tables as a value": [/[ (,]\((?:SELECT|VALUES)[^()]*\([^()]*\)[^()]*\) (?:AS|,|FROM)/, 1],
  "IN with a query over tables": [/ IN \((?:SELECT|VALUES) /, 5],
  "EXISTS with a query over tables": [/EXISTS \(SELECT /, 1],
  "a query over tables in the place of a table": [/ JOIN (?:\(|VALUES)[^)]*.* AS codes \(/, 4],
  "VALUES, joined": [/JOIN VALUES /, 0.5],
  "UNION, INTERSECT or EXCEPT of tables": [/FROM codes (?:UNION|INTERSECT|EXCEPT) /, 2],
  "a table before the stream": [/FROM codes (?:RIGHT )?JOIN|AS codes \(k, label, rank\) (?:RIGHT )?JOIN/, 1],
  "a generator of a column": [/LATERAL VIEW(?: OUTER)? \w+\((?:[tu]\.)?(?:items|attrs|dev)\b/, 2],
  "a generator in the list of columns": [/ AS \((?:x|place), \w+\)/, 1],
  "a generator of groups": [/ GROUP BY .* LATERAL VIEW explode\(array\(n,/, 1],
  "ROLLUP, CUBE or GROUPING SETS": [/ GROUP BY .*(?:ROLLUP|CUBE|GROUPING SETS)\b/, 1.5],
  "GROUP BY ALL": [/ GROUP BY ALL\b/, 2],
  "an INTERVAL as a key": [/\bp\)? AS g\d| GROUP BY .*\bp\b/, 1],
  "a TIMESTAMP_NTZ as a key": [/\bz\)? AS g\d| GROUP BY .*\bz\b/, 1],
  "a structure as a key": [/ GROUP BY .*\b(?:dev|items)\b(?![.])/, 1],
  "a MAP as a key": [/ GROUP BY (?:\w+\.)?attrs(?:,|$|\))/, 0.2],
  "a sum of INTERVALs": [/(?:sum|avg|mean)\((?:\w+\.)?p\)/, 1],
  "WITHIN GROUP": [/WITHIN GROUP/, 3],
  "WITHIN GROUP with FILTER": [/WITHIN GROUP \([^)]*\) FILTER/, 0.2],
  "an aggregate by the order of rows": [/ AS o\b/, 0.5],
  "groups that are joined with a table": [/ GROUP BY .*\) AS x (?:LEFT )?(?:SEMI )?JOIN /, 1],
  "groups of groups": [/ GROUP BY .* GROUP BY /, 5],
  "a join of streams over rows of a generator": [/LATERAL VIEW .*\br (?:ON|USING)\b/, 0.5],
  "a join of streams with a table below it": [/JOIN .*codes.*\br (?:ON|USING)\b/, 0.5],
  "a join of streams USING their times": [/ r USING \(k, at\)/, 0.2],
};

/** Over the declarations of the streams of a scenario. */
const STREAM_FORMS: Forms = {
  "records of CSV": [/"format":"csv"/, 10],
  "records of text": [/"format":"text"/, 10],
  "keys of JSON": [/"key_format":"json"/, 20],
  "the time of Kafka as the event time": [/at TIMESTAMP METADATA FROM 'timestamp'/, 20],
  "computed columns": [/ AS \(from_json/, 10],
};

const RECORD_FORMS: Forms = {
  "event times before the epoch": [/"at":"(?:19[0-6]|1[0-8]|0)/, 5],
  "event times far ahead": [/"at":"(?:2[2-9]|9)/, 10],
  "year 1, and the microsecond before it": [/"0001-01-01.00:00:00\.000|"0000-12-31.23:59:59\.999/, 5],
  "the first year of the Gregorian calendar": [/1582-10-1/, 5],
  "the 17th century": [/"16\d\d-/, 5],
  "microseconds that end as doubles": [/1684-07-28.00:12:2|2255-06-05.23:47:3/, 10],
  "microseconds around the epoch": [/1969-12-31.23:59:59\.99999|1970-01-01.00:00:00\.00000/, 5],
  "the last microsecond of 2999": [/2999-12-31.23:59:59\.999999/, 5],
  "the last microsecond of 9999": [/9999-12-31.23:59:59\.999999/, 10],
  "year 10000": [/"\+10000-/, 5],
  "the ends of TIMESTAMP": [/-290308-12-21|\+294247-01-10/, 2],
};

/** Over the batches, and the triggers of the runs that go on. */
const RUN_FORMS: Forms = {
  "once goes on": [/(?:restart|crash) once/, 15],
  "available-now goes on": [/(?:restart|crash) available-now/, 15],
  "processing-time goes on": [/(?:restart|crash) processing-time/, 15],
  "once goes on with nothing new": [/restart once(?: restart|$)/, 3],
  "available-now goes on with nothing new": [/restart available-now(?: restart|$)/, 3],
  "processing-time goes on with nothing new": [/restart processing-time(?: restart|$)/, 3],
  "processing-time goes on with several batches": [/restart processing-time batch batch/, 3],
  "available-now goes on with several batches": [/restart available-now batch batch/, 0.2],
  "a batch that was not committed": [/crash/, 3],
  "a batch of one of two streams": [/restart (?:once|available-now) part/, 0.5],
};

const scenarios = Array.from({ length: 1_000 }, (_, seed) => randomScenario(seed + 1));
const queries = scenarios.flatMap(({ queries }) => Object.values(queries));

/** The forms that come up too rarely, with their share. */
function rare(forms: Forms, texts: readonly string[]): string[] {
  return Object.entries(forms).flatMap(([name, [form, least]]) => {
    const percent = texts.filter((text) => form.test(text)).length * 100 / texts.length;
    return percent < least ? [`${name}: ${percent} of 100, instead of ${least}`] : [];
  });
}

Deno.test("Each form of query comes up often enough among 4,000 random ones, in each output mode", () => {
  const sql = queries.map((query) => query.sql);
  deepEqual(rare(QUERY_FORMS, sql), []);
  for (const mode of ["append", "update", "complete"]) {
    const branches = queries.filter((query) =>
      query.output_mode === mode && query.sql.includes(" UNION ALL ")
    );
    ok(branches.length > sql.length / 50, `several branches in ${mode} mode`);
  }
});

Deno.test("Each form of record comes up often enough in 1,000 random streams", () => {
  deepEqual(rare(STREAM_FORMS, scenarios.map(({ streams }) => JSON.stringify(streams))), []);
});

Deno.test("Each form of time comes up often enough in 1,000 random streams", () => {
  const records = scenarios.map(({ batches }) => JSON.stringify(batches).replaceAll("\\", ""));
  deepEqual(rare(RECORD_FORMS, records), []);
});

Deno.test("Runs go on with each trigger, and with and without new records, often enough in 1,000 random streams", () => {
  const runs = scenarios.map(({ batches, streams }) =>
    batches.map((batch) => {
      if (typeof batch === "string") return batch;
      return Object.keys(batch).length < Object.keys(streams).length ? "part" : "batch";
    }).join(" ")
  );
  deepEqual(rare(RUN_FORMS, runs), []);
});

Deno.test("At most one of 100 random queries is refused", async () => {
  const refusals = await Promise.all(scenarios.slice(0, 100).map(refusalsOf));
  const refused = refusals.flatMap((each) => [...each.values()]);
  ok(refused.length <= 4, refused.join("\n"));
});
