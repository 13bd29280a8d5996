/** Aggregates with their types. */
import { type DataType, DECIMAL_PRECISION_MAX } from "../../../records/data_type.ts";
import type { DecimalType } from "../../../records/values/decimal.ts";
import type { AggregateCall, Expression, SortKey } from "../../plan.ts";
import { Refusal } from "../signature.ts";

/** A call, with its arguments in the types that the engine expects. */
export interface TypedAggregate {
  /** The name of the aggregate of the engine, which may compute several functions. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** Its constants, by name. */
  readonly parameters?: AggregateCall["parameters"];
  readonly type: DataType;
}

/** What may follow the arguments of a call. */
export interface AggregateModifiers {
  /** The order of WITHIN GROUP. */
  readonly order?: readonly SortKey[];
  /** Whether IGNORE NULLS is said. */
  readonly ignoreNulls?: boolean;
}

/** Makes a typed call from resolved arguments. @throws {Refusal} */
export type AggregateSignature = (
  args: readonly Expression[],
  modifiers?: AggregateModifiers,
) => TypedAggregate;

/** The aggregates, by their main names, that take WITHIN GROUP, and IGNORE NULLS. */
export const TAKES_ORDER: readonly string[] = ["listagg", "mode", "percentile_cont", "percentile_disc"];
export const TAKES_IGNORE_NULLS: readonly string[] = ["first", "last"];

/** The key of a WITHIN GROUP that has exactly one. @throws {Refusal} */
export function onlySortKey({ order = [] }: AggregateModifiers = {}): SortKey {
  if (order.length === 1) return order[0]!;
  throw new Refusal(
    order.length === 0
      ? "requires WITHIN GROUP (ORDER BY …)"
      : `requires 1 key in WITHIN GROUP, but got ${order.length}`,
  );
}

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
