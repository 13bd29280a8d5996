/** In which order the live view shows groups that have none of their own: the latest first, or the largest. */
import type { DataType } from "../../../records/data_type.ts";
import { isNumeric } from "../../../records/types/number_types.ts";
import { groupKeyOf } from "../../../sinks/rows/group_key.ts";
import type { QueryPlan } from "../../../sql/plan.ts";
import { aggregatesOf } from "../../../sql/planning/plan_sources.ts";

/** Types of times; a window is a struct of them. */
const TIMES = new Set<DataType>(["TIMESTAMP", "DATE"]);

/**
 * What stands after ORDER BY: the first time of the groups, and then the first number that is not part of their key,
 * the greatest first; undefined if the result is in an order already, or has neither.
 */
export function rowsOrder(plan: QueryPlan): string | undefined {
  const { outputMode, output } = plan;
  if (aggregatesOf(plan).length === 0 || outputMode !== "update") return undefined;
  const keys = (groupKeyOf(plan) ?? []).map(({ column }) => column);
  const time = output.findIndex(({ type }) => isTime(type));
  const number = output.findIndex(({ type }, column) => isNumeric(type) && !keys.includes(column));
  const order = [time, number].filter((column) => column >= 0).map((column) => `${column + 1} DESC`);
  return order.length === 0 ? undefined : order.join(", ");
}

function isTime(type: DataType): boolean {
  if (typeof type === "string") return TIMES.has(type);
  return type.kind === "STRUCT" && type.fields.every((field) => TIMES.has(field.type));
}
