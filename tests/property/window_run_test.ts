import { deepEqual, ok } from "assert";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { DataType, Row, Value } from "../../lib/records/data_type.ts";
import type { AggregatePlan, Branch } from "../../lib/sql/plan.ts";
import {
  PartialAggregate,
  type PartialGroup,
  PartialGroupReader,
} from "../../lib/stream/aggregates/partial_aggregate.ts";
import { compileBranch } from "../../lib/stream/branch.ts";
import { planOf } from "../support/plan_run.ts";

const SECOND = 1_000_000;
const KEYS: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  STRING: fc.oneof(
    fc.constantFrom("a", "b", "\ud800", "ä".repeat(40), "x".repeat(40_000)),
    fc.string({ maxLength: 70 }),
  ),
  BIGINT: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  DOUBLE: fc.double(),
  BOOLEAN: fc.boolean(),
};

/** Times near the epoch, near each other, and where windows are no safe integers any more. */
const times: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -90 * SECOND, max: 90 * SECOND }) },
  { weight: 4, arbitrary: fc.integer({ min: -20, max: 20 }).map((second) => second * SECOND) },
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 5 * SECOND }).map((less) => Number.MAX_SAFE_INTEGER - less),
  },
);

/** Statements over windows, and their rows; the second key may have any type. */
const cases = fc.record({
  key: fc.constantFrom<DataType>("STRING", "BIGINT", "DOUBLE", "BOOLEAN"),
  size: fc.integer({ min: 1, max: 40 }),
  slide: fc.integer({ min: 1, max: 40 }),
  start: fc.integer({ min: 0, max: 39 }),
  windowFirst: fc.boolean(),
}).chain(({ key, size, slide, start, windowFirst }) => {
  const lengths = [`${Math.max(size, slide)} seconds`, `${slide} seconds`, `${start % slide} seconds`];
  const window = `window(t, ${lengths.map((length) => `'${length}'`).join(", ")})`;
  const keys = windowFirst ? [window, "k"] : ["k", window];
  const rows = fc.array(fc.tuple(times, fc.option(KEYS[String(key)]!), fc.option(fc.constant(1))), {
    maxLength: 60,
  });
  return fc.record({
    sql: fc.constant(`SELECT ${keys.join(", ")}, count(*), count(v) FROM t GROUP BY 1, 2`),
    type: fc.constant<DataType>(key),
    rows,
    drainAfter: fc.array(fc.nat({ max: 60 }), { maxLength: 2 }),
  });
});

/** The groups of rows, as they are drained after some of them and at the end. */
function gathered(
  { branch, plan, atOnce }: {
    readonly branch: Branch;
    readonly plan: AggregatePlan;
    readonly atOnce: boolean;
  },
  rows: readonly Row[],
  drainAfter: readonly number[],
): PartialGroup[][] {
  const partial = new PartialAggregate(plan);
  const windows = atOnce ? partial.windowsOf(branch) : undefined;
  ok(!atOnce || windows !== undefined);
  const context = { zone: UTC, tables: new Map(), windows };
  const running = compileBranch(branch, context, (row) => partial.add(row, windows));
  const reader = new PartialGroupReader(plan);
  const drained: PartialGroup[][] = [];
  const drain = () => drained.push([...reader.read(partial.drain())]);
  rows.forEach((row, index) => {
    branch.columns.forEach(({ name }, slot) => running.row[slot] = row["tkv".indexOf(name)]!);
    running.run();
    if (drainAfter.includes(index)) drain();
  });
  drain();
  return drained;
}

Deno.test("Windows of a row that come at once make the groups that they make one by one, in the same order", () => {
  let most = 0;
  fc.assert(
    fc.property(cases, ({ sql, type, rows, drainAfter }) => {
      const schema = [
        { name: "t", type: "TIMESTAMP" },
        { name: "k", type },
        { name: "v", type: "INT" },
      ] as const;
      const { branches: [branch], operators: [operator] } = planOf({
        sql,
        schema,
        outputMode: "update",
        timeZone: "UTC",
      });
      ok(operator?.kind === "aggregate");
      const plan = operator.aggregate;
      const atOnce = gathered({ branch: branch!, plan, atOnce: true }, rows, drainAfter);
      deepEqual(atOnce, gathered({ branch: branch!, plan, atOnce: false }, rows, drainAfter));
      most = Math.max(most, ...atOnce.flat().map(({ rowCount }) => rowCount));
    }),
    { numRuns: 200 },
  );
  ok(most > 2, `${most} rows are the most of a group`);
});
