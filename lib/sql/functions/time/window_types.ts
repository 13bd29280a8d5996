/** The types of windows: a STRUCT of start and end, which are times of one type. */
import { type DataType, sameType } from "../../../records/data_type.ts";

/** The type of windows over times of a type. */
export function windowType(type: DataType): DataType {
  return { kind: "STRUCT", fields: [{ name: "start", type }, { name: "end", type }] };
}

/** That of windows over TIMESTAMPs. */
export const WINDOW_TYPE: DataType = windowType("TIMESTAMP");

/** The type of the times of a window; undefined for a type that is not that of a window. */
export function timeTypeOf(type: DataType): "TIMESTAMP" | "TIMESTAMP_NTZ" | undefined {
  return WINDOW_TIMES.find((time) => sameType(type, windowType(time)));
}

const WINDOW_TIMES = ["TIMESTAMP", "TIMESTAMP_NTZ"] as const;
