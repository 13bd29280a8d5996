/** The functions that format and parse times. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Value } from "../../../records/data_type.ts";
import { type Micros, MICROS_PER_SECOND, microsOf } from "../../../records/values/micros.ts";
import { parseDatePattern, type PatternPart, type PatternUse } from "../../../sql/patterns/date_pattern.ts";
import { dateWriter } from "../../time/date_format.ts";
import { dateReader } from "../../time/date_parse.ts";
import { type Implementation, strict } from "../implementation.ts";

/** The parts of a pattern. @throws {SfcrimeError} QUERY_FAILED; the analysis has checked patterns that are constant. */
function partsOf(name: string, format: string, use: PatternUse): readonly PatternPart[] {
  const parts = parseDatePattern(format, use);
  if (typeof parts !== "string") return parts;
  throw new SfcrimeError("QUERY_FAILED", `${name} ${parts}.`);
}

/** A function of a value and a format, which is compiled once if it is constant, or does not change from row to row. */
function byFormat<T>(
  compile: (format: string, zone: TimeZone, name: string) => T,
  compute: (compiled: T, value: never, format: string) => Value,
): Implementation {
  return (args, call, zone) => {
    let known: { readonly format: string; readonly compiled: T } | undefined;
    const typedCompute = compute as (compiled: T, value: Value, format: string) => Value;
    return strict((value: Value, format: string) => {
      if (known?.format !== format) known = { format, compiled: compile(format, zone, call.name) };
      return typedCompute(known.compiled, value, format);
    })(args, call, zone);
  };
}

function writer<T extends Value>(timeOf: (value: T) => Micros): Implementation {
  return byFormat(
    (format, zone, name) => dateWriter(partsOf(name, format, "write"), zone),
    (write, value: never) => write(timeOf(value)),
  );
}

function reader(otherwise: (text: string, format: string) => null, isLocal = false): Implementation {
  return byFormat(
    (format, zone, name) => dateReader(partsOf(name, format, "read"), zone, { isLocal }),
    (read, text: never, format) => read(text) ?? otherwise(text, format),
  );
}

function unparsed(text: string, format: string): never {
  throw new SfcrimeError(
    "QUERY_FAILED",
    `Cannot parse ${JSON.stringify(text)} as a time with the pattern ${format}.`,
    { hint: "Use try_to_timestamp to get NULL instead." },
  );
}

/** By their name in plans. */
export const DATE_FORMAT_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  date_format: writer((time: Micros) => time),
  // 64 bits, which wrap around on overflow in Java.
  from_unixtime: writer((seconds: bigint) =>
    microsOf(BigInt.asIntN(64, seconds * BigInt(MICROS_PER_SECOND)))
  ),
  to_timestamp: reader(unparsed),
  to_timestamp_ntz: reader(unparsed, true),
  try_to_timestamp: reader(() => null),
};
