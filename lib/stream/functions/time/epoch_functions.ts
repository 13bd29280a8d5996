/**
 * Conversions between times and numbers since 1970. A time is in microseconds; integers are 64-bit BIGINTs.
 */
import { SfcrimeError } from "../../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../../records/data_type.ts";
import {
  floorDivide,
  isTimestamp,
  type Micros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  microsOf,
  microsOfDouble,
} from "../../../records/values/micros.ts";
import { type Implementation, strict } from "../implementation.ts";

const [MILLI, SECOND] = [BigInt(MICROS_PER_MILLI), BigInt(MICROS_PER_SECOND)];

/** @throws {SfcrimeError} QUERY_FAILED if the microseconds do not fit in 64 bits. */
function micros(value: bigint): Micros {
  if (isTimestamp(value)) return microsOf(value);
  throw new SfcrimeError("QUERY_FAILED", `${value} microseconds since 1970 are out of range for TIMESTAMP.`, {
    hint: "Use CASE WHEN to exclude such values.",
  });
}

function fromDecimal(unscaled: bigint, scale: number): Micros {
  const [scaled, divisor] = [unscaled * SECOND, 10n ** BigInt(scale)];
  if (scaled % divisor === 0n) return micros(scaled / divisor);
  throw new SfcrimeError("QUERY_FAILED", "The number of seconds has more than 6 decimal places.", {
    hint: "Round it to 6 decimal places first.",
  });
}

function fromSeconds(type: DataType): (value: never) => Value {
  if (typeof type !== "string" && type.kind === "DECIMAL") {
    return (value: bigint) => fromDecimal(value, type.scale);
  }
  switch (typeName(type)) {
    case "FLOAT":
    case "DOUBLE":
      return (value: number) => Number.isFinite(value) ? microsOfDouble(value * MICROS_PER_SECOND) : null;
    default:
      return (value: bigint) => micros(value * SECOND);
  }
}

/** Rounded down, so that times before 1970 stay in their second. */
function since(unitMicros: number): Implementation {
  return strict((time: Micros) => BigInt(floorDivide(time, unitMicros)));
}

/** By their name in plans. */
export const EPOCH_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  timestamp_seconds: (args, call, zone) => strict(fromSeconds(call.args[0]!.type))(args, call, zone),
  timestamp_millis: strict((value: bigint) => micros(value * MILLI)),
  timestamp_micros: strict((value: bigint) => micros(value)),
  unix_seconds: since(MICROS_PER_SECOND),
  unix_millis: since(MICROS_PER_MILLI),
  unix_micros: since(1),
};
