/**
 * Casts between types, as in Spark's ANSI mode: a value that cannot be cast fails the query, and TRY_CAST
 * returns NULL for it.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { type DataType, sameType, typeName, type Value } from "../../records/data_type.ts";
import { javaText } from "../../records/values/java_text.ts";
import { decimalText } from "../../records/values/decimal_text.ts";
import { doubleText, floatText } from "../../records/values/double_text.ts";
import { readDouble, readFloat } from "../../records/values/floating_text.ts";
import {
  floorModulo,
  isTimestamp,
  type Micros,
  MICROS_PER_SECOND,
  microsOfDouble,
  microsOfSeconds,
  saturated,
  secondsOf,
  wrapped,
} from "../../records/values/micros.ts";
import {
  dateText,
  parseDate,
  parseLocalTimestamp,
  parseTimestamp,
  SECONDS_PER_DAY,
  timestampText,
} from "../../records/values/timestamp.ts";
import { withoutControls } from "../../records/values/trimmed.ts";
import { isDecimal, isNested } from "../../sql/functions/coercion.ts";
import { castParts, structureText } from "./casts/nested_cast.ts";
import { type TimeZone, UTC } from "../../base/time_zone.ts";
import type { CastFunction } from "./casts/cast_function.ts";
import { toDecimal } from "./casts/decimal_cast.ts";
import { countOfInterval, intervalToString, toInterval } from "./casts/interval_cast.ts";

/** The options of a cast. */
export interface CastOptions {
  readonly from: DataType;
  readonly to: DataType;
  readonly safe: boolean;
  readonly zone: TimeZone;
}

/**
 * The cast between two types.
 *
 * @throws {SfcrimeError} SQL if there is none; the cast itself throws QUERY_FAILED for a value that cannot be
 * cast, unless it is safe.
 */
export function castFunction(options: CastOptions): (value: Value) => Value {
  const { from, to, safe, zone } = options;
  const cast = sameType(from, to) ? (value: Value) => value : between(options);
  if (cast === undefined) {
    throw new SfcrimeError("SQL", `Cannot cast ${typeName(from)} to ${typeName(to)}.`);
  }
  const textOf = toString(from, zone) ?? String;
  return (value) => {
    if (value === null) return null;
    const result = cast(value);
    if (result !== undefined) return result;
    if (safe) return null;
    throw new SfcrimeError(
      "QUERY_FAILED",
      `The value ${JSON.stringify(textOf(value))} of type ${typeName(from)} cannot be cast to ${
        typeName(to)
      } ${from === "STRING" ? "because it is malformed" : "due to an overflow"}.`,
      { hint: "Use TRY_CAST to get NULL instead." },
    );
  };
}

const ENCODER = new TextEncoder();

function between({ from, to, safe, zone }: CastOptions): CastFunction | undefined {
  if (from === "VOID") return () => null;
  switch (to) {
    case "STRING":
      return toString(from, zone);
    case "BINARY":
      return from === "STRING" ? (value) => ENCODER.encode(value as string) : undefined;
    case "TINYINT":
      return toWhole(from, 8);
    case "SMALLINT":
      return toWhole(from, 16);
    case "INT":
      return toWhole(from, 32);
    case "BIGINT":
      return toBigint(from);
    case "DOUBLE":
      return toDouble(from);
    case "FLOAT": {
      if (from === "STRING") return (value) => readFloat(value as string);
      const cast = toDouble(from);
      return cast === undefined ? undefined : (value) => {
        const double = cast(value);
        return typeof double === "number" ? Math.fround(double) : double;
      };
    }
    case "BOOLEAN":
      return toBoolean(from);
    case "TIMESTAMP":
      return toTimestamp(from, zone);
    case "TIMESTAMP_NTZ":
      return toLocalTimestamp(from, zone);
    case "DATE":
      return toDate(from, zone);
    default:
      if (typeof to === "string") return toInterval(from, to);
      if (to.kind === "DECIMAL") return toDecimal(from, to);
      return isNested(from) && isNested(to)
        ? castParts({ from, to }, (from, to) => castFunction({ from, to, safe, zone }))
        : undefined;
  }
}

function toString(from: DataType, zone: TimeZone): CastFunction | undefined {
  switch (from) {
    case "STRING":
      return (value) => value;
    case "VOID":
      return () => null;
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return String;
    case "DOUBLE":
      return (value) => doubleText(value as number);
    case "FLOAT":
      return (value) => floatText(value as number);
    case "TIMESTAMP":
      return (value) => timestampText(value as Micros, zone);
    case "TIMESTAMP_NTZ":
      return toString("TIMESTAMP", UTC);
    case "DATE":
      return (value) => dateText(value as number);
    case "BINARY":
      return (value) => javaText(value as Uint8Array);
    default:
      if (isNested(from)) return structureText(from, (type) => toString(type, zone));
      if (typeof from === "string") return intervalToString(from);
      return isDecimal(from) ? (value) => decimalText(value as bigint, from.scale) : undefined;
  }
}

const BIGINT_MAX = 2n ** 63n - 1n;
const WHOLE = /^[+-]?\d+(?:\.\d*)?$/;

