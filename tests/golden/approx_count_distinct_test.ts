import { equal } from "assert";
import { UTC } from "../../lib/base/time_zone.ts";
import { type DataType, typeName, type Value } from "../../lib/records/data_type.ts";
import { accumulatorOf } from "../../lib/stream/aggregates/aggregate_functions.ts";
import { compileExpression } from "../../lib/stream/expression.ts";
import { hashOf } from "../../lib/stream/values/hash/value_hash.ts";
import { XX_HASH } from "../../lib/stream/values/hash/xx_hash.ts";
import { planOf } from "../support/plan_run.ts";
import answers from "./approx_count_distinct/answers.json" with { type: "json" };

const SEED = 42n;

function literal(sql: string): { readonly type: DataType; readonly value: Value } {
  const schema = [{ name: "n", type: "INT" as const }];
  const plan = planOf({ sql: `SELECT ${sql} AS v FROM t`, schema, outputMode: "append", timeZone: "UTC" });
  const expression = plan.branches[0]!.output[0]!;
  return { type: expression.type, value: compileExpression(expression, UTC)([]) };
}

Deno.test("A value has the hash that Spark gives it", async (t) => {
  for (const { sql, hash } of answers.hashes) {
    await t.step(sql, () => {
      const { type, value } = literal(sql);
      equal(String(BigInt.asIntN(64, hashOf(type, XX_HASH)(value, SEED))), hash, typeName(type));
    });
  }
});

/** The numbers from 0 on, as values of a type. */
const VALUES: Readonly<Record<keyof typeof answers.estimates, readonly [DataType, (id: number) => Value]>> = {
  BIGINT: ["BIGINT", BigInt],
  INT: ["INT", (id) => id],
  STRING: ["STRING", String],
  DOUBLE: ["DOUBLE", (id) => id / 4],
  TIMESTAMP: ["TIMESTAMP", (id) => id * 1_000_000],
  "DECIMAL(20,2)": [{ kind: "DECIMAL", precision: 20, scale: 2 }, (id) => BigInt(id) * 100n],
};

/** The estimate for some numbers, each counted twice, in three buffers that are merged. */
function estimate(type: DataType, count: number, valueOf: (id: number) => Value): number {
  const aggregate = accumulatorOf({
    name: "approx_count_distinct",
    args: [0],
    argTypes: [type],
    type: "BIGINT",
  }, false);
  const buffers: Value[][] = [0, 1, 2].map(() => ["else", ...aggregate.initial]);
  for (let id = 0; id < count; id++) {
    const row = [valueOf(id)];
    aggregate.update(buffers[id % 3]!, 1, row);
    aggregate.update(buffers[0]!, 1, row);
  }
  const merged: Value[] = ["else", ...aggregate.initial];
  for (const buffer of buffers) aggregate.merge(merged, 1, buffer);
  return Number(aggregate.result(merged, 1));
}

Deno.test("The estimate of distinct values is Spark's, from none to many more than there are registers", async (t) => {
  for (const [name, [type, valueOf]] of Object.entries(VALUES)) {
    await t.step(name, () => {
      const expected = answers.estimates[name as keyof typeof VALUES];
      answers.counts.forEach((count, index) => {
        equal(estimate(type, count, valueOf), expected[index], `${count} values`);
      });
    });
  }
});
