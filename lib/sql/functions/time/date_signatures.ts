/** The signatures of date and time functions. */
import { typeName } from "../../../records/data_type.ts";
import { castTo, isIntegral, isNumeric } from "../coercion.ts";
import { BATCH_TIME_FUNCTIONS, LOCAL_TIME_FUNCTIONS } from "./batch_time.ts";
import { CALENDAR_FUNCTIONS } from "./calendar_signatures.ts";
import { DATE_FORMAT_FUNCTIONS } from "./date_format_signatures.ts";
import { INTERVAL_FUNCTIONS } from "./interval_signatures.ts";
import { anyTime, argument, call, counted, Refusal, type Signature, typed, widened } from "../signature.ts";

/** The parts of a date that are integers. */
const PARTS_OF_DATE = ["year", "quarter", "month", "day", "dayofweek", "weekday", "dayofyear", "weekofyear"];
const PARTS_OF_TIME = ["hour", "minute", "second"];

/** A time from an integer; as in Spark, a string is not accepted. */
function ofWhole(name: string): Signature {
  return counted(1, ([arg]) => {
    const { type } = arg!;
    if (isIntegral(type) || type === "VOID") return call(name, [castTo(arg!, "BIGINT")], "TIMESTAMP");
    throw new Refusal(`requires an integer, but got ${typeName(type)}`);
  });
}

/** An integer from a time; as in Spark, neither a date nor a string is accepted. */
function ofTime(name: string): Signature {
  return counted(1, ([arg]) => {
    const { type } = arg!;
    if (type === "TIMESTAMP" || type === "VOID") return call(name, [castTo(arg!, "TIMESTAMP")], "BIGINT");
    throw new Refusal(`requires TIMESTAMP, but got ${typeName(type)}`);
  });
}

/** A date that is moved by days; as in Spark, their number is at most an INT. */
function ofDays(name: string): Signature {
  return counted(
    2,
    ([date, days]) => call(name, [argument(date!, "DATE", 0), widened(days!, "INT", 1)], "DATE"),
  );
}

/** By name in lower case. */
export const DATE_FUNCTIONS: Readonly<Record<string, Signature>> = {
  ...Object.fromEntries(PARTS_OF_DATE.map((name) => [name, typed(name, ["DATE"], "INT")])),
  ...Object.fromEntries(PARTS_OF_TIME.map((name) => [
    name,
    counted(1, ([time]) => call(name, [anyTime(time!, 0)], "INT")),
  ])),
  date_trunc: typed("date_trunc", ["STRING", "TIMESTAMP"], "TIMESTAMP"),
  trunc: typed("trunc", ["DATE", "STRING"], "DATE"),
  ...DATE_FORMAT_FUNCTIONS,
  ...CALENDAR_FUNCTIONS,
  ...INTERVAL_FUNCTIONS,
  ...BATCH_TIME_FUNCTIONS,
  ...LOCAL_TIME_FUNCTIONS,
  date_add: ofDays("date_add"),
  date_sub: ofDays("date_sub"),
  datediff: typed("datediff", ["DATE", "DATE"], "INT"),
  timestamp_seconds: counted(1, (args) => {
    const value = args[0]!;
    const isWhole = isIntegral(value.type) || value.type === "VOID";
    if (!isWhole && !isNumeric(value.type)) {
      throw new Refusal(`requires a number, but got ${typeName(value.type)}`);
    }
    return call("timestamp_seconds", [isWhole ? castTo(value, "BIGINT") : value], "TIMESTAMP");
  }),
  timestamp_millis: ofWhole("timestamp_millis"),
  timestamp_micros: ofWhole("timestamp_micros"),
  unix_seconds: ofTime("unix_seconds"),
  unix_millis: ofTime("unix_millis"),
  unix_micros: ofTime("unix_micros"),
};
