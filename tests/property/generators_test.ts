/** Generators of records, against the same rows made of the values of the records in two loops. */
import { deepEqual } from "assert";
import fc from "fast-check";
import type { Row } from "../../lib/records/data_type.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import { planOf, RowsSink, runPlan } from "../support/plan_run.ts";

interface Order {
  readonly id: number;
  readonly tags?: readonly (string | null)[] | null;
  readonly counts?: Readonly<Record<string, number>> | null;
  readonly items?: readonly ({ readonly name?: string; readonly n?: number } | null)[] | null;
}

const SCHEMA = parseColumns(
  "id INT, tags ARRAY<STRING>, counts MAP<STRING, INT>, items ARRAY<STRUCT<name: STRING, n: INT>>",
  "t",
);

const text = fc.constantFrom("", "a", "b", "é");
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const anyOrder: fc.Arbitrary<Order> = fc.record({
  id: fc.integer({ min: 0, max: 9 }),
  tags: nullable(fc.array(nullable(text), { maxLength: 4 })),
  counts: nullable(fc.dictionary(fc.constantFrom("x", "y", "z"), fc.integer({ min: 0, max: 9 }))),
  items: nullable(fc.array(
    nullable(fc.record({ name: text, n: fc.integer({ min: 0, max: 9 }) }, { requiredKeys: [] })),
    { maxLength: 3 },
  )),
}, { requiredKeys: ["id"] });

/** The rows of a list, or one with NULLs for an outer generator without any. */
function generated(rows: readonly Row[] | undefined, width: number, outer: boolean): readonly Row[] {
  if (rows !== undefined && rows.length > 0) return rows;
  return outer ? [new Array<null>(width).fill(null)] : [];
}

/** By the generator: what it makes of an order, and how many columns it has. */
const NAIVE: Readonly<Record<string, readonly [make: (order: Order) => Row[] | undefined, width: number]>> = {
  "explode(tags)": [({ tags }) => tags?.map((tag) => [tag]), 1],
  "posexplode(tags)": [({ tags }) => tags?.map((tag, at) => [at, tag]), 2],
  "explode(counts)": [({ counts }) => counts ? Object.entries(counts) : undefined, 2],
  "posexplode(counts)": [
    ({ counts }) => counts ? Object.entries(counts).map((entry, at) => [at, ...entry]) : undefined,
    3,
  ],
  "inline(items)": [({ items }) => items?.map((item) => [item?.name ?? null, item?.n ?? null]), 2],
};
const anyGenerator = fc.record({ of: fc.constantFrom(...Object.keys(NAIVE)), outer: fc.boolean() });

Deno.test("Lateral views make the rows of nested loops, whatever is missing", async () => {
  const anyCase = fc.record({
    orders: fc.array(anyOrder, { maxLength: 6 }),
    views: fc.array(anyGenerator, { minLength: 1, maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ orders, views }) => {
      const sql = views.map(({ of, outer }, index) => `LATERAL VIEW ${outer ? "OUTER " : ""}${of} v${index}`);
      const stars = views.map((_view, index) => `v${index}.*`);
      const plan = planOf({
        sql: `SELECT id, ${stars.join(", ")} FROM t ${sql.join(" ")} WHERE id < 8`,
        schema: SCHEMA,
        outputMode: "append",
        timeZone: "UTC",
      });
      const sink = new RowsSink();
      await runPlan(plan, [orders.map((order) => JSON.stringify(order))], sink);
      const expected = orders.filter(({ id }) => id < 8).flatMap((order) =>
        views.reduce<Row[]>((rows, { of, outer }) => {
          const [make, width] = NAIVE[of]!;
          return rows.flatMap((row) => generated(make(order), width, outer).map((more) => [...row, ...more]));
        }, [[order.id]])
      );
      deepEqual(sink.rows, expected);
    }),
    { numRuns: 150 },
  );
});
