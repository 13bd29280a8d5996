/** `EXTRACT(field FROM time)` and `date_part('field', time)` are rewritten to the function for the field. */
import type { CallNode } from "../syntax/ast.ts";
import { sqlError } from "../syntax/sql_error.ts";

/** The function for each field, by name in upper case. */
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

/** Other names of fields. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  YEAR: ["Y", "YEARS", "YR", "YRS"],
  QUARTER: ["QTR"],
  MONTH: ["MON", "MONS", "MONTHS"],
  WEEK: ["W", "WEEKS"],
  DAY: ["D", "DAYS"],
  HOUR: ["H", "HOURS", "HR", "HRS"],
  MINUTE: ["M", "MIN", "MINS", "MINUTES"],
};

/** The fields of Spark that are not supported. */
const UNSUPPORTED = /^(YEAROFWEEK|DAYOFWEEK_ISO|DOW_ISO|S|SECS?|SECONDS?)$/;

/** The names of both, in lower case. */
export const EXTRACTS: readonly string[] = ["extract", "date_part"];

/** The rewritten call. @throws {SfcrimeError} SQL, for an unknown field. */
export function extractedCall(node: CallNode, sql: string): CallNode {
  const [field, ...args] = node.args;
  const known = `Fields: ${Object.keys(FIELDS).join(", ")}.`;
  if (field?.kind !== "string") {
    throw sqlError(sql, node.at, `${node.name} requires a field and a time.`, known);
  }
  const written = field.value.toUpperCase();
  if (UNSUPPORTED.test(written)) {
    const problem = `EXTRACT of ${field.value} is not supported.`;
    throw sqlError(sql, node.at, problem, `${known} Or use second(time).`);
  }
  const name = FIELDS[Object.keys(SYNONYMS).find((known) => SYNONYMS[known]!.includes(written)) ?? written];
  if (name === undefined) throw sqlError(sql, field.at, `cannot extract ${field.value} from a time.`, known);
  return { ...node, name, args };
}
