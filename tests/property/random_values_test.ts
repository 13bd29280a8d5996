/**
 * What is drawn at random is the same whenever a batch runs again, wherever it runs, and for each query another; and it
 * is spread as it has to be.
 */
import { deepEqual, equal, notDeepEqual, ok } from "assert";
import { Draws, RowIdentity, wordsOfOffset } from "../../lib/stream/functions/random/draws.ts";
import { Generator } from "../../lib/stream/functions/random/generator.ts";
import { RANDOM_FUNCTIONS } from "../../lib/stream/functions/random/random_functions.ts";
import type { Value } from "../../lib/records/data_type.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import { RecordSelection } from "../../lib/stream/decoding/record_selection.ts";
import { UTC } from "../../lib/base/time_zone.ts";
import { runHere, runKilled } from "../support/stream_harness.ts";
import type { Answers, Scenario } from "../support/stream_scenario.ts";

const batch = (from: number) => ({
  t: Array.from({ length: 6 }, (_none, index) => {
    const id = from + index;
    const minutes = String(id % 60).padStart(2, "0");
    const tags = ["a", "b", "c"].slice(0, id % 4);
    return JSON.stringify({ id: id % 5, at: `2020-01-01T0${Math.floor(id / 6)}:${minutes}:00`, tags });
  }),
});

const SCENARIO: Scenario = {
  name: "random values",
  partitions: 2,
  streams: { t: { columns: "id INT, at TIMESTAMP, tags ARRAY<STRING>", watermark: "at 10 minutes" } },
  queries: {
    rows: {
      sql:
        "SELECT rand() AS r, r AS same, randn(), uuid(), uniform(1, 9), randstr(4), shuffle(tags) FROM t " +
        "WHERE rand() < 0.8",
    },
    several: { sql: "SELECT tag, uuid() AS u, rand() FROM (SELECT explode(tags) AS tag FROM t)" },
    keys: {
      sql: "SELECT floor(rand(1) * 3) AS bucket, count(*) FROM t GROUP BY floor(rand(1) * 3)",
      output_mode: "complete",
    },
    groups: {
      sql: "SELECT id, count(*), rand(), explode(array(uuid(), uuid())) FROM t GROUP BY id",
      output_mode: "update",
    },
    ordered: {
      sql: "SELECT id, count(*) AS n, uuid() FROM t GROUP BY id HAVING rand() < 0.9 ORDER BY rand() LIMIT 3",
      output_mode: "complete",
    },
    windows: {
      sql: "SELECT window(at, '10 minutes', '5 minutes') AS w, count(*), rand(), uuid() FROM t GROUP BY 1",
    },
    pairs: {
      sql: "SELECT a.id, uuid() FROM t a JOIN t b ON a.id = b.id AND b.at >= a.at AND " +
        "b.at < a.at + INTERVAL 3 HOURS WHERE rand() < 0.9",
    },
    united: { sql: "SELECT id, uuid() FROM t UNION ALL SELECT id, uuid() FROM t" },
  },
  batches: [batch(0), batch(6), batch(12)],
};

/** The rows of each batch of each query, if it has any; only where they are sorted, their order counts. */
function rowsOf(answers: Answers): Record<string, readonly (readonly string[])[]> {
  return Object.fromEntries(
    Object.entries(answers).map(([name, { batches, error }]) => {
      equal(error, undefined);
      const filled = batches.map(({ rows }) => rows).filter(({ length }) => length > 0);
      return [name, filled.map((rows) => name === "ordered" ? rows : [...rows].sort())];
    }),
  );
}

const queryId = "51f0a6a5-9d3c-4a6a-8d4c-0d6a4a0b9d11";

