/**
 * The functions of Spark 4.0 that are not supported, so that they are told apart from names that nobody knows;
 * a test compares them with the list of a real Spark.
 */
import type { SfcrimeError } from "../../base/errors.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../functions/aggregates/aggregates.ts";
import type { CallNode } from "../syntax/ast.ts";
import { FUNCTIONS, SYNONYMS } from "../functions/functions.ts";
import { sqlError } from "../syntax/sql_error.ts";

/** Functions with the same remedy. */
interface FunctionGroup {
  readonly names: string;
  /** What to use instead: a sentence. */
  readonly instead?: string;
}

const GROUPS: readonly FunctionGroup[] = [
  { names: "binary", instead: "Use CAST(value AS STRING)." },
  {
    names:
      "explode explode_outer inline inline_outer json_tuple posexplode posexplode_outer range sql_keywords " +
      "stack variant_explode variant_explode_outer collations",
    instead: "A record gives at most one row per query: use an element, such as split(address, ' ')[0].",
  },
  {
    names: "cume_dist dense_rank lag lead nth_value ntile percent_rank rank row_number",
    instead: "Group by a time window, window(time, '1 hour').",
  },
  { names: "cube grouping grouping_id rollup", instead: "Use one query per grouping." },
  {
    names:
      "curdate current_date current_timestamp localtimestamp monotonically_increasing_id now rand randn " +
      "random randstr shuffle spark_partition_id uniform uuid input_file_block_length " +
      "input_file_block_start input_file_name",
    instead: "A batch that is replayed must give the same rows; use the columns of the records.",
  },
  {
    names: "current_catalog current_database current_schema current_user session_user user version",
    instead: "Write the value as a text.",
  },
  {
    names: "from_json get_json_object json_array_length json_object_keys parse_json schema_of_json to_json " +
      "try_parse_json",
    instead:
      "Each field of a record can be a column of its stream; regexp_extract takes text out of a nested one.",
  },
  { names: "to_char to_varchar", instead: "Use date_format for times, CAST(value AS STRING) for numbers." },
  { names: "to_number try_to_number", instead: "Use CAST(text AS DECIMAL(p,s)), or TRY_CAST." },
  { names: "listagg string_agg", instead: "Use array_join(collect_list(text), ',')." },
  {
    names: "approx_percentile median mode percentile percentile_approx percentile_cont percentile_disc",
    instead: "Use avg, min and max.",
  },
  {
    names:
      "aes_decrypt aes_encrypt bitmap_bit_position bitmap_bucket_number bitmap_construct_agg bitmap_count " +
      "bitmap_or_agg collate collation convert_timezone count_min_sketch from_avro from_csv from_protobuf " +
      "from_xml histogram_numeric hll_sketch_agg hll_sketch_estimate hll_union hll_union_agg is_valid_utf8 " +
      "is_variant_null java_method make_dt_interval make_interval make_timestamp_ntz make_valid_utf8 " +
      "make_ym_interval reflect schema_of_avro schema_of_csv schema_of_variant schema_of_variant_agg " +
      "schema_of_xml sentences to_avro to_csv to_protobuf to_timestamp_ntz to_variant_object to_xml " +
      "try_aes_decrypt try_make_interval try_make_timestamp_ntz try_reflect try_validate_utf8 " +
      "try_variant_get validate_utf8 variant_get xpath xpath_boolean xpath_double xpath_float xpath_int " +
      "xpath_long xpath_number xpath_short xpath_string",
  },
];

/** What to use instead of each function of Spark that is not supported; undefined if there is nothing. */
export const UNSUPPORTED_FUNCTIONS: ReadonlyMap<string, string | undefined> = new Map(
  GROUPS.flatMap(({ names, instead }) => names.split(" ").map((name) => [name, instead] as const)),
);

/** The functions whose results would change with each run, which Spark also takes without parentheses. */
export const WITHOUT_PARENTHESES: readonly string[] = [
  ...["current_date", "current_timestamp", "current_user", "session_user", "user"],
];

const NAMES: readonly string[] = [
  ...new Set([
    ...[FUNCTIONS, SYNONYMS, AGGREGATES, AGGREGATE_SYNONYMS].flatMap(Object.keys),
    ...["window", "session_window", "grouping", "grouping_id", "extract", "date_part"],
  ]),
].sort();

/** The error for a call of a function that is not supported, or that does not exist in Spark either. */
export function unsupportedFunction(sql: string, { name, at }: Pick<CallNode, "name" | "at">): SfcrimeError {
  const near = didYouMean(name, NAMES, "docs/sql.md lists all functions.");
  if (!UNSUPPORTED_FUNCTIONS.has(name)) {
    return sqlError(sql, at, `neither Spark nor sfcrime has a function ${name}.`, near);
  }
  const instead = UNSUPPORTED_FUNCTIONS.get(name) ?? near;
  return sqlError(sql, at, `Spark's function ${name} is not supported.`, instead);
}
