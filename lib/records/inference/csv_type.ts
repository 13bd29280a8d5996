/** The types of the values of a line of CSV, as Spark's `schema_of_csv` infers them. Source: Spark's CSVInferSchema. */
import type { TimeZone } from "../../base/time_zone.ts";
import { cellReader } from "../formats/csv/csv_cells.ts";
import { lineSplitter } from "../formats/csv/csv_line.ts";
import type { CsvOptions } from "../formats/csv/csv_options.ts";
import { type DataType, DECIMAL_PRECISION_MAX, type Schema } from "../data_type.ts";

/** How types are inferred. */
export interface CsvInference {
  readonly options: CsvOptions;
  readonly zone: TimeZone;
  /** Whether values are anything but STRING. */
  readonly infers: boolean;
}

/** The columns of a line, `_c0`, `_c1` …; undefined if it has none. */
export function inferCsv(line: string, inference: CsvInference): Schema | undefined {
  const values = lineSplitter(inference.options)(line);
  return values?.map((text, index) => ({ name: `_c${index}`, type: typeOf(text, inference) }));
}

/** The types that a value is tried for, in this order; what is none of them is a text. */
const TRIED: readonly DataType[] = ["INT", "BIGINT"];

/** What a date has to look like; the reader of dates takes more. */
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function typeOf(text: string, { options, zone, infers }: CsvInference): DataType {
  if (!infers || text === options.nullValue) return "STRING";
  const fits = (type: DataType) => cellReader(type, { zone, words: options })(text) !== undefined;
  const whole = TRIED.find(fits);
  if (whole !== undefined) return whole;
  const digits = /^[+-]?0*(\d+)$/.exec(text)?.[1]?.length ?? Infinity;
  if (digits <= DECIMAL_PRECISION_MAX) return { kind: "DECIMAL", precision: digits, scale: 0 };
  if (fits("DOUBLE")) return "DOUBLE";
  if (DATE.test(text) && fits("DATE")) return "DATE";
  if (fits("TIMESTAMP")) return "TIMESTAMP";
  return fits("BOOLEAN") ? "BOOLEAN" : "STRING";
}
