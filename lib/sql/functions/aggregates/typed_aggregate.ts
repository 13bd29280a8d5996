/** Aggregates with their types. */
import { type DataType, DECIMAL_PRECISION_MAX } from "../../../records/data_type.ts";
import type { DecimalType } from "../../../records/values/decimal.ts";
import type { Expression } from "../../plan.ts";

/** A call, with its arguments in the types that the engine expects. */
export interface TypedAggregate {
  /** The name of the aggregate of the engine, which may compute several functions. */
  readonly name: string;
  readonly args: readonly Expression[];
  readonly type: DataType;
}

/** Makes a typed call from resolved arguments. @throws {Refusal} */
export type AggregateSignature = (args: readonly Expression[]) => TypedAggregate;

/** The type of a sum of DECIMALs. */
export function decimalSumType({ precision, scale }: DecimalType): DecimalType {
  return { kind: "DECIMAL", precision: Math.min(DECIMAL_PRECISION_MAX, precision + 10), scale };
}

/** The type of a mean of DECIMALs. */
export function decimalAverageType({ precision, scale }: DecimalType): DecimalType {
  return {
    kind: "DECIMAL",
    precision: Math.min(DECIMAL_PRECISION_MAX, precision + 4),
    scale: Math.min(DECIMAL_PRECISION_MAX, scale + 4),
  };
}