function toBigint(from: DataType): CastFunction | undefined {
  const whole = (value: bigint) => BigInt.asIntN(64, value) === value ? value : undefined;
  switch (from) {
    case "BOOLEAN":
      return (value) => value ? 1n : 0n;
    case "TINYINT":
    case "SMALLINT":
    case "INT":
      return (value) => BigInt(value as number);
    case "BIGINT":
      return (value) => value;
    case "FLOAT":
    case "DOUBLE":
      return (value) => {
        // There is no double between the largest BIGINT and 2^63, and Spark converts the latter to the
        // former.
        if (value === 2 ** 63) return BIGINT_MAX;
        return Number.isFinite(value as number) ? whole(BigInt(Math.trunc(value as number))) : undefined;
      };
    case "STRING":
      return (value) => {
        const text = withoutControls(value as string);
        return WHOLE.test(text) && !text.includes(".") ? whole(BigInt(text.replace("+", ""))) : undefined;
      };
    case "TIMESTAMP":
      return (value) => BigInt(secondsOf(value as Micros));
    default:
      if (typeof from === "string") {
        const count = countOfInterval(from);
        return count && ((value) => whole(count(value)));
      }
      return isDecimal(from) ? (value) => whole((value as bigint) / 10n ** BigInt(from.scale)) : undefined;
  }
}

function toWhole(from: DataType, bits: number): CastFunction | undefined {
  const cast = toBigint(from);
  const limit = 2n ** BigInt(bits - 1);
  return cast === undefined ? undefined : (value) => {
    const whole = cast(value) as bigint | undefined;
    return whole !== undefined && whole >= -limit && whole < limit ? Number(whole) : undefined;
  };
}

function toDouble(from: DataType): CastFunction | undefined {
  switch (from) {
    case "BOOLEAN":
      return (value) => value ? 1 : 0;
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
    case "FLOAT":
    case "DOUBLE":
      return Number;
    case "STRING":
      return (value) => readDouble(value as string);
    case "TIMESTAMP":
      return (value) => Number(value) / MICROS_PER_SECOND;
    default:
      return isDecimal(from) ? (value) => Number(decimalText(value as bigint, from.scale)) : undefined;
  }
}

const TRUE_WORDS = ["t", "true", "y", "yes", "1"];
const FALSE_WORDS = ["f", "false", "n", "no", "0"];

function toBoolean(from: DataType): CastFunction | undefined {
  if (from === "STRING") {
    return (value) => {
      const word = withoutControls(value as string).toLowerCase();
      return TRUE_WORDS.includes(word) ? true : FALSE_WORDS.includes(word) ? false : undefined;
    };
  }
  if (from === "TIMESTAMP" || from === "DATE") return undefined;
  return toDouble(from) === undefined ? undefined : (value) => Number(value) !== 0;
}

function toTimestamp(from: DataType, zone: TimeZone): CastFunction | undefined {
  switch (from) {
    case "STRING":
      return (value) => parseTimestamp(value as string, zone) ?? undefined;
    case "DATE":
      return (value) => {
        const time = microsOfSeconds(zone.utcOfLocal((value as number) * SECONDS_PER_DAY));
        return isTimestamp(time) ? time : undefined;
      };
    case "TIMESTAMP_NTZ":
      return (value) => {
        const local = value as Micros;
        const time = microsOfSeconds(
          zone.utcOfLocal(secondsOf(local)),
          floorModulo(local, MICROS_PER_SECOND),
        );
        return isTimestamp(time) ? time : undefined;
      };
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return (value) => saturated(BigInt(value as number | bigint) * BigInt(MICROS_PER_SECOND));
    case "FLOAT":
    case "DOUBLE":
      return (value) => {
        const micros = (value as number) * MICROS_PER_SECOND;
        return Math.abs(micros) <= 2 ** 63 ? microsOfDouble(micros) : undefined;
      };
    default:
      // Java takes the lower 64 bits of the integer.
      return isDecimal(from)
        ? (value) => wrapped((value as bigint) * BigInt(MICROS_PER_SECOND) / 10n ** BigInt(from.scale))
        : undefined;
  }
}

/** A time without a zone is what clocks show in that of the session. */
function toLocalTimestamp(from: DataType, zone: TimeZone): CastFunction | undefined {
  switch (from) {
    case "STRING":
      return (value) => parseLocalTimestamp(value as string) ?? undefined;
    case "DATE":
      return toTimestamp(from, UTC);
    case "TIMESTAMP":
      return (value) => {
        const seconds = secondsOf(value as Micros);
        const local = microsOfSeconds(
          seconds + zone.offsetAtUtc(seconds),
          floorModulo(value as Micros, MICROS_PER_SECOND),
        );
        return isTimestamp(local) ? local : undefined;
      };
    default:
      return undefined;
  }
}

function toDate(from: DataType, zone: TimeZone): CastFunction | undefined {
  if (from === "STRING") return (value) => parseDate(value as string) ?? undefined;
  if (from === "TIMESTAMP_NTZ") return toDate("TIMESTAMP", UTC);
  if (from !== "TIMESTAMP") return undefined;
  return (value) => {
    const seconds = secondsOf(value as Micros);
    return Math.floor((seconds + zone.offsetAtUtc(seconds)) / SECONDS_PER_DAY);
  };
}
