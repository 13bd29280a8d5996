import { deepEqual, equal } from "assert";
import { UTC } from "../../../lib/base/time_zone.ts";
import { type DataType, SIMPLE_TYPES, typeName } from "../../../lib/records/data_type.ts";
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../../../lib/sql/functions/aggregates/aggregates.ts";
import { canCast } from "../../../lib/sql/functions/coercion.ts";
import { FUNCTIONS, SYNONYMS } from "../../../lib/sql/functions/functions.ts";
import { AGGREGATE_FUNCTIONS } from "../../../lib/stream/aggregates/aggregate_functions.ts";
import { castFunction } from "../../../lib/stream/values/cast.ts";
import { SCALAR_FUNCTIONS } from "../../../lib/stream/functions/scalar_functions.ts";

const OPERATORS = ("= < <= > >= <=> and or not in + - * / % DIV & | ^ ~ element map_element " +
  "plus_months plus_micros plus_interval tumbling_window").split(" ").concat(
    "extract second",
    "extract dayofweek_iso",
    "extract yearofweek",
    ..."year month day hour minute second".split(" ").map((field) => `interval ${field}`),
  );

/** What the analysis makes of operators on INTERVALs, and of functions of them. */
const OF_INTERVALS =
  ("time_difference date_difference interval_days interval_length interval_sign add_calendar " +
    "subtract_calendar negative_calendar plus_calendar date_plus_calendar multiply_interval divide_interval try")
    .split(" ");

/** What the analysis makes of functions of ARRAYs and MAPs. */
const OF_NESTED = ["concat_arrays", "array_sort_by", "map_value"];

/** Functions that the analysis turns into others, or into casts. */
const MADE_OF_OTHERS =
  ("nvl to_date to_unix_timestamp mod div positive isnotnull regexp_like e pi equal_null " +
    "array_size try_make_interval nullifzero zeroifnull typeof named_struct schema_of_json schema_of_csv current_date localtimestamp")
    .split(" ");

/** The same for aggregates. */
const AGGREGATES_OF_OTHERS = ["regr_count", "regr_avgx", "regr_avgy", "median", "percentile_cont"];

Deno.test("The engine computes every function and operator of the dialect, and no other", () => {
  const computed = Object.keys(FUNCTIONS).filter((name) => !MADE_OF_OTHERS.includes(name));
  deepEqual(
    Object.keys(SCALAR_FUNCTIONS).sort(),
    [...OPERATORS, ...OF_NESTED, ...OF_INTERVALS, ...computed].sort(),
  );
});

Deno.test("The engine computes every aggregate of the dialect, and no other", () => {
  const computed = Object.keys(AGGREGATES).filter((name) => !AGGREGATES_OF_OTHERS.includes(name));
  deepEqual(Object.keys(AGGREGATE_FUNCTIONS).sort(), computed.sort());
});

Deno.test("Another name of a function is one of a function that there is", () => {
  deepEqual(Object.values(SYNONYMS).filter((name) => !Object.hasOwn(FUNCTIONS, name)), []);
  deepEqual(Object.values(AGGREGATE_SYNONYMS).filter((name) => !Object.hasOwn(AGGREGATES, name)), []);
});

const TYPES: readonly DataType[] = [
  ...SIMPLE_TYPES,
  { kind: "DECIMAL", precision: 10, scale: 2 },
  { kind: "STRUCT", fields: [{ name: "start", type: "TIMESTAMP" }] },
];

Deno.test("A CAST is accepted exactly where the engine has one", () => {
  for (const from of TYPES) {
    for (const to of TYPES) {
      let isMade = true;
      try {
        castFunction({ from, to, safe: false, zone: UTC });
      } catch {
        isMade = false;
      }
      equal(canCast(from, to), isMade, `${typeName(from)} to ${typeName(to)}`);
    }
  }
});
