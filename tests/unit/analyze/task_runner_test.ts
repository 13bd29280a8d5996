/** How much a worker makes of what it reads before it hands it over. */
import { deepEqual, equal, ok, rejects } from "assert";
import {
  CHUNK_BYTES_MAX,
  CHUNK_ROWS_MAX,
  LATE_CHARACTERS_MAX,
  RECORD_ROWS_MAX,
  TURN_EVERY_MS,
} from "../../../lib/base/bounds.ts";
import type { LateRecord } from "../../../lib/monitoring/late_rows/late_record.ts";
import type { QueryPartial, TaskPart, WorkerSetup } from "../../../lib/analyze/workers/messages.ts";
import { EventLoopTurns } from "../../../lib/analyze/workers/local/event_loop_turns.ts";
import { type TaskBounds, type TaskOutput, TaskRunner } from "../../../lib/analyze/workers/task_runner.ts";
import type { Reader } from "../../../lib/broker/broker.ts";
import { type Codec, CODECS } from "../../../lib/broker/record_batch/codecs.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import type { Row, Schema } from "../../../lib/records/data_type.ts";
import type { RowChunk } from "../../../lib/sinks/sink.ts";
import { analyzeQuery } from "../../../lib/sql/analyze.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { BY_TEXT, groupsOf } from "../../support/pool_fixture.ts";

const STREAM: Schema = [{ name: "k", type: "STRING" }, { name: "at", type: "TIMESTAMP" }];
const TABLE: Schema = [{ name: "k", type: "STRING" }, { name: "n", type: "INT" }];

interface Work {
  readonly sql: string;
  readonly records: readonly { readonly k: string; readonly at?: string }[];
  readonly table?: readonly Row[];
  readonly mode?: "append" | "update";
  readonly codec?: Codec;
  readonly lateMs?: number;
  readonly bounds?: Partial<TaskBounds>;
}

/** Reads records of one fetch by one query, and hands over what it makes to `output`. */
async function runTask(work: Work, output: Partial<TaskOutput>): Promise<readonly QueryPartial[]> {
  const { sql, records, table = [], mode = "append", codec = "none", lateMs, bounds } = work;
  const named = (schema: Schema) => schema.map(({ name, type }) => ({ name, type, field: name }));
  const plan = analyzeQuery({
    name: "q",
    sql,
    outputMode: mode,
    timeZone: "UTC",
    catalog: {
      streams: new Map([["s", { columns: named(STREAM), watermark: { column: "at", delayMs: 0 } }]]),
      tables: new Map([["t", { columns: named(TABLE) }]]),
    },
  });
  const setup: WorkerSetup = {
    broker: { kind: "embedded", path: "none" },
    queries: [{ plan, format: { kind: "values", rowsMax: Infinity } }],
    failOnDataLoss: true,
    collectsLate: lateMs !== undefined,
    streams: { s: { topics: { kind: "names", topics: ["s"] }, mode: "permissive", fields: STREAM } },
    tables: { t: table },
    tableColumns: { t: ["k", "n"] },
  };
  const utf8 = new TextEncoder();
  const bytes = RecordsBuilder.of(records.map((record) => ({
    key: null,
    value: utf8.encode(JSON.stringify(record)),
    timestampMs: 0,
  }))).toBatch(codec);
  const reader: Reader = {
    async *read() {
      yield await Promise.resolve({ bytes, aborted: [] });
    },
    close: () => Promise.resolve(),
  };
  const runner = new TaskRunner(setup, reader, bounds);
  const unexpected = () => Promise.reject(new Error("not expected here"));
  const range = { topic: "s", partition: 0, from: 0, to: records.length };
  const queries = [{ query: 0, batchId: 0, skipRows: 0, ...(lateMs === undefined ? {} : { lateMs }) }];
  await runner.run({ id: 0, range, queries }, {
    rows: unexpected,
    late: unexpected,
    part: unexpected,
    ...output,
  });
  return runner.flush([0]);
}

