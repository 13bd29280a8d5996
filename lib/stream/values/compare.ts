/** The ordering of values by type, as in Spark: NaN is larger than any number and equal to itself. */
import { Buffer } from "node:buffer";
import { SfcrimeError } from "../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";

/** Negative, zero or positive if `left` is less than, equal to or greater than `right`; neither is NULL. */
export type Compare = (left: Value, right: Value) => number;

/** The ordering of a type. */
export function compareOf(type: DataType): Compare {
  if (typeof type !== "string") {
    if (type.kind === "DECIMAL") return comparePlain;
    if (type.kind === "MAP") throw new SfcrimeError("INTERNAL", `${typeName(type)} has no order.`);
    const parts = type.kind === "STRUCT"
      ? type.fields.map((field) => nullsFirst(compareOf(field.type)))
      : undefined;
    const element = type.kind === "ARRAY" ? nullsFirst(compareOf(type.element)) : undefined;
    return (left, right) =>
      compareLists(left as readonly Value[], right as readonly Value[], parts ?? element!);
  }
  if (type === "STRING") return compareStrings;
  if (type === "BINARY") return compareBytes;
  if (type === "FLOAT" || type === "DOUBLE") return compareFloating;
  return comparePlain;
}

/** Whether two values of a type are equal; neither is NULL. */
export function equalOf(type: DataType): (left: Value, right: Value) => boolean {
  if (type === "STRING") return (left, right) => left === right;
  const compare = compareOf(type);
  return (left, right) => compare(left, right) === 0;
}

function comparePlain(left: Value, right: Value): number {
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

function compareFloating(left: Value, right: Value): number {
  const [a, b] = [left as number, right as number];
  if (a < b) return -1;
  if (a > b) return 1;
  // Equal, or at least one of them is NaN.
  return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/**
 * Spark compares strings by UTF-8 bytes, JavaScript by UTF-16 units; they differ only if one of the units is
 * a surrogate.
 */
function compareStrings(left: Value, right: Value): number {
  const [a, b] = [left as string, right as string];
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x === y) continue;
    const [isPairX, isPairY] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
    return isPairX === isPairY ? x - y : isPairX ? 1 : -1;
  }
  return a.length - b.length;
}

/** Bytes are compared without a sign. */
function compareBytes(left: Value, right: Value): number {
  return Buffer.compare(left as Uint8Array, right as Uint8Array);
}

function compareLists(
  left: readonly Value[],
  right: readonly Value[],
  compare: Compare | readonly Compare[],
): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const by = typeof compare === "function" ? compare : compare[index]!;
    const order = by(left[index]!, right[index]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** An ordering with NULL before every value. */
export function nullsFirst(compare: Compare): Compare {
  return (left, right) => {
    if (left === null || right === null) return Number(left !== null) - Number(right !== null);
    return compare(left, right);
  };
}
