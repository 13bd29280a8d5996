/** The values of rows for what Avro's types hold, as Spark's `from_avro` makes them; see `avro_types.ts`. */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Value } from "../../data_type.ts";
import {
  floorModulo,
  isTimestamp,
  MICROS_PER_SECOND,
  microsOf,
  microsOfSeconds,
  secondsOf,
} from "../../values/micros.ts";
import { MalformedValue } from "./avro_bytes.ts";
import type { AvroSchema, LogicalType } from "./avro_schema.ts";

/** The value for what a reader of bytes gives; undefined where it is the value itself. */
export type Converter = ((value: never) => Value) | undefined;

/** The converter for a schema without parts. */
export function converterOf(schema: AvroSchema, zone: TimeZone): Converter {
  if (schema.kind === "bytes" || schema.kind === "fixed") {
    return schema.logical?.name === "decimal"
      ? decimalOf(schema.logical)
      : (bytes: Uint8Array) => bytes.slice();
  }
  if (schema.kind !== "long") return undefined;
  switch (schema.logical?.name) {
    case "timestamp-micros":
      return microsOf;
    case "timestamp-millis":
      return (millis: bigint) => microsOf(microsOfLong(millis));
    case "local-timestamp-micros":
      return (micros: bigint) => localMicros(micros, zone);
    case "local-timestamp-millis":
      return (millis: bigint) => localMicros(microsOfLong(millis), zone);
    default:
      return undefined;
  }
}

/** Milliseconds as microseconds, of which there are 64 bits. */
function microsOfLong(millis: bigint): bigint {
  const micros = millis * 1_000n;
  if (!isTimestamp(micros)) throw new MalformedValue(`${millis} ms is not a TIMESTAMP`);
  return micros;
}

function localMicros(micros: bigint, zone: TimeZone): Value {
  const local = microsOf(micros);
  return microsOfSeconds(zone.utcOfLocal(secondsOf(local)), floorModulo(local, MICROS_PER_SECOND));
}

/** The largest precision whose unscaled value is a long, of which Spark takes the lower bits of longer ones. */
const LONG_DIGITS_MAX = 18;

function decimalOf({ precision, scale }: Extract<LogicalType, { name: "decimal" }>): Converter {
  const limit = 10n ** BigInt(precision);
  return (bytes: Uint8Array) => {
    const value = precision <= LONG_DIGITS_MAX
      ? BigInt.asIntN(64, signedInteger(bytes))
      : signedInteger(bytes);
    if (value >= limit || value <= -limit) {
      throw new MalformedValue(`a number has more digits than DECIMAL(${precision},${scale})`);
    }
    return value;
  };
}

/** An integer in two's complement, the highest byte first. */
function signedInteger(bytes: Uint8Array): bigint {
  if (bytes.length === 0) throw new MalformedValue("a decimal has no bytes");
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