Deno.test("Random values are the same with any number of workers, and others for another query", async () => {
  const alone = rowsOf(await runHere(SCENARIO, { queryId }));
  deepEqual(rowsOf(await runHere(SCENARIO, { queryId, workerCount: 3 })), alone);
  const other = rowsOf(await runHere(SCENARIO, { queryId: queryId.replace("5", "6") }));
  for (const name of Object.keys(alone)) notDeepEqual(other[name], alone[name]);

  for (const [name, batches] of Object.entries(alone)) {
    if (name === "keys") continue;
    const uuids = batches.flat().flatMap((row) => row.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? []);
    ok(uuids.length > 5, `${name}: ${uuids.length}`);
    equal(new Set(uuids).size, uuids.length, `${name}: no value is drawn twice`);
  }
  for (const row of alone.rows!.flat()) {
    const { c0, c1 } = JSON.parse(row);
    equal(c1, c0, "an alias that is read again is the same value");
  }
  const buckets = alone.keys!.at(-1)!.map((row) => JSON.parse(row).c0);
  equal(new Set(buckets).size, buckets.length, "a key that is written twice is one");
});

Deno.test("Random values are the same after a kill at any step of any batch", async () => {
  const { windows: _windows, united: _united, several: _several, keys: _keys, ...queries } = SCENARIO.queries;
  // Not what the watermark closes: after a kill, that may be in another batch.
  const killed = { ...SCENARIO, queries, batches: [batch(0), batch(6)] };
  const seen = new Map<string, readonly (readonly string[])[]>();
  let kills = 0;
  for await (const { answers } of runKilled(killed)) {
    kills++;
    for (const [name, rows] of Object.entries(rowsOf(answers))) {
      deepEqual(rows, seen.get(name) ?? rows, name);
      seen.set(name, rows);
    }
  }
  ok(kills >= 6, `${kills}`);
  equal(seen.size, Object.keys(killed.queries).length);
});

Deno.test("A selection of single records draws for each of them, and others at another time", () => {
  const selected = (nowMs: number) => {
    const selection = new RecordSelection({
      name: "t",
      columns: parseColumns("id INT", "t"),
      where: "rand() < 0.5",
      select: "id, uuid()",
      zone: UTC,
      nowMs,
    });
    // Of files, records have no offsets.
    const record = { topic: "t", partition: 0, offset: 0, timestampMs: 0, timestampType: 0 } as const;
    return Array.from({ length: 400 }, (_none, id) => {
      const value = new TextEncoder().encode(JSON.stringify({ id }));
      return selection.rowsOf({ ...record, headers: [], key: null, value });
    }).flat();
  };
  const rows = selected(1);
  ok(rows.length > 150 && rows.length < 250, `${rows.length}`);
  equal(new Set(rows.map(([, uuid]) => uuid)).size, rows.length);
  notDeepEqual(selected(2), rows);
});

const COUNT = 20_000;

/** The values of a function for many records. */
function valuesOf(name: string, ...args: readonly Value[]): Value[] {
  const draws = new Draws();
  draws.usePlace("a query, of which each run is the same");
  const seed = draws.source(1);
  const call = { kind: "call", name, args: [], type: "DOUBLE" } as const;
  const value = RANDOM_FUNCTIONS[name]!(
    [(seed: Uint8Array) => seed, ...args.map((arg) => () => arg)],
    call,
    UTC,
  );
  return Array.from({ length: COUNT }, (_none, offset) => {
    draws.begin(wordsOfOffset(offset));
    return value(seed());
  });
}

/** How far counts are from equal ones: about as many as there are classes, with a deviation of √2n. */
function chiSquare(values: readonly Value[], classes: number): number {
  const counts = [...Map.groupBy(values, (value) => value).values()].map(({ length }) => length);
  const expected = values.length / classes;
  const missing = (classes - counts.length) * expected;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, missing);
}

function requireEven(values: readonly Value[], classes: number): void {
  const [found, likely] = [chiSquare(values, classes), classes + 5 * Math.sqrt(2 * classes)];
  ok(found < likely, `${found} is more than ${likely}`);
}

Deno.test("rand is even from 0 to 1, also for records that follow each other", () => {
  const values = valuesOf("rand") as number[];
  ok(values.every((value) => value >= 0 && value < 1));
  requireEven(values.map((value) => Math.floor(value * 64)), 64);
  const pairs = values.slice(1).map((value, index) =>
    8 * Math.floor(value * 8) + Math.floor(values[index]! * 8)
  );
  requireEven(pairs, 64);
});

