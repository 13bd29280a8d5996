/** Range checks for numbers. */
import { SfcrimeError } from "../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";
import { MONTH_INTERVALS, TIME_INTERVALS } from "../../records/types/interval_types.ts";
import { absolute, type DecimalType } from "../../records/values/decimal.ts";
import { decimalText } from "../../records/values/decimal_text.ts";
import { isTimestamp, type Micros } from "../../records/values/micros.ts";

/** The bits of the integer types, and of INTERVALs, which are integers in memory. */
export const BITS: Readonly<Record<string, number>> = {
  TINYINT: 8,
  SMALLINT: 16,
  INT: 32,
  BIGINT: 64,
  ...Object.fromEntries(MONTH_INTERVALS.map((type) => [type, 32])),
  ...Object.fromEntries(TIME_INTERVALS.map((type) => [type, 64])),
};

/** An integer as a value of its type. @throws {SfcrimeError} QUERY_FAILED on overflow. */
export function fit(value: bigint, type: DataType, bits = BITS[typeName(type)]!): Value {
  if (BigInt.asIntN(bits, value) !== value) {
    throw new SfcrimeError(
      "QUERY_FAILED",
      `Arithmetic overflow: ${value} is out of range for ${typeName(type)}.`,
      { hint: "CAST the operands to a wider type." },
    );
  }
  return bits === 64 ? value : Number(value);
}

/** A number as a DECIMAL. @throws {SfcrimeError} QUERY_FAILED if it is out of range. */
export function fitDecimal(unscaled: bigint, type: DecimalType): bigint {
  if (absolute(unscaled) < 10n ** BigInt(type.precision)) return unscaled;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `${decimalText(unscaled, type.scale)} cannot be represented as ${typeName(type)}.`,
    { hint: "CAST the operands to DOUBLE, or to DECIMALs with fewer digits." },
  );
}

/** Microseconds as a TIMESTAMP. @throws {SfcrimeError} QUERY_FAILED if they do not fit in 64 bits. */
export function fitTimestamp(micros: Micros): Micros {
  if (isTimestamp(micros)) return micros;
  throw new SfcrimeError("QUERY_FAILED", "The resulting time is out of range for TIMESTAMP.");
}

/** Checks that a divisor is not zero. @throws {SfcrimeError} QUERY_FAILED if it is. */
export function requireDivisor<T>(divisor: T, zero: T): T {
  if (divisor !== zero) return divisor;
  throw new SfcrimeError("QUERY_FAILED", "Division by zero.", {
    hint: "Use nullif(divisor, 0) to get NULL instead.",
  });
}
