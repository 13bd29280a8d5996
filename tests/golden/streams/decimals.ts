/** Sums of DECIMALs that leave the range of their type on the way. */
import type { Scenario, ScenarioBatch } from "../../support/stream_scenario.ts";

const values = (...numbers: readonly string[]): ScenarioBatch => ({
  t: numbers.map((v) => `{"k":"a","v":${v}}`),
});

/** Each is in the range at its end, but may not be before. */
const WAYS: readonly (Pick<Scenario, "partitions" | "batches"> & { readonly way: string })[] = [
  { way: "in one batch", batches: [values("0.6", "0.6", "-0.6")] },
  { way: "in one batch, after another", batches: [values("0.6"), values("0.6", "-0.6"), values("-0.1")] },
  { way: "from three partitions", partitions: 3, batches: [values("0.6", "0.6", "-0.6")] },
  {
    way: "from two partitions, one of which is beyond it",
    partitions: 2,
    batches: [values("0.6", "-0.6", "0.6", "-0.1")],
  },
  { way: "from batch to batch", batches: [values("0.6"), values("0.6"), values("-0.6")] },
];

const QUERIES: Readonly<Record<string, string>> = {
  "a sum": "SELECT sum(v) AS s FROM t",
  "a mean": "SELECT avg(v) AS s FROM t",
  "a sum by key": "SELECT k, sum(v) AS s FROM t GROUP BY k",
  "a mean by key": "SELECT k, avg(v) AS s FROM t GROUP BY k",
};

/** One query each, since one that fails ends all beside it. */
export const DECIMALS: readonly Scenario[] = WAYS.flatMap(({ way, ...scenario }) =>
  Object.entries(QUERIES).map(([what, sql]): Scenario => ({
    name: `DECIMALs leave their range ${way}: ${what}`,
    streams: { t: { columns: "k STRING, v DECIMAL(38,38)" } },
    queries: { q: { sql, output_mode: "complete" } },
    ...scenario,
  }))
);
