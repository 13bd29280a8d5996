/** ARRAYs as values. */
import type { DataType, Value } from "../../../records/data_type.ts";

/** An ARRAY, a STRUCT, or a MAP as a list of its entries. */
export type List = readonly Value[];

/** The type of the elements of an ARRAY. */
export function elementType(type: DataType): DataType {
  return typeof type !== "string" && type.kind === "ARRAY" ? type.element : "VOID";
}
