/**
 * Implicit type coercion, by the rules of Spark's ANSI mode, its default since 4.0: numbers widen, a string
 * takes the type of the value that it is compared with, DATE becomes TIMESTAMP. Everything else needs a CAST.
 */
import { type DataType, DECIMAL_PRECISION_MAX, sameType, type SimpleType } from "../../records/data_type.ts";
import { isIntervalType, isSqlInterval, widerInterval } from "../../records/types/interval_types.ts";
import { isDecimal, isFloating, isIntegral, isNumeric } from "../../records/types/number_types.ts";
import type { DecimalType } from "../../records/values/decimal.ts";
import type { Expression } from "../plan.ts";

export { isDecimal, isFloating, isIntegral, isNumeric };

/** A type whose values have parts. */
export type NestedType = Exclude<DataType, SimpleType | DecimalType>;

/** Whether values of a type have parts. */
export function isNested(type: DataType): type is NestedType {
  return typeof type !== "string" && type.kind !== "DECIMAL";
}

/** Whether a type is a date or a time. */
export function isTime(type: DataType): boolean {
  return type === "DATE" || type === "TIMESTAMP" || type === "TIMESTAMP_NTZ";
}

/** Whether a type is orderable: a MAP is not, nor is what holds one. */
export function isOrdered(type: DataType): boolean {
  if (typeof type === "string") return type !== "INTERVAL";
  switch (type.kind) {
    case "DECIMAL":
      return true;
    case "ARRAY":
      return isOrdered(type.element);
    case "MAP":
      return false;
    case "STRUCT":
      return type.fields.every((field) => isOrdered(field.type));
  }
}

const WIDTH: Readonly<Partial<Record<SimpleType, number>>> = { TINYINT: 1, SMALLINT: 2, INT: 3, BIGINT: 4 };

/** Whether values of a type are of some kind, or have such values in them. */
export function holds(type: DataType, isWanted: (type: DataType) => boolean): boolean {
  return isWanted(type) || isNested(type) && partsOf(type).some((part) => holds(part, isWanted));
}

/** Whether values of a type are MAPs, or have some in them. */
export function holdsMap(type: DataType): boolean {
  return holds(type, (part) => isNested(part) && part.kind === "MAP");
}

/** The maximum number of digits of the integer types. */
const DIGITS: Readonly<Partial<Record<SimpleType, number>>> = {
  TINYINT: 3,
  SMALLINT: 5,
  INT: 10,
  BIGINT: 20,
};

/** The DECIMAL that can represent all values of an integer type. */
export function decimalOf(type: DataType): DecimalType | undefined {
  if (isDecimal(type)) return type;
  const precision = typeof type === "string" ? DIGITS[type] : undefined;
  return precision === undefined ? undefined : { kind: "DECIMAL", precision, scale: 0 };
}

/** The common type of two operands of a comparison, a CASE or a UNION; undefined if there is none. */
export function commonType(left: DataType, right: DataType): DataType | undefined {
  if (sameType(left, right)) return left;
  if (left === "VOID") return right;
  if (right === "VOID") return left;
  if (isNumeric(left) && isNumeric(right)) return commonNumber(left, right);
  if (isNested(left) && isNested(right)) return commonStructure(left, right);
  const interval = widerInterval(left, right);
  if (interval !== undefined) return interval;
  if (left === "STRING") return stringWith(right);
  if (right === "STRING") return stringWith(left);
  if (isTime(left) && isTime(right)) {
    return left === "TIMESTAMP" || right === "TIMESTAMP" ? "TIMESTAMP" : "TIMESTAMP_NTZ";
  }
  return undefined;
}

/** Fields of STRUCTs have to have the same names; those of the left one count. */
function commonStructure(left: NestedType, right: NestedType): DataType | undefined {
  const leftParts = partsOf(left);
  const rightParts = partsOf(right);
  if (left.kind !== right.kind || leftParts.length !== rightParts.length) return undefined;
  const parts = leftParts.map((part, index) => commonType(part, rightParts[index]!));
  if (parts.includes(undefined)) return undefined;
  const [first, second] = parts as DataType[];
  switch (left.kind) {
    case "ARRAY":
      return { kind: "ARRAY", element: first! };
    case "MAP":
      return { kind: "MAP", key: first!, value: second! };
    case "STRUCT": {
      const { fields } = right as typeof left;
      const isSame = left.fields.every(({ name }, index) =>
        name.toLowerCase() === fields[index]!.name.toLowerCase()
      );
      if (!isSame) return undefined;
      return {
        kind: "STRUCT",
        fields: left.fields.map(({ name }, index) => ({ name, type: parts[index]! })),
      };
    }
  }
}

/** The type in which values of two types are compared: names of fields do not matter if their types are the same. */
export function comparedType(left: DataType, right: DataType): DataType | undefined {
  return commonType(left, right) ?? (sameType(unnamed(left), unnamed(right)) ? left : undefined);
}

