/** The functions that write and read times by a format. */
import { SfcrimeError } from "../base/errors.ts";
import type { Value } from "../records/data_type.ts";
import { MICROS_PER_SECOND } from "../records/timestamp.ts";
import { parseDatePattern, type PatternPart, type PatternUse } from "../sql/date_pattern.ts";
import { dateWriter } from "./date_format.ts";
import { dateReader } from "./date_parse.ts";
import { type Implementation, strict } from "./implementation.ts";

/** The format of a call, which the analysis has checked. */
function partsOf(call: Parameters<Implementation>[1], use: PatternUse): readonly PatternPart[] {
  const format = call.args[1];
  const parts = format?.kind === "literal" ? parseDatePattern(String(format.value), use) : "takes a format";
  if (typeof parts !== "string") return parts;
  throw new SfcrimeError("INTERNAL", `${call.name} ${parts}.`);
}

function writer<T extends Value>(micros: (value: T) => number): Implementation {
  return ([value], call, zone) => {
    const write = dateWriter(partsOf(call, "write"), zone);
    return strict((known: T) => write(micros(known)))([value!], call, zone);
  };
}

function reader(otherwise: (text: string, format: Value) => null): Implementation {
  return ([text], call, zone) => {
    const read = dateReader(partsOf(call, "read"), zone);
    const format = call.args[1]!.kind === "literal" ? call.args[1]!.value : null;
    return strict((known: string) => read(known) ?? otherwise(known, format))([text!], call, zone);
  };
}

/** By the name that plans call them by. */
export const DATE_FORMAT_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  date_format: writer((micros: number) => micros),
  // 64 bits, which go round in Java where they overflow.
  from_unixtime: writer((seconds: bigint) => Number(BigInt.asIntN(64, seconds * BigInt(MICROS_PER_SECOND)))),
  to_timestamp: reader((text, format) => {
    throw new SfcrimeError("QUERY_FAILED", `${JSON.stringify(text)} is no time of the format ${format}.`, {
      hint: "try_to_timestamp gives NULL for such a value.",
    });
  }),
  try_to_timestamp: reader(() => null),
};
