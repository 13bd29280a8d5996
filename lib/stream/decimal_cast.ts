/** Casts to DECIMAL: rounded half up to the scale; what has more digits than the precision does not fit. */
import type { DataType } from "../records/data_type.ts";
import { doubleText } from "../records/double_text.ts";
import type { CastFunction } from "./cast.ts";
import { type DecimalType, parseDecimal, rescale } from "./decimal_math.ts";

/** The cast of a type to DECIMAL, or undefined where there is none. */
export function toDecimal(from: DataType, to: DecimalType): CastFunction | undefined {
  const limit = 10n ** BigInt(to.precision);
  const fit = (value: bigint) => value < limit && value > -limit ? value : undefined;
  const ofText = (text: string) => {
    const parsed = parseDecimal(text);
    return parsed === undefined ? undefined : fit(rescale(parsed.unscaled, parsed.scale, to.scale));
  };
  switch (from) {
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return (value) => fit(rescale(BigInt(value as number | bigint | boolean), 0, to.scale));
    case "FLOAT":
    case "DOUBLE":
      // In ANSI mode, too, NaN and the infinities become NULL.
      return (value) => Number.isFinite(value as number) ? ofText(doubleText(value as number)) : null;
    case "STRING":
      return (value) => ofText((value as string).trim());
    default:
      return typeof from !== "string" && from.kind === "DECIMAL"
        ? (value) => fit(rescale(value as bigint, from.scale, to.scale))
        : undefined;
  }
}
