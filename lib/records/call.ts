/**
 * A call for service, as in the open data of the San Francisco police. All fields are strings; their content
 * is parsed only when a query needs it.
 */

/** The fields of a call, in the order of the data set. */
export const CALL_FIELDS = [
  "crime_id",
  "original_crime_type_name",
  "report_date",
  "call_date",
  "offense_date",
  "call_time",
  "call_date_time",
  "disposition",
  "address",
  "city",
  "state",
  "agency_id",
  "address_type",
  "common_location",
] as const;

/**
 * Why a value is not a valid call, in words; undefined if it is valid.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(callProblem({}), "crime_id is missing; so are 13 more fields");
 * ```
 */
export function callProblem(value: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = CALL_FIELDS.filter((field) => typeof value[field] !== "string");
  const [first] = wrong;
  if (first === undefined) return undefined;
  const isMissing = value[first] === undefined;
  const others = wrong.filter((field) => (value[field] === undefined) === isMissing).length - 1;
  const more = others === 0 ? "" : others === 1 ? "; so is 1 more field" : `; so are ${others} more fields`;
  return `${first} is ${isMissing ? "missing" : `${kindOf(value[first])}, not a string`}${more}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