Deno.test("randn has the moments of the standard normal distribution", () => {
  const values = valuesOf("randn") as number[];
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / COUNT;
  for (const [power, expected, deviation] of [[1, 0, 1], [2, 1, 1.41], [3, 0, 3.87], [4, 3, 9.8]] as const) {
    ok(Math.abs(moment(power) - expected) < 5 * deviation / Math.sqrt(COUNT), `moment ${power}`);
  }
});

Deno.test("uniform, randstr and shuffle have each of their values as often", () => {
  requireEven((valuesOf("uniform", 1, 11) as number[]).map(Math.trunc), 10);
  requireEven(valuesOf("randstr", 1) as string[], 62);
  requireEven((valuesOf("randstr", 2) as string[]).map((text) => text[1]!), 62);
  requireEven((valuesOf("shuffle", [1, 2, 3, 4]) as number[][]).map((list) => list.join()), 24);
});

Deno.test("A UUID is one of version 4, each of its other bits is as often set as not, and none comes twice", () => {
  const uuids = valuesOf("uuid") as string[];
  equal(new Set(uuids).size, COUNT);
  const set = new Array<number>(128).fill(0);
  for (const uuid of uuids) {
    const bits = BigInt(`0x${uuid.replaceAll("-", "")}`);
    for (let bit = 0; bit < 128; bit++) if ((bits >> BigInt(127 - bit)) & 1n) set[bit]!++;
  }
  const fixed = new Map([[48, 0], [49, COUNT], [50, 0], [51, 0], [64, COUNT], [65, 0]]);
  set.forEach((count, bit) => {
    const expected = fixed.get(bit);
    if (expected !== undefined) equal(count, expected, `bit ${bit}`);
    else ok(Math.abs(count - COUNT / 2) < 2.5 * Math.sqrt(COUNT), `bit ${bit}: ${count}`);
  });
});

Deno.test("Rows that a record is made into, calls, partitions and offsets beyond 2³² have seeds of their own", () => {
  const draws = new Draws();
  const sources = [1, 2].map((draw) => draws.source(draw));
  const seeds: string[] = [];
  for (
    const place of ["query branch 0 t-0", "query branch 0 t-1", "query branch 1 t-0", "other branch 0 t-0"]
  ) {
    draws.usePlace(place);
    for (const offset of [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40]) {
      draws.begin(wordsOfOffset(offset));
      for (let row = 0; row < 3; row++) {
        for (const source of sources) seeds.push(source().toHex());
      }
    }
  }
  equal(new Set(seeds).size, seeds.length);
});

Deno.test("Equal rows of an operator are told apart, in each batch in the same way", () => {
  const rows: Value[][] = [[1, "a"], [1, "a"], [1n, null], [["a", "b"], "c"], [["a", "b c"], ""], ["1", "a"]];
  const identity = new RowIdentity(undefined);
  const wordsOf = () => rows.map((row) => identity.wordsOf(row).join());
  const words = wordsOf();
  equal(new Set(words).size, rows.length);
  identity.begin();
  deepEqual(wordsOf(), words);
  const byKey = new RowIdentity(1);
  deepEqual(byKey.wordsOf([1, "a"]), byKey.wordsOf([1, "b"]));
});

Deno.test("A generator gives the numbers of sfc32", () => {
  const generator = new Generator(new Uint8Array(Int32Array.of(1, 2, 3, 4).buffer));
  const numbers = referenceNumbers([1, 2, 3, 4]);
  for (let count = 0; count < 20; count++) {
    const [high, low] = [numbers.next().value!, numbers.next().value!];
    equal(generator.double(), ((high >>> 6) * 2 ** 27 + (low >>> 5)) / 2 ** 53);
  }
});

/** The same by its definition, with integers that have no bounds. */
function* referenceNumbers(state: readonly number[]): Generator32 {
  let [a, b, c, counter] = state.map(BigInt) as [bigint, bigint, bigint, bigint];
  const word = (value: bigint) => BigInt.asUintN(32, value);
  for (;;) {
    const result = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + (c << 3n));
    c = word((c << 21n) | (c >> 11n));
    c = word(c + result);
    yield Number(result);
  }
}

type Generator32 = globalThis.Generator<number, never>;
