/** Which types are numbers. */
import type { DataType } from "../data_type.ts";

const INTEGRAL: readonly DataType[] = ["TINYINT", "SMALLINT", "INT", "BIGINT"];

/** Whether a type is an integer type. */
export function isIntegral(type: DataType): boolean {
  return INTEGRAL.includes(type);
}

/** Whether a type is FLOAT or DOUBLE. */
export function isFloating(type: DataType): boolean {
  return type === "FLOAT" || type === "DOUBLE";
}

/** Whether a type is a DECIMAL of any precision. */
export function isDecimal(type: DataType): type is Extract<DataType, { readonly kind: "DECIMAL" }> {
  return typeof type !== "string" && type.kind === "DECIMAL";
}

/** Whether a type is numeric. */
export function isNumeric(type: DataType): boolean {
  return isIntegral(type) || isFloating(type) || isDecimal(type);
}