const JOIN = "SELECT n FROM s JOIN t USING (k)";
const MATCHES = 3 * CHUNK_ROWS_MAX + 5;
const table = Array.from({ length: MATCHES }, (_, n): Row => ["a", n]);

for (const codec of CODECS) {
  Deno.test(`A join that multiplies gives chunks of bounded size, one at a time, and all of its rows (${codec})`, async () => {
    let [open, most] = [0, 0];
    const rows: unknown[] = [];
    const take = async (_query: number, chunk: RowChunk) => {
      most = Math.max(most, ++open);
      ok(chunk.rowCount <= CHUNK_ROWS_MAX, `${chunk.rowCount} rows`);
      rows.push(...chunk.rows!.map(([n]) => n));
      // Whoever takes it takes its time.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      open--;
    };
    const records = ["a", "b", "a", "a"].map((k) => ({ k }));
    await runTask({ sql: JOIN, records, table, codec }, { rows: take });
    const expected = Array.from({ length: MATCHES }, (_, n) => n);
    deepEqual(rows, [...expected, ...expected, ...expected]);
    equal(most, 1);
  });
}

Deno.test("A record that becomes too many rows is refused, with its place and a way out", async () => {
  const side = Math.ceil(Math.sqrt(RECORD_ROWS_MAX)) + 40;
  const square = Array.from({ length: side }, (_, n): Row => ["a", n]);
  const work = {
    sql: "SELECT t.n + other.n AS n FROM s JOIN t USING (k) JOIN t AS other USING (k)",
    records: [{ k: "b" }, { k: "a" }],
    table: square,
  };
  await rejects(runTask(work, { rows: () => Promise.resolve() }), {
    code: "QUERY_FAILED",
    message: /q failed at offset 1 of s-0: The record produces more than 1,000,000 output rows/,
    hint: /Join on more selective keys/,
  });
});

Deno.test("Long texts that functions make are handed over a few at a time", async () => {
  const sizes: number[] = [];
  const take = (_query: number, chunk: RowChunk) => {
    sizes.push(chunk.rows!.reduce((size, [text]) => size + (text as string).length, 0));
    return Promise.resolve();
  };
  const length = 5_000_000;
  const records = Array.from({ length: 10 }, () => ({ k: "a" }));
  await runTask({ sql: `SELECT lpad(k, ${length}, 'x') AS text FROM s`, records }, { rows: take });
  equal(sizes.reduce((sum, size) => sum + size, 0), records.length * length);
  ok(Math.max(...sizes) <= CHUNK_BYTES_MAX + length, `${sizes}`);
});

Deno.test("A record that becomes rows of too much text is refused, with its place and a way out", async () => {
  const work = {
    sql: "SELECT repeat(k, 10000000) AS text FROM s JOIN t USING (k)",
    records: [{ k: "a" }],
    table: Array.from({ length: 100 }, (_, n): Row => ["a", n]),
  };
  await rejects(runTask(work, { rows: () => Promise.resolve() }), {
    code: "QUERY_FAILED",
    message: /q failed at offset 0 of s-0: .* produces more than 256.0 MiB of output rows/,
    hint: /Join on more selective keys/,
  });
});

/** The counts by key of what was handed over. */
function countsOf(partials: readonly QueryPartial[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const { key: [key], buffer: [count] } of groupsOf(BY_TEXT, partials)) {
    counts.set(key, (counts.get(key) ?? 0) + (count as number));
  }
  return counts;
}

