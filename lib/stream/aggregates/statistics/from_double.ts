/** Values of the type of an argument, made of the DOUBLEs that an aggregate computes with. */
import { UTC } from "../../../base/time_zone.ts";
import type { DataType, Value } from "../../../records/data_type.ts";
import { isDuration, isMonths } from "../../../records/types/interval_types.ts";
import { microsOf } from "../../../records/values/micros.ts";
import { castFunction } from "../../values/cast.ts";

/** Makes a value of a DOUBLE: a date of its days since 1970, a time of its microseconds, an INTERVAL of its length. */
export function fromDouble(type: DataType): (value: number) => Value {
  if (type === "DOUBLE") return (value) => value;
  if (type === "DATE" || isMonths(type)) return Math.trunc;
  if (type === "TIMESTAMP" || type === "TIMESTAMP_NTZ") return (value) => microsOf(BigInt(Math.trunc(value)));
  if (isDuration(type)) return (value) => BigInt(Math.trunc(value));
  return castFunction({ from: "DOUBLE", to: type, safe: false, zone: UTC });
}
