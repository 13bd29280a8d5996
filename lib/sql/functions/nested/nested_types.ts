/** What the signatures of functions over ARRAYs, MAPs and STRUCTs share. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import { castTo, commonType, holdsMap, isDecimal, isOrdered } from "../coercion.ts";
import { Refusal } from "../signature.ts";

/** An ARRAY. */
export type ArrayType = Extract<DataType, { readonly kind: "ARRAY" }>;

/** A MAP. */
export type MapType = Extract<DataType, { readonly kind: "MAP" }>;

/** The ARRAY of a type. */
export function arrayOf(element: DataType): ArrayType {
  return { kind: "ARRAY", element };
}

/** The MAP of two types. @throws {Refusal} If its keys would be MAPs, or have some in them. */
export function mapOf(key: DataType, value: DataType): MapType {
  if (holdsMap(key)) throw new Refusal(`requires keys that are no MAPs, but got ${typeName(key)}`);
  return { kind: "MAP", key, value };
}

/** A STRUCT of fields. */
export function structOf(...fields: readonly (readonly [name: string, type: DataType])[]): DataType {
  return { kind: "STRUCT", fields: fields.map(([name, type]) => ({ name, type })) };
}

/** The type of an ARRAY. @throws {Refusal} */
export function arrayType({ type }: Expression): ArrayType {
  if (typeof type !== "string" && type.kind === "ARRAY") return type;
  throw new Refusal(`requires an ARRAY, but got ${typeName(type)}`);
}

/** The type of a MAP. @throws {Refusal} */
export function mapType({ type }: Expression): MapType {
  if (typeof type !== "string" && type.kind === "MAP") return type;
  throw new Refusal(`requires a MAP, but got ${typeName(type)}`);
}

/** @throws {Refusal} If values of the type cannot be compared. */
export function requireOrdered(type: DataType): void {
  if (!isOrdered(type)) throw new Refusal(`requires an orderable type, but got ${typeName(type)}`);
}

/** The common type of two numbers of any kind, or of two that are no number and text. @throws {Refusal} */
export function widerKey(left: DataType, right: DataType): DataType {
  const common = commonType(left, right);
  const isMixed = isDecimal(common ?? "VOID") && left !== "STRING" && right !== "STRING";
  return isMixed ? common! : widerType(left, right);
}

/** The common type of two that may only differ in the width of numbers; others need a CAST. @throws {Refusal} */
export function widerType(left: DataType, right: DataType): DataType {
  const common = commonType(left, right);
  const isText = (type: DataType) => type === "STRING";
  const isChanged = left !== "VOID" && right !== "VOID" && isText(left) !== isText(right);
  const isMixed = common !== undefined && isDecimal(common) && left !== "VOID" && right !== "VOID" &&
    isDecimal(left) !== isDecimal(right);
  if (common !== undefined && !isChanged && !isMixed) return common;
  throw new Refusal(
    `requires values of the same type, but got ${typeName(left)} and ${typeName(right)}; use CAST`,
  );
}

/** An ARRAY, and a value with the type of its elements. @throws {Refusal} */
export function withElement(
  array: Expression,
  value: Expression,
): {
  readonly array: Expression;
  readonly value: Expression;
  readonly type: ArrayType;
} {
  const type = arrayOf(widerType(arrayType(array).element, value.type));
  return { array: castTo(array, type), value: castTo(value, type.element), type };
}
