/** The formats whose values and keys are not divided into columns: each is one column. */
import type { RecordFormat } from "../../config/values/record_format.ts";
import type { DataType } from "../../records/data_type.ts";

/** The type of the column; undefined for formats that have several. */
export const WHOLE_TYPES: Readonly<Partial<Record<RecordFormat, DataType>>> = {
  text: "STRING",
  binary: "BINARY",
};
