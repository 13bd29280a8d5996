/** The signatures of functions that format and parse times. A format that is constant is checked. */
import { typeName } from "../../../records/data_type.ts";
import { castTo, isNumeric } from "../coercion.ts";
import { parseDatePattern, type PatternUse } from "../../patterns/date_pattern.ts";
import type { Expression } from "../../plan.ts";
import { batchSeconds } from "./batch_time.ts";
import { argument, call, counted, Refusal, requireCount, type Signature } from "../signature.ts";

/** The default format. */
const DEFAULT_FORMAT: Expression = { kind: "literal", value: "yyyy-MM-dd HH:mm:ss", type: "STRING" };

const NULL: Expression = { kind: "literal", value: null, type: "VOID" };

/** By name in lower case. */
export const DATE_FORMAT_FUNCTIONS: Readonly<Record<string, Signature>> = {
  date_format: counted(
    2,
    ([value, format]) => written("date_format", argument(value!, "TIMESTAMP", 0), format!),
  ),
  from_unixtime: (args) => {
    requireCount(args, 1, 2);
    return written("from_unixtime", argument(args[0]!, "BIGINT", 0), args[1] ?? DEFAULT_FORMAT);
  },
  to_timestamp: (args) => time("to_timestamp", args.map(seconds)),
  try_to_timestamp: (args) => time("try_to_timestamp", args.map(seconds)),
  to_timestamp_ntz: (args) => {
    requireCount(args, 1, 2);
    const [own, format] = args as [Expression, Expression?];
    const value = isNumeric(own.type) ? castTo(own, "STRING") : own;
    const moments = moment(value);
    const known = format === undefined ? undefined : checked(format, "read");
    if (!isText(value) || known === undefined) return castTo(moments, "TIMESTAMP_NTZ");
    return known === null
      ? castTo(NULL, "TIMESTAMP_NTZ")
      : call("to_timestamp_ntz", [value, known], "TIMESTAMP_NTZ");
  },
  to_date: (args) => {
    requireCount(args, 1, 2);
    const isFormatted = isText(args[0]!) && args.length === 2;
    return castTo(isFormatted ? time("to_timestamp", args) : moment(args[0]!), "DATE");
  },
  unix_timestamp: (args) => args.length === 0 ? batchSeconds() : unixTimestamp(args),
  to_unix_timestamp: unixTimestamp,
};

function unixTimestamp(args: readonly Expression[]): Expression {
  requireCount(args, 1, 2);
  const [value, format = DEFAULT_FORMAT] = args as [Expression, Expression?];
  // As in Spark, of a time without a zone it is that of UTC.
  if (value.type === "TIMESTAMP_NTZ") return call("unix_timestamp", [value], "BIGINT");
  return call("unix_timestamp", [time("to_timestamp", isText(value) ? [value, format] : [value])], "BIGINT");
}

function isText({ type }: Expression): boolean {
  return type === "STRING";
}

/** A value that can be converted to a time. @throws {Refusal} */
function moment(value: Expression): Expression {
  if (["STRING", "DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "VOID"].includes(String(value.type))) return value;
  throw new Refusal(`requires a STRING, DATE or TIMESTAMP, but got ${typeName(value.type)}`);
}

/** A number is seconds. */
function seconds(value: Expression, index: number): Expression {
  return index === 0 && isNumeric(value.type) ? castTo(value, "TIMESTAMP") : value;
}

/** A string parsed by a format, if there is one; a time is only cast. */
function time(name: "to_timestamp" | "try_to_timestamp", args: readonly Expression[]): Expression {
  requireCount(args, 1, 2);
  const value = moment(args[0]!);
  const format = args[1] === undefined ? undefined : checked(args[1], "read");
  if (!isText(value)) return castTo(value, "TIMESTAMP");
  if (format === undefined) {
    return { kind: "cast", argument: value, type: "TIMESTAMP", safe: name === "try_to_timestamp" };
  }
  return format === null ? castTo(NULL, "TIMESTAMP") : call(name, [value, format], "TIMESTAMP");
}

function written(name: string, value: Expression, format: Expression): Expression {
  const known = checked(format, "write");
  return known === null ? castTo(NULL, "STRING") : call(name, [value, known], "STRING");
}

/** A format that is supported, as far as it is constant; null if it is NULL. @throws {Refusal} */
function checked(format: Expression, use: PatternUse): Expression | null {
  if (format.type === "VOID") return null;
  const text = argument(format, "STRING", 1);
  if (format.kind !== "literal" || typeof format.value !== "string") return text;
  const parts = parseDatePattern(format.value, use);
  if (typeof parts === "string") throw new Refusal(parts);
  return text;
}
