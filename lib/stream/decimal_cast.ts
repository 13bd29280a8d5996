/** Casts to DECIMAL: rounded half up to the scale; what has more digits than the precision does not fit. */
import type { DataType } from "../records/data_type.ts";
import { doubleText } from "../records/double_text.ts";
import type { CastFunction } from "./cast.ts";

type DecimalType = Extract<DataType, { kind: "DECIMAL" }>;

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

const DECIMAL_EXPONENT_MAX = 1_000;

function parseDecimal(text: string): { readonly unscaled: bigint; readonly scale: number } | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const isBeyond = Math.abs(Number(exponent)) > DECIMAL_EXPONENT_MAX;
  if (`${whole}${fraction}` === "" || isBeyond) return undefined;
  const unscaled = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  return { unscaled, scale: fraction.length - Number(exponent) };
}

function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  const [quotient, rest] = [unscaled / divisor, unscaled % divisor];
  const isHalf = (rest < 0n ? -rest : rest) * 2n >= divisor;
  return isHalf ? quotient + (unscaled < 0n ? -1n : 1n) : quotient;
}
