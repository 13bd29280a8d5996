/**
 * Casts to DECIMAL: rounded half up to the scale; values with more digits than the precision cannot be cast.
 */
import type { DataType } from "../../../records/data_type.ts";
import { type DecimalType, parseDecimal, rescale } from "../../../records/values/decimal.ts";
import { doubleText } from "../../../records/values/double_text.ts";
import { MICROS_PER_SECOND } from "../../../records/values/micros.ts";
import { withoutBlanks } from "../../../records/values/trimmed.ts";
import { isDecimal } from "../../../sql/functions/coercion.ts";
import { unscaledOfInterval } from "./interval_cast.ts";
import type { CastFunction } from "./cast_function.ts";

/** The cast of a type to DECIMAL, or undefined if there is none. */
export function toDecimal(from: DataType, to: DecimalType): CastFunction | undefined {
  const limit = 10n ** BigInt(to.precision);
  const fit = (value: bigint) => value < limit && value > -limit ? value : undefined;
  switch (from) {
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return (value) => fit(rescale(BigInt(value as number | bigint | boolean), 0, to.scale));
    case "FLOAT":
    case "DOUBLE":
      // Even in ANSI mode, NaN and infinities become NULL.
      return (value) =>
        Number.isFinite(value as number) ? parseDecimal(doubleText(value as number), to) : null;
    case "TIMESTAMP":
      return (value) => parseDecimal(doubleText(Number(value) / MICROS_PER_SECOND), to);
    case "STRING":
      return (value) => parseDecimal(withoutBlanks(value as string), to);
    default: {
      const ofInterval = unscaledOfInterval(from, to.scale);
      if (ofInterval !== undefined) return (value) => fit(ofInterval(value));
      return isDecimal(from) ? (value) => fit(rescale(value as bigint, from.scale, to.scale)) : undefined;
    }
  }
}
