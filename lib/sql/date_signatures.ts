/** The types of the functions of dates and times. */
import { DATE_FORMAT_FUNCTIONS } from "./date_format_signatures.ts";
import { type Signature, typed } from "./signature.ts";

/** Parts of a date that are a whole number. */
const PARTS_OF_DATE = ["year", "quarter", "month", "day", "dayofweek", "weekday", "dayofyear", "weekofyear"];
const PARTS_OF_TIME = ["hour", "minute", "second"];

/** By their name in lower case. */
export const DATE_FUNCTIONS: Readonly<Record<string, Signature>> = {
  ...Object.fromEntries(PARTS_OF_DATE.map((name) => [name, typed(name, ["DATE"], "INT")])),
  ...Object.fromEntries(PARTS_OF_TIME.map((name) => [name, typed(name, ["TIMESTAMP"], "INT")])),
  date_trunc: typed("date_trunc", ["STRING", "TIMESTAMP"], "TIMESTAMP"),
  trunc: typed("trunc", ["DATE", "STRING"], "DATE"),
  ...DATE_FORMAT_FUNCTIONS,
  date_add: typed("date_add", ["DATE", "INT"], "DATE"),
  date_sub: typed("date_sub", ["DATE", "INT"], "DATE"),
  datediff: typed("datediff", ["DATE", "DATE"], "INT"),
};