/** A type with the same name for each field. */
function unnamed(type: DataType): DataType {
  if (!isNested(type)) return type;
  switch (type.kind) {
    case "ARRAY":
      return { kind: "ARRAY", element: unnamed(type.element) };
    case "MAP":
      return { kind: "MAP", key: unnamed(type.key), value: unnamed(type.value) };
    case "STRUCT":
      return {
        kind: "STRUCT",
        fields: type.fields.map((field) => ({ name: "", type: unnamed(field.type) })),
      };
  }
}

function commonNumber(left: DataType, right: DataType): DataType {
  if (isIntegral(left) && isIntegral(right)) {
    return WIDTH[left as SimpleType]! >= WIDTH[right as SimpleType]! ? left : right;
  }
  if (isFloating(left) || isFloating(right)) return "DOUBLE";
  return widerDecimal(decimalOf(left)!, decimalOf(right)!);
}

/** A DECIMAL that can represent the values of both; what is too long loses decimal places, as in Spark. */
function widerDecimal(left: DecimalType, right: DecimalType): DataType {
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  const tooMany = Math.max(0, whole + scale - DECIMAL_PRECISION_MAX);
  return { kind: "DECIMAL", precision: whole + scale - tooMany, scale: Math.max(0, scale - tooMany) };
}

function stringWith(other: DataType): DataType | undefined {
  if (isIntegral(other)) return "BIGINT";
  if (isFloating(other) || isDecimal(other)) return "DOUBLE";
  return isTime(other) || other === "BOOLEAN" || other === "BINARY" ? other : undefined;
}

/**
 * Whether there is a CAST from one type to another; the engine implements exactly these (`stream/values/cast.ts`).
 */
export function canCast(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from === "VOID") return true;
  if (isNested(from)) return to === "STRING" ? canBeText(from) : isNested(to) && canCastParts(from, to);
  if (to === "VOID") return false;
  if (isIntervalType(from) || isIntervalType(to)) return canCastInterval(from, to);
  if (from === "BINARY" || to === "BINARY") return from === "STRING" || to === "STRING";
  if (to === "STRING") return true;
  if (isTime(to) && isTime(from)) return true;
  if (to === "DATE" || to === "TIMESTAMP_NTZ") return from === "STRING";
  if (to === "TIMESTAMP") return from === "STRING" || isNumeric(from);
  if (from === "DATE" || from === "TIMESTAMP_NTZ") return false;
  if (from === "TIMESTAMP") return isNumeric(to);
  return to === "BOOLEAN" || isNumeric(to);
}

/** An INTERVAL is cast to another one of its kind, and to the number of its last field and back. */
function canCastInterval(from: DataType, to: DataType): boolean {
  if (from === "STRING" || to === "STRING") return true;
  if (isSqlInterval(from) && isSqlInterval(to)) return widerInterval(from, to) !== undefined;
  const [interval, other] = isSqlInterval(from) ? [from, to] : [to, from];
  return isSqlInterval(interval) && (isIntegral(other) || isDecimal(other));
}

/** Casts of structures are casts of their parts; those of a STRUCT are told by their place, not by their name. */
function canCastParts(from: NestedType, to: NestedType): boolean {
  if (from.kind === "ARRAY") return to.kind === "ARRAY" && canCast(from.element, to.element);
  if (from.kind === "MAP") {
    return to.kind === "MAP" && canCast(from.key, to.key) && canCast(from.value, to.value);
  }
  return to.kind === "STRUCT" && from.fields.length === to.fields.length &&
    from.fields.every(({ type }, index) => canCast(type, to.fields[index]!.type));
}

function canBeText(type: NestedType): boolean {
  return partsOf(type).every((part) => canCast(part, "STRING"));
}

/** The types of the parts of a structure. */
export function partsOf(type: NestedType): readonly DataType[] {
  switch (type.kind) {
    case "ARRAY":
      return [type.element];
    case "MAP":
      return [type.key, type.value];
    case "STRUCT":
      return type.fields.map((field) => field.type);
  }
}

/**
 * Whether TRY_CAST may cast from one type to another: a key of a MAP cannot be NULL, so its cast must not fail.
 */
export function canTryCast(from: DataType, to: DataType): boolean {
  if (!isNested(from) || !isNested(to)) return true;
  const isSafe = from.kind !== "MAP" || to.kind !== "MAP" || to.key === "STRING" ||
    sameType(from.key, to.key) ||
    sameType(commonType(from.key, to.key) ?? "VOID", to.key) && from.key !== "STRING";
  const parts = partsOf(to);
  return isSafe && partsOf(from).every((part, index) => canTryCast(part, parts[index] ?? part));
}

/** The expression, cast to the type if it has another one. */
export function castTo(argument: Expression, type: DataType): Expression {
  return sameType(argument.type, type) ? argument : { kind: "cast", argument, type, safe: false };
}
