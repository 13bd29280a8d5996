/** The results of aggregates over no rows. */
import type { AggregateCall, Expression } from "../../plan.ts";
import { call } from "../signature.ts";

const COUNTS: readonly string[] = ["count", "count_if", "approx_count_distinct", "regr_count"];
const LISTS: readonly string[] = ["collect_list", "collect_set"];

/** The result of an aggregate over no rows: mostly NULL. */
export function emptyResult({ name, type }: AggregateCall): Expression {
  if (COUNTS.includes(name)) return { kind: "literal", value: "0", type };
  return LISTS.includes(name) ? call("array", [], type) : { kind: "literal", value: null, type };
}
