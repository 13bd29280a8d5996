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
  SECOND: "extract second",
  DAYOFWEEK_ISO: "extract dayofweek_iso",
  YEAROFWEEK: "extract yearofweek",
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
  SECOND: ["S", "SEC", "SECONDS", "SECS"],
  DAYOFWEEK_ISO: ["DOW_ISO"],
};

/** The functions that are written with a field, in lower case. */
export const EXTRACTS: readonly string[] = ["extract", "date_part", "datepart"];

/** The functions whose first of three arguments may be a unit, and what they are called then. */
const WITH_UNIT: Readonly<Record<string, "timestampadd" | "timestampdiff">> = {
  timestampadd: "timestampadd",
  dateadd: "timestampadd",
  date_add: "timestampadd",
  timestampdiff: "timestampdiff",
  datediff: "timestampdiff",
  date_diff: "timestampdiff",
  timediff: "timestampdiff",
};

/** The functions that are not called without a unit, with how to call them. */
export const UNIT_FUNCTIONS: Readonly<Record<string, string>> = {
  timestampadd: "Write the unit without quotes: timestampadd(HOUR, 1, time).",
  timestampdiff: "Write the unit without quotes: timestampdiff(HOUR, start, end).",
};

/** A call such as `dateadd(HOUR, 1, time)` with its unit as a text; undefined if it is not one. */
export function unitCall(node: CallNode): CallNode | undefined {
  const [unit, ...more] = node.args;
  const name = Object.hasOwn(WITH_UNIT, node.name) ? WITH_UNIT[node.name] : undefined;
  if (name === undefined || node.args.length !== 3 || unit!.kind !== "column") return undefined;
  return {
    ...node,
    name,
    args: [{ kind: "string", value: unit!.name, at: unit!.at }, ...more],
  };
}

/** The name of a field in upper case, which may be written in another way. */
export function fieldNamed(written: string): string {
  const name = written.toUpperCase();
  return Object.keys(SYNONYMS).find((known) => SYNONYMS[known]!.includes(name)) ?? name;
}

/** The rewritten call. @throws {SfcrimeError} SQL, for an unknown field. */
export function extractedCall(node: CallNode, sql: string): CallNode {
  const [field, ...args] = node.args;
  const known = `Fields: ${Object.keys(FIELDS).join(", ")}.`;
  if (field?.kind !== "string") {
    throw sqlError(sql, node.at, `${node.name} requires a field and a time.`, known);
  }
  const name = FIELDS[fieldNamed(field.value)];
  if (name === undefined) throw sqlError(sql, field.at, `cannot extract ${field.value} from a time.`, known);
  return { ...node, name, args };
}
