/**
 * A call for service: what San Francisco's police records of one call, as its open data gives it. All fields
 * are strings; what they hold is only read when somebody asks for it.
 */
import { z } from "zod";

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

/** A call. Further fields are kept, and are none of our business. */
export const callSchema: z.ZodType<Call> = z.looseObject(
  Object.fromEntries(CALL_FIELDS.map((field) => [field, z.string()])) as Record<CallField, z.ZodString>,
);

/** One of {@link CALL_FIELDS}. */
export type CallField = (typeof CALL_FIELDS)[number];

/** A call, by field. */
export type Call = Readonly<Record<CallField, string>>;

/**
 * What is wrong with a value as a call, in words; undefined where nothing is. The schema is only asked about
 * what is wrong: a look at each field is enough for the others, and there may be millions.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(callProblem({}), `crime_id: Invalid input: expected string, received undefined (and 13 more)`);
 * ```
 */
export function callProblem(value: Readonly<Record<string, unknown>>): string | undefined {
  if (CALL_FIELDS.every((field) => typeof value[field] === "string")) return undefined;
  const issues = callSchema.safeParse(value).error?.issues ?? [];
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return first === undefined ? "it is not a call" : `${first.path.join(".")}: ${first.message}${more}`;
}
