/**
 * The INTERVAL types: those of SQL, of months or of days and smaller units, each named after its first and its last field,
 * and the one of the calendar, whose months, days and microseconds are apart. The fields do not limit a value: an
 * INTERVAL DAY may be any length of time.
 */
/** The types whose values are months. */
export const MONTH_INTERVALS = ["INTERVAL YEAR", "INTERVAL YEAR TO MONTH", "INTERVAL MONTH"] as const;

/** The types whose values are microseconds. */
export const TIME_INTERVALS = [
  "INTERVAL DAY",
  "INTERVAL DAY TO HOUR",
  "INTERVAL DAY TO MINUTE",
  "INTERVAL DAY TO SECOND",
  "INTERVAL HOUR",
  "INTERVAL HOUR TO MINUTE",
  "INTERVAL HOUR TO SECOND",
  "INTERVAL MINUTE",
  "INTERVAL MINUTE TO SECOND",
  "INTERVAL SECOND",
] as const;

/** A type of months. */
export type MonthInterval = (typeof MONTH_INTERVALS)[number];
/** A type of microseconds. */
export type TimeInterval = (typeof TIME_INTERVALS)[number];

/** The fields of intervals, from the largest to the smallest. */
export const INTERVAL_FIELDS = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"] as const;
/** A field of an interval. */
export type IntervalField = (typeof INTERVAL_FIELDS)[number];

const MONTHS: ReadonlySet<unknown> = new Set(MONTH_INTERVALS);
const TIMES: ReadonlySet<unknown> = new Set(TIME_INTERVALS);

/** Whether values of a type are months. */
export function isMonths(type: unknown): type is MonthInterval {
  return MONTHS.has(type);
}

/** Whether values of a type are microseconds. */
export function isDuration(type: unknown): type is TimeInterval {
  return TIMES.has(type);
}

/** Whether a type is one of SQL's INTERVALs, whose values have an order. */
export function isSqlInterval(type: unknown): type is MonthInterval | TimeInterval {
  return isMonths(type) || isDuration(type);
}

/** Whether a type is any INTERVAL. */
export function isIntervalType(type: unknown): boolean {
  return type === "INTERVAL" || isSqlInterval(type);
}

/**
 * The first and the last field of a type.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(fieldsOfInterval("INTERVAL DAY TO SECOND"), ["DAY", "SECOND"]);
 * deepEqual(fieldsOfInterval("INTERVAL MONTH"), ["MONTH", "MONTH"]);
 * ```
 */
export function fieldsOfInterval(
  type: MonthInterval | TimeInterval,
): readonly [first: IntervalField, last: IntervalField] {
  const [first, last = first] = type.slice("INTERVAL ".length).split(" TO ");
  return [first as IntervalField, last as IntervalField];
}

/** The type with the given fields, in any case; undefined if there is none. */
export function intervalOfFields(first: string, last = first): MonthInterval | TimeInterval | undefined {
  const [from, to] = [first.toUpperCase(), last.toUpperCase()];
  const name = from === to ? `INTERVAL ${from}` : `INTERVAL ${from} TO ${to}`;
  return [...MONTH_INTERVALS, ...TIME_INTERVALS].find((type) => type === name);
}

/** The type that has all fields of two types; undefined if one is of months and the other is not. */
export function widerInterval(left: unknown, right: unknown): MonthInterval | TimeInterval | undefined {
  const isSameKind = (isMonths(left) && isMonths(right)) || (isDuration(left) && isDuration(right));
  if (!isSameKind) return undefined;
  const fields = [left, right].flatMap((type) => fieldsOfInterval(type as MonthInterval | TimeInterval))
    .map((field) => INTERVAL_FIELDS.indexOf(field));
  return intervalOfFields(INTERVAL_FIELDS[Math.min(...fields)]!, INTERVAL_FIELDS[Math.max(...fields)]!);
}
