/** Casts from and to INTERVALs. */
import { type DataType, type Value } from "../../../records/data_type.ts";
import {
  fieldsOfInterval,
  isIntervalType,
  isSqlInterval,
  type MonthInterval,
  type TimeInterval,
  widerInterval,
} from "../../../records/types/interval_types.ts";
import { divide } from "../../../records/values/decimal.ts";
import {
  anyIntervalText,
  FIELD_MICROS,
  fitted,
  MONTHS_PER_YEAR,
  parseCalendarValue,
  parseSqlInterval,
  type SqlIntervalValue,
} from "../../../records/values/interval_text.ts";
import { isDecimal, isIntegral } from "../../../sql/functions/coercion.ts";
import type { CastFunction } from "./cast_function.ts";

/** The months or microseconds in the last field of a type. */
function unitOf(type: MonthInterval | TimeInterval): bigint {
  const [, last] = fieldsOfInterval(type);
  if (last === "MONTH") return 1n;
  return last === "YEAR" ? BigInt(MONTHS_PER_YEAR) : FIELD_MICROS[last];
}

/** The text of an INTERVAL; undefined if a type is none. */
export function intervalToString(from: DataType): CastFunction | undefined {
  return isIntervalType(from) ? (value) => anyIntervalText(value, from) : undefined;
}

/** A cast to an INTERVAL; undefined if there is none. */
export function toInterval(from: DataType, to: DataType): CastFunction | undefined {
  if (to === "INTERVAL") {
    // Other than of any other type, a text that is none is NULL also where a cast must not fail.
    return from === "STRING" ? (value) => parseCalendarValue(value as string) ?? null : undefined;
  }
  if (!isSqlInterval(to)) return undefined;
  if (from === "STRING") return (value) => parseSqlInterval(value as string, to);
  const unit = unitOf(to);
  if (isSqlInterval(from)) {
    if (widerInterval(from, to) === undefined) return undefined;
    return (value) => {
      const length = BigInt(value as SqlIntervalValue);
      return fitted(to.endsWith("SECOND") ? length : length - length % unit, to);
    };
  }
  if (isDecimal(from)) {
    const scale = 10n ** BigInt(from.scale);
    return (value) => {
      const length = divide(value as bigint * unit, scale);
      // Seconds have fractions.
      return fitted(to.endsWith("SECOND") ? length : length - length % unit, to);
    };
  }
  return isIntegral(from) ? (value) => fitted(BigInt(value as number | bigint) * unit, to) : undefined;
}

/** How often its last field is in an INTERVAL; undefined if a type is none. */
export function countOfInterval(from: DataType): ((value: Value) => bigint) | undefined {
  if (!isSqlInterval(from)) return undefined;
  const unit = unitOf(from);
  return (value) => BigInt(value as SqlIntervalValue) / unit;
}

/** The same as a DECIMAL with a scale; undefined if a type is none. */
export function unscaledOfInterval(from: DataType, scale: number): ((value: Value) => bigint) | undefined {
  if (!isSqlInterval(from)) return undefined;
  const [unit, factor] = [unitOf(from), 10n ** BigInt(scale)];
  return (value) => divide(BigInt(value as SqlIntervalValue) * factor, unit);
}
