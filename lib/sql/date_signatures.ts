/** The types of the functions of dates and times. */
import type { Expression } from "./plan.ts";
import { Refusal, requireCount, type Signature, typed } from "./signature.ts";

/** Parts of a date that are a whole number. */
const PARTS_OF_DATE = ["year", "quarter", "month", "day", "dayofweek", "weekday", "dayofyear", "weekofyear"];
const PARTS_OF_TIME = ["hour", "minute", "second"];

/** By their name in lower case. */
export const DATE_FUNCTIONS: Readonly<Record<string, Signature>> = {
  ...Object.fromEntries(PARTS_OF_DATE.map((name) => [name, typed(name, ["DATE"], "INT")])),
  ...Object.fromEntries(PARTS_OF_TIME.map((name) => [name, typed(name, ["TIMESTAMP"], "INT")])),
  date_trunc: typed("date_trunc", ["STRING", "TIMESTAMP"], "TIMESTAMP"),
  trunc: typed("trunc", ["DATE", "STRING"], "DATE"),
  to_date: withoutFormat("DATE"),
  to_timestamp: withoutFormat("TIMESTAMP"),
  unix_timestamp: (args) => {
    requireCount(args, 1, 2);
    if (args.length === 2) throw noFormats();
    if (args[0]!.type === "STRING") {
      throw new Refusal("takes a TIMESTAMP; CAST the text to one, or use to_timestamp");
    }
    return typed("unix_timestamp", ["TIMESTAMP"], "BIGINT")(args);
  },
  from_unixtime: (args) => {
    requireCount(args, 1, 2);
    if (args.length === 2) throw noFormats();
    return typed("from_unixtime", ["BIGINT"], "STRING")(args);
  },
  date_add: typed("date_add", ["DATE", "INT"], "DATE"),
  date_sub: typed("date_sub", ["DATE", "INT"], "DATE"),
  datediff: typed("datediff", ["DATE", "DATE"], "INT"),
};

function withoutFormat(result: "DATE" | "TIMESTAMP"): Signature {
  return (args: readonly Expression[]) => {
    requireCount(args, 1, 2);
    if (args.length === 2) throw noFormats();
    const [value] = args as [Expression];
    if (!["STRING", "DATE", "TIMESTAMP", "VOID"].includes(String(value.type))) {
      throw new Refusal("takes a STRING, a DATE or a TIMESTAMP");
    }
    return { kind: "cast", argument: value, type: result, safe: false };
  };
}

function noFormats(): Refusal {
  return new Refusal("takes no format here: write times as 2018-12-31 23:57:00");
}
