import { deepEqual } from "assert";
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../../../lib/sql/functions/aggregates/aggregates.ts";
import { EXTRACTS } from "../../../lib/sql/expressions/extract.ts";
import { FUNCTIONS, SYNONYMS } from "../../../lib/sql/functions/functions.ts";
import { randomScenario } from "../../fuzz/streams/scenario.ts";

/** 500 cases. */
const SEEDS = 125;

Deno.test("Every function and aggregate of the dialect comes up in 500 random cases", () => {
  const called = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const { sql } of Object.values(randomScenario(seed).queries)) {
      for (const [, name] of sql.matchAll(/\b([a-z_0-9]+)\(/gi)) called.add(name!.toLowerCase());
    }
  }
  const registered = [FUNCTIONS, SYNONYMS, AGGREGATES, AGGREGATE_SYNONYMS].flatMap(Object.keys);
  const missing = [...registered, ...EXTRACTS].filter((name) => !called.has(name));
  deepEqual(missing, []);
});
