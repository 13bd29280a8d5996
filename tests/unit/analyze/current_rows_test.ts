/** The current rows of running queries, as whoever shows them asks for them. */
import { deepEqual, equal, match, ok, rejects } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { RowsAnswer, RowsRequest } from "../../../lib/monitoring/view/current_rows.ts";
import { jsonRowWriter } from "../../support/json_row_writer.ts";
import { randomFrom } from "../../support/random.ts";
import { RunningAnalysis } from "../../support/running_analysis.ts";

interface Call {
  readonly id: number;
  readonly kind: string | null;
  readonly at: string;
  readonly size: number;
}

const KINDS = ["fire", "theft", "noise", "alarm, silent", 'a "quoted" one', null];
const HOUR_MS = 3_600_000;

function calls(count: number, from = 0): Call[] {
  const next = randomFrom(7 + from);
  return Array.from({ length: count }, (_, index): Call => ({
    id: from + index,
    kind: KINDS[Math.floor(next() * KINDS.length)]!,
    at: new Date(Date.UTC(2018, 11, 31) + (from + index) * 60_000).toISOString(),
    size: Math.floor(next() * 1_000),
  }));
}

const SETTINGS = {
  "stream.t.topic": "t",
  "stream.t.columns": "id BIGINT, kind STRING, at TIMESTAMP, size INT",
  "stream.t.watermark": "at 1 hour",
  "query.totals.sql":
    "SELECT kind, count(*) AS n, sum(size) AS total FROM t GROUP BY kind ORDER BY n DESC, kind",
  "query.totals.output_mode": "complete",
  "query.totals.sink": "none",
  "query.hours.sql":
    "SELECT window(at, '1 hour') AS w, kind, count(*) AS n FROM t GROUP BY 1, 2 HAVING count(*) > 1",
  "query.hours.output_mode": "update",
  "query.hours.sink": "none",
  "query.large.sql": "SELECT id, kind, at, size, split(kind, ', ') AS words FROM t WHERE size >= 500",
  "query.large.sink": "none",
};

/** The rows of an answer as JSON, as the sinks write them. */
function textsOf({ columns, rows }: RowsAnswer): string[] {
  const write = jsonRowWriter(columns, UTC);
  return rows.map((row) => write([...row]));
}

async function read(running: RunningAnalysis, query: string, request: Partial<RowsRequest> = {}) {
  return await running.rows(query).read({ limit: 1_000, ...request });
}

function totalsOf(all: readonly Call[]) {
  const groups = Map.groupBy(all, ({ kind }) => kind);
  return [...groups].map(([kind, of]) => ({
    kind,
    n: of.length,
    total: of.reduce((sum, { size }) => sum + size, 0),
  })).sort((left, right) =>
    right.n - left.n || (left.kind === null ? -1 : right.kind === null ? 1 : left.kind < right.kind ? -1 : 1)
  );
}

Deno.test("In complete mode the rows are the whole result, filtered, sorted and limited as a naive query does it", async () => {
  await using running = await RunningAnalysis.start({ topics: { t: 2 }, settings: SETTINGS });
  const all = calls(300);
  await running.append("t", all.slice(0, 150));
  await running.append("t", all.slice(150), { partition: 1 });
  await running.hasRead("totals", 300);
  const result = totalsOf(all);
  const whole = await read(running, "totals");
  deepEqual(textsOf(whole), result.map((row) => JSON.stringify(row)));
  deepEqual(
    { kind: whole.kind, total: whole.total, truncated: whole.truncated },
    { kind: "result", total: result.length, truncated: false },
  );
  const some = await read(running, "totals", {
    where: "n > 10 AND kind IS NOT NULL -- a comment",
    order: "total DESC, kind",
    limit: 2,
  });
  const naive = result.filter(({ n, kind }) => n > 10 && kind !== null)
    .sort((left, right) => right.total - left.total || (left.kind! < right.kind! ? -1 : 1));
  deepEqual(textsOf(some), naive.slice(0, 2).map((row) => JSON.stringify(row)));
  deepEqual([some.total, some.truncated], [naive.length, true]);
  deepEqual(
    textsOf(await read(running, "totals", { order: "3, upper(totals.kind) DESC" })),
    result.toSorted((left, right) => left.total - right.total).map((row) => JSON.stringify(row)),
  );
});