Deno.test("Groups are handed over before they take more than they may, and each record counts once", async () => {
  const text = (n: number) => String(n).padEnd(10_000, "x");
  const records = Array.from({ length: 900 }, (_, n) => ({ k: text(n % 300) }));
  const bounds = { chunkRowsMax: CHUNK_ROWS_MAX, gatheredBytesMax: 1_000_000 };
  const parts: TaskPart[] = [];
  const rest = await runTask(
    { sql: "SELECT k, count(*) AS n FROM s GROUP BY k", records, mode: "update", bounds },
    { part: (part) => Promise.resolve(void parts.push(part)) },
  );
  for (const { partials } of parts) {
    const characters = groupsOf(BY_TEXT, partials).reduce((sum, { key }) => sum + String(key[0]).length, 0);
    ok(characters <= 1_000_000 + 10_000, `${characters} characters in a part`);
  }
  ok(parts.length > 5, `only ${parts.length} parts`);
  deepEqual(parts.map(({ next }) => next), parts.map(({ next }) => next).toSorted((a, b) => a - b));
  equal(parts.reduce((sum, { counts }) => sum + counts.records, 0), parts.at(-1)!.next);
  const counts = countsOf([...parts.flatMap(({ partials }) => partials), ...rest]);
  deepEqual(counts, new Map(Array.from({ length: 300 }, (_, n) => [text(n), 3])));
});

Deno.test("Groups are handed over early if most rows have one of their own, as gathering more would not make them fewer", async () => {
  const partsOf = async (rowsOfGroup: number) => {
    const records = Array.from({ length: 30_000 * rowsOfGroup }, (_, row) => ({
      k: `key ${Math.floor(row / rowsOfGroup)}`,
    }));
    let parts = 0;
    await runTask({ sql: "SELECT k, count(*) AS n FROM s GROUP BY k", records, mode: "update" }, {
      part: () => Promise.resolve(void parts++),
    });
    return parts;
  };
  ok(await partsOf(1) > 0);
  equal(await partsOf(3), 0);
});

Deno.test("Late records are handed over before they are many, one chunk at a time, and each once", async () => {
  const value = "x".repeat(20_000);
  const records = Array.from({ length: 200 }, (_, n) => ({ k: `${n}-${value}`, at: "2018-01-01T00:00:00Z" }));
  const late: LateRecord[] = [];
  let open = 0;
  await runTask(
    {
      sql: "SELECT window(at, '1 minute') AS w, count(*) AS n FROM s GROUP BY 1",
      records,
      lateMs: Date.UTC(2019, 0),
    },
    {
      late: async (some) => {
        equal(++open, 1);
        const characters = some.reduce((sum, record) => sum + record.value!.length, 0);
        ok(characters <= LATE_CHARACTERS_MAX + 2 * value.length, `${characters} characters`);
        late.push(...some);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
        open--;
      },
    },
  );
  deepEqual(late.map(({ offset }) => offset), records.map((_record, offset) => offset));
});

/** A clock by which each look at it takes some time, and that notes when somebody waits. */
class SlowClock extends FakeClock {
  readonly waitedAtMs: number[] = [];

  override monotonicMs(): number {
    this.pass(3);
    return super.monotonicMs();
  }

  override sleep(ms: number): Promise<void> {
    this.waitedAtMs.push(super.monotonicMs());
    return super.sleep(ms);
  }
}

Deno.test("A task in a thread that has something else to do is interrupted again and again, and is whole", async () => {
  const records = Array.from({ length: 10_000 }, (_, n) => ({ k: `key ${n % 7}` }));
  const clock = new SlowClock(0);
  const partials = await runTask(
    {
      sql: "SELECT k, count(*) AS n FROM s GROUP BY k",
      records,
      mode: "update",
      bounds: { turns: new EventLoopTurns(clock) },
    },
    {},
  );
  ok(clock.waitedAtMs.length > 10);
  const pauses = clock.waitedAtMs.map((atMs, index) => atMs - (clock.waitedAtMs[index - 1] ?? 0));
  ok(pauses.every((ms) => ms >= TURN_EVERY_MS && ms <= 3 * TURN_EVERY_MS), `after ${pauses} ms`);
  equal(countsOf(partials).values().reduce((sum, count) => sum + count, 0), records.length);
});
