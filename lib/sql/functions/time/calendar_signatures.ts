/** The signatures of functions of the calendar, of units of time and of time zones. */
import type { DataType } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import {
  anyTime,
  argument,
  call,
  counted,
  Refusal,
  requireCount,
  type Signature,
  typed,
} from "../signature.ts";

const SECONDS: DataType = { kind: "DECIMAL", precision: 16, scale: 6 };

/** A time without a zone of its parts. */
function madeLocal(name: string): Signature {
  return typed(name, ["INT", "INT", "INT", "INT", "INT", SECONDS], "TIMESTAMP_NTZ");
}

/** A time of its parts, perhaps in a time zone. */
function made(name: string): Signature {
  return typed(name, ["INT", "INT", "INT", "INT", "INT", SECONDS, "STRING"], "TIMESTAMP", 1);
}

/** The units of `timestampadd` and `timestampdiff`. */
const UNITS = "MICROSECOND MILLISECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR".split(" ");

/** A unit in upper case. @throws {Refusal} */
function unit(arg: Expression, more: readonly string[]): Expression {
  const name = arg.kind === "literal" ? String(arg.value).toUpperCase() : "";
  if ([...UNITS, ...more].includes(name)) return { kind: "literal", value: name, type: "STRING" };
  throw new Refusal(`has no unit ${name}; use one of ${UNITS.join(", ")}`);
}

/** By name in lower case. */
export const CALENDAR_FUNCTIONS: Readonly<Record<string, Signature>> = {
  next_day: typed("next_day", ["DATE", "STRING"], "DATE"),
  last_day: typed("last_day", ["DATE"], "DATE"),
  months_between: typed("months_between", ["TIMESTAMP", "TIMESTAMP", "BOOLEAN"], "DOUBLE", 1),
  dayname: typed("dayname", ["DATE"], "STRING"),
  monthname: typed("monthname", ["DATE"], "STRING"),
  unix_date: typed("unix_date", ["DATE"], "INT"),
  date_from_unix_date: typed("date_from_unix_date", ["INT"], "DATE"),
  make_date: typed("make_date", ["INT", "INT", "INT"], "DATE"),
  make_timestamp: made("make_timestamp"),
  try_make_timestamp: made("try_make_timestamp"),
  make_timestamp_ntz: madeLocal("make_timestamp_ntz"),
  try_make_timestamp_ntz: madeLocal("try_make_timestamp_ntz"),
  convert_timezone: typed("convert_timezone", ["STRING", "STRING", "TIMESTAMP_NTZ"], "TIMESTAMP_NTZ"),
  from_utc_timestamp: typed("from_utc_timestamp", ["TIMESTAMP", "STRING"], "TIMESTAMP"),
  to_utc_timestamp: typed("to_utc_timestamp", ["TIMESTAMP", "STRING"], "TIMESTAMP"),
  timestampadd: (args) => {
    requireCount(args, 3);
    const [name, quantity, time] = args as [Expression, Expression, Expression];
    const [more, from] = [argument(quantity, "BIGINT", 1), anyTime(time, 2)];
    return call("timestampadd", [unit(name, ["DAYOFYEAR"]), more, from], from.type);
  },
  timestampdiff: (args) => {
    requireCount(args, 3);
    const times = args.slice(1).map((time, index) => argument(time, "TIMESTAMP", index + 1));
    return call("timestampdiff", [unit(args[0]!, []), ...times], "BIGINT");
  },
};

/** Fields of EXTRACT that are no functions of their own, by the names that they have in plans. */
export const EXTRACTED: Readonly<Record<string, Signature>> = {
  "extract second": counted(
    1,
    ([time]) => call("extract second", [anyTime(time!, 0)], { kind: "DECIMAL", precision: 8, scale: 6 }),
  ),
  "extract dayofweek_iso": typed("extract dayofweek_iso", ["DATE"], "INT"),
  "extract yearofweek": typed("extract yearofweek", ["DATE"], "INT"),
};