Deno.test("In update mode the rows are the groups that the watermark has left in state, with HAVING applied", async () => {
  await using running = await RunningAnalysis.start({ topics: { t: 1 }, settings: SETTINGS });
  const all = calls(400);
  await running.append("t", all);
  await running.hasRead("hours", 400);
  // The watermark of the first batch evicts in the one after it.
  const batchId = Math.max(
    ...running.progress.filter(({ query }) => query === "hours").map((it) => it.batchId),
  );
  const evicted = running.progress.filter(({ query }) => query === "hours").at(-1)!.watermarkMs ?? -Infinity;
  const groups = [...Map.groupBy(all, ({ at, kind }) => JSON.stringify([at.slice(0, 13), kind]))]
    .map(([, of]) => ({
      ms: Date.parse(`${of[0]!.at.slice(0, 13)}:00:00Z`),
      kind: of[0]!.kind,
      n: of.length,
    }))
    .filter(({ ms, n }) => ms + HOUR_MS > evicted && n > 1);
  const answer = await read(running, "hours", {
    where: "w.start >= TIMESTAMP '2018-12-31 02:00:00'",
    order: "w.end, n, kind",
  });
  equal(answer.kind, "state");
  ok(answer.batchId! >= batchId);
  const from = Date.UTC(2018, 11, 31, 2);
  const naive = groups.filter(({ ms }) => ms >= from)
    .sort((left, right) =>
      left.ms - right.ms || left.n - right.n ||
      (left.kind === null ? -1 : right.kind === null ? 1 : left.kind < right.kind ? -1 : 1)
    );
  deepEqual(
    answer.rows.map(([w, kind, n]) => [(w as readonly number[])[0]! / 1_000, kind, n]),
    naive.map(({ ms, kind, n }) => [ms, kind, BigInt(n)]),
  );
});

for (const sink of ["none", "console", "ndjson", "sqlite"]) {
  Deno.test(`The last rows that a query without groups has emitted to ${sink} are there, newest first`, async () => {
    await using running = await RunningAnalysis.start({
      topics: { t: 2 },
      settings: {
        ...SETTINGS,
        "query.large.sink": sink === "sqlite" ? "sqlite:{dir}/rows.db" : sink,
        "analyze.max_offsets_per_trigger": "1500",
      },
    });
    const all = calls(4_000);
    await running.append("t", all.slice(0, 2_500));
    await running.append("t", all.slice(2_500), { partition: 1 });
    await running.hasRead("large", 4_000);
    const answer = await read(running, "large");
    const large = (of: readonly Call[]) => of.filter(({ size }) => size >= 500).map(({ id }) => id).reverse();
    equal(answer.kind, "recent");
    const ids = answer.rows.map(([id]) => Number(id));
    // Rows of one partition are in its order; all of them are large ones, and there are as many as are kept.
    deepEqual(
      ids.filter((id) => id >= 2_500),
      large(all.slice(2_500)).slice(0, ids.filter((id) => id >= 2_500).length),
    );
    deepEqual(
      ids.filter((id) => id < 2_500),
      large(all.slice(0, 2_500)).slice(0, ids.filter((id) => id < 2_500).length),
    );
    equal(ids.length, 1_000);
    const [id, kind, at, size, words] = answer.rows[0]!;
    const call = all[Number(id)]!;
    deepEqual([kind, at, size, words], [
      call.kind,
      Date.parse(call.at) * 1_000,
      call.size,
      call.kind?.split(", ") ?? null,
    ]);
    await running.append("t", [{ id: 9_999, size: 1_000 }]);
    await running.hasRead("large", 4_001);
    deepEqual((await read(running, "large", { limit: 1 })).rows, [[9_999n, null, null, 1_000, null]]);
    const found = await read(running, "large", { where: "array_contains(words, 'silent')", order: "id" });
    const all1000 = (await read(running, "large")).rows;
    deepEqual(
      found.rows,
      all1000.filter((row) => row[1] === "alarm, silent").toSorted((a, b) => Number(a[0]) - Number(b[0])),
    );
  });
}

