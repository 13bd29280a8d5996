/** `EXTRACT(field FROM time)` and `date_part('field', time)` are calls of the function that gives the field. */
import type { CallNode } from "./ast.ts";
import { sqlError } from "./sql_error.ts";

/** The function of each field, by its name in upper case. */
const FIELDS: Readonly<Record<string, string>> = {
  YEAR: "year",
  QUARTER: "quarter",
  MONTH: "month",
  WEEK: "weekofyear",
  DAY: "day",
  DAYOFWEEK: "dayofweek",
  DOW: "dayofweek",
  DOY: "dayofyear",
  HOUR: "hour",
  MINUTE: "minute",
};

/** The names of both forms, in lower case. */
export const EXTRACTS: readonly string[] = ["extract", "date_part"];

/** The call that is meant. @throws {SfcrimeError} SQL, where there is none. */
export function extractedCall(node: CallNode, sql: string): CallNode {
  const [field, ...args] = node.args;
  const known = `Fields: ${Object.keys(FIELDS).join(", ")}.`;
  if (field?.kind !== "string") throw sqlError(sql, node.at, `${node.name} takes a field and a time.`, known);
  const name = FIELDS[field.value.toUpperCase()];
  if (name === undefined) throw sqlError(sql, field.at, `${field.value} cannot be extracted.`, known);
  return { ...node, name, args };
}
