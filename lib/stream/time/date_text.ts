/** Names in formatted dates: Java's, in English. */

const MONTH_NAMES = "January February March April May June July August September October November December";
const WEEKDAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday";

/** The months, in order. */
export const MONTHS: readonly string[] = MONTH_NAMES.split(" ");

/** The days of the week, from Monday on. */
export const WEEKDAYS: readonly string[] = WEEKDAY_NAMES.split(" ");

/** The letters of a short name. */
const SHORT = 3;

/** A name, or its first letters. */
export function shortName(name: string): string {
  return name.slice(0, SHORT);
}