Deno.test("The rows of an answer are those that the sink has of that batch", async () => {
  await using running = await RunningAnalysis.start({
    topics: { t: 1 },
    settings: { ...SETTINGS, "query.totals.sink": "ndjson", "query.large.sink": "ndjson" },
  });
  for (let round = 0; round < 5; round++) {
    await running.append("t", calls(50, round * 50));
    const answer = await read(running, "totals");
    const lines = running.stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    const ofBatch = lines.filter(({ query, batchId }) => query === "totals" && batchId === answer.batchId)
      .map(({ query: _query, batchId: _batchId, ...row }) => JSON.stringify(row));
    // Nothing has been read before the first batch.
    deepEqual(textsOf(answer), ofBatch);
    await running.hasRead("totals", (round + 1) * 50);
  }
});

Deno.test("A read during a batch waits for its end, and equal reads share one pass", async () => {
  const inBatch = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let waits = true;
  await using running = await RunningAnalysis.start({
    topics: { t: 1 },
    settings: SETTINGS,
    listener: {
      step: async ({ query, step }) => {
        if (query !== "totals" || step !== 2 || !waits) return;
        inBatch.resolve();
        await goOn.promise;
      },
    },
  });
  await inBatch.promise;
  const answers = Array.from({ length: 20 }, () => read(running, "totals"));
  let answered = 0;
  for (const answer of answers) void answer.then(() => answered++);
  await new Promise((resolve) => setTimeout(resolve));
  equal(answered, 0);
  waits = false;
  goOn.resolve();
  const all = await Promise.all(answers);
  equal(all[0]!.batchId, 0);
  ok(all.every((answer) => answer === all[0]));
});

Deno.test("A wrong condition, order or limit is refused in the planner's words, and the query goes on", async () => {
  await using running = await RunningAnalysis.start({ topics: { t: 1 }, settings: SETTINGS });
  const refused: readonly (readonly [Partial<RowsRequest>, RegExp, string])[] = [
    [{ where: "m > 1" }, /line 2, column 7: column m cannot be resolved/, "SQL"],
    [{ where: "n >" }, /syntax error at end of input/, "SQL"],
    [{ where: "n" }, /requires BOOLEAN, but got BIGINT/, "SQL"],
    [{ where: "count(*) > 1" }, /aggregate functions are not allowed here/, "SQL"],
    [{ where: "n > 1 LIMIT 5" }, /only a condition is allowed here/, "SQL"],
    [{ where: "n > 1 GROUP BY n" }, /only a condition is allowed here/, "SQL"],
    [{ where: "n > 1 UNION ALL SELECT * FROM t" }, /only a condition is allowed here/, "SQL"],
    [{ order: "n LIMIT 5" }, /only an order is allowed here/, "SQL"],
    [{ order: "4" }, /position 4 is not in the SELECT list/, "SQL"],
    [{ limit: 0 }, /limit: 0 is not a whole number from 1 to 10,000/, "USAGE"],
    [{ limit: 1.5 }, /limit: 1.5 is not/, "USAGE"],
  ];
  for (const [request, message, code] of refused) {
    await rejects(read(running, "totals", request), (error: SfcrimeError) => {
      match(error.message, message);
      equal(error.code, code);
      return true;
    });
  }
  await running.append("t", calls(10));
  await running.hasRead("totals", 10);
  await rejects(read(running, "totals", { where: "cast(kind AS INT) = 1" }), { code: "SQL" });
  equal((await read(running, "totals")).rows.length, totalsOf(calls(10)).length);
});

Deno.test("Reads that wait when the run ends are refused", async () => {
  await using running = await RunningAnalysis.start({ topics: { t: 1 }, settings: SETTINGS });
  await running.end();
  await rejects(read(running, "totals"), /Query totals is not running any more/);
});
