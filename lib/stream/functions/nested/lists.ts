/** ARRAYs as values. */
import { ELEMENTS_MAX } from "../../../base/bounds.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { formatCount } from "../../../base/text/format.ts";
import type { DataType, Value } from "../../../records/data_type.ts";

/** An ARRAY, a STRUCT, or a MAP as a list of its entries. */
export type List = readonly Value[];

/** The type of the elements of an ARRAY. */
export function elementType(type: DataType): DataType {
  return typeof type !== "string" && type.kind === "ARRAY" ? type.element : "VOID";
}

/** @throws {SfcrimeError} QUERY_FAILED if an ARRAY would have too many elements. */
export function requireElements(count: number): void {
  if (count <= ELEMENTS_MAX) return;
  throw invalid(
    `An ARRAY of ${formatCount(count)} elements is too long; the limit is ${formatCount(ELEMENTS_MAX)}.`,
  );
}

/** The error for arguments of which no ARRAY can be made. */
export function invalid(message: string): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", message);
}
