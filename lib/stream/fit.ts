/** Numbers that have to fit their type. */
import { SfcrimeError } from "../base/errors.ts";
import { type DataType, typeName, type Value } from "../records/data_type.ts";
import { absolute, type DecimalType } from "../records/decimal.ts";
import { decimalText } from "../records/decimal_text.ts";

/** The bits of the whole types. */
export const BITS: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };

/** A whole number as a value of its type. @throws {SfcrimeError} QUERY_FAILED when it does not fit. */
export function fit(value: bigint, type: DataType, bits = BITS[typeName(type)]!): Value {
  if (BigInt.asIntN(bits, value) !== value) {
    throw new SfcrimeError("QUERY_FAILED", `The result ${value} does not fit a ${typeName(type)}.`, {
      hint: "CAST the operands to a wider type.",
    });
  }
  return bits === 64 ? value : Number(value);
}

/** A number that has to fit a DECIMAL. @throws {SfcrimeError} QUERY_FAILED where it does not. */
export function fitDecimal(unscaled: bigint, type: DecimalType): bigint {
  if (absolute(unscaled) < 10n ** BigInt(type.precision)) return unscaled;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `The result ${decimalText(unscaled, type.scale)} does not fit a ${typeName(type)}.`,
    { hint: "CAST the operands to DOUBLE, or to DECIMALs of fewer digits." },
  );
}

/** A divisor that is not zero. @throws {SfcrimeError} QUERY_FAILED where it is. */
export function requireDivisor<T>(divisor: T, zero: T): T {
  if (divisor !== zero) return divisor;
  throw new SfcrimeError("QUERY_FAILED", "A number is divided by zero.", {
    hint: "Guard the division by CASE WHEN the divisor is not 0.",
  });
}
