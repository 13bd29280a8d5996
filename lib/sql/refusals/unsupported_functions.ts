/**
 * The functions of Spark 4.0 that are not supported, so that they are told apart from names that nobody knows;
 * a test compares them with the list of a real Spark.
 */
import type { SfcrimeError } from "../../base/errors.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../functions/aggregates/aggregates.ts";
import type { CallNode } from "../syntax/ast.ts";
import { FUNCTIONS, SYNONYMS } from "../functions/functions.ts";
import { GENERATORS } from "../functions/nested/generators.ts";
import { sqlError } from "../syntax/sql_error.ts";

/** Functions with the same remedy. */
export interface FunctionGroup {
  readonly names: string;
  /** What to use instead: a sentence. */
  readonly instead?: string;
}

/** In the order in which docs/sql.md lists them. */
export const UNSUPPORTED_GROUPS: readonly FunctionGroup[] = [
  {
    names: "range sql_keywords variant_explode variant_explode_outer collations",
    instead: "A query has to read a stream; explode makes rows of an ARRAY or a MAP.",
  },
  {
    names: "cume_dist dense_rank lag lead nth_value ntile percent_rank rank row_number",
    instead: "Group by a time window, window(time, '1 hour').",
  },
  { names: "cube rollup", instead: "They stand in GROUP BY: GROUP BY ROLLUP (a, b)." },
  {
    names: "monotonically_increasing_id spark_partition_id",
    instead: "They tell Spark's tasks apart; use the partition and the offset of the record, or uuid().",
  },
  {
    names: "input_file_block_length input_file_block_start input_file_name",
    instead: "Records come from topics; use the topic, the partition and the offset of the record.",
  },
  {
    names: "current_catalog current_database current_schema current_user session_user user version",
    instead: "Write the value as a text.",
  },
  {
    names: "parse_json try_parse_json",
    instead: "There is no type VARIANT; use from_json with a schema, or get_json_object.",
  },
  {
    names: "aes_decrypt aes_encrypt try_aes_decrypt",
    instead:
      "A key in a query would be read by everybody who sees the query; encrypt before records are sent.",
  },
  {
    names:
      "from_xml schema_of_xml to_xml xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long " +
      "xpath_number xpath_short xpath_string",
    instead: "XML is not read; regexp_extract takes text out of it.",
  },
  { names: "java_method reflect try_reflect", instead: "There is no JVM whose methods could be called." },
  {
    names: "is_variant_null schema_of_variant schema_of_variant_agg to_variant_object try_variant_get " +
      "variant_get",
    instead: "There is no type VARIANT; declare the fields as columns.",
  },
  { names: "collate collation", instead: "Compare texts with lower(text)." },
  { names: "sentences", instead: "Java has rules of its own for where sentences end; use split(text, ' ')." },
  {
    names: "is_valid_utf8 make_valid_utf8 try_validate_utf8 validate_utf8",
    instead: "Texts are always valid: what is not UTF-8 is replaced when a record is read.",
  },
  {
    names: "hll_sketch_agg hll_sketch_estimate hll_union hll_union_agg count_min_sketch",
    instead: "Sketches of DataSketches are not made; use approx_count_distinct.",
  },
  {
    names: "bitmap_bit_position bitmap_bucket_number bitmap_construct_agg bitmap_count bitmap_or_agg",
    instead: "Use bit_or, bit_count and shiftleft, or approx_count_distinct.",
  },
  { names: "from_avro from_protobuf schema_of_avro to_avro to_protobuf" },
];

/** What to use instead of each function of Spark that is not supported; undefined if there is nothing. */
export const UNSUPPORTED_FUNCTIONS: ReadonlyMap<string, string | undefined> = new Map(
  UNSUPPORTED_GROUPS.flatMap(({ names, instead }) =>
    names.split(" ").map((name) => [name, instead] as const)
  ),
);

/** Those of them that Spark also takes without parentheses. */
export const WITHOUT_PARENTHESES: readonly string[] = ["current_user", "session_user", "user"];

const NAMES: readonly string[] = [
  ...new Set([
    ...[FUNCTIONS, SYNONYMS, AGGREGATES, AGGREGATE_SYNONYMS].flatMap(Object.keys),
    ...Object.keys(GENERATORS),
    ...["window", "session_window", "grouping", "grouping_id", "extract", "date_part"],
  ]),
].sort();

/** The error for a call of a function that is not supported, or that does not exist in Spark either. */
export function unsupportedFunction(sql: string, { name, at }: Pick<CallNode, "name" | "at">): SfcrimeError {
  const near = didYouMean(name, NAMES, "docs/sql.md lists all functions.");
  if (Object.hasOwn(GENERATORS, name)) {
    const problem =
      `${name} makes rows: it can only be a column of the SELECT list by itself, or stand in LATERAL VIEW.`;
    throw sqlError(sql, at, problem, `Use LATERAL VIEW ${name}(…) t AS c, and c here.`);
  }
  if (!UNSUPPORTED_FUNCTIONS.has(name)) {
    return sqlError(sql, at, `neither Spark nor sfcrime has a function ${name}.`, near);
  }
  const instead = UNSUPPORTED_FUNCTIONS.get(name) ?? near;
  return sqlError(sql, at, `Spark's function ${name} is not supported.`, instead);
}
