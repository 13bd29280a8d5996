/** The functions that format and parse times. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Value } from "../../../records/data_type.ts";
import { type Micros, MICROS_PER_SECOND, microsOf } from "../../../records/values/micros.ts";
import { parseDatePattern, type PatternPart, type PatternUse } from "../../../sql/patterns/date_pattern.ts";
import { dateWriter } from "../../time/date_format.ts";
import { dateReader } from "../../time/date_parse.ts";
import { type Implementation, strict } from "../implementation.ts";

/** The pattern of a call, which the analysis has checked. */
function partsOf(call: Parameters<Implementation>[1], use: PatternUse): readonly PatternPart[] {
  const format = call.args[1];
  const parts = format?.kind === "literal"
    ? parseDatePattern(String(format.value), use)
    : "requires a format";
  if (typeof parts !== "string") return parts;
  throw new SfcrimeError("INTERNAL", `${call.name} ${parts}.`);
}

function writer<T extends Value>(timeOf: (value: T) => Micros): Implementation {
  return ([value], call, zone) => {
    const write = dateWriter(partsOf(call, "write"), zone);
    return strict((known: T) => write(timeOf(known)))([value!], call, zone);
  };
}

function reader(otherwise: (text: string, format: Value) => null): Implementation {
  return ([text], call, zone) => {
    const read = dateReader(partsOf(call, "read"), zone);
    const format = call.args[1]!.kind === "literal" ? call.args[1]!.value : null;
    return strict((known: string) => read(known) ?? otherwise(known, format))([text!], call, zone);
  };
}

/** By their name in plans. */
export const DATE_FORMAT_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  date_format: writer((time: Micros) => time),
  // 64 bits, which wrap around on overflow in Java.
  from_unixtime: writer((seconds: bigint) =>
    microsOf(BigInt.asIntN(64, seconds * BigInt(MICROS_PER_SECOND)))
  ),
  to_timestamp: reader((text, format) => {
    throw new SfcrimeError(
      "QUERY_FAILED",
      `Cannot parse ${JSON.stringify(text)} as a time with the pattern ${format}.`,
      { hint: "Use try_to_timestamp to get NULL instead." },
    );
  }),
  try_to_timestamp: reader(() => null),
};
