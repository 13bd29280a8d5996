/** Converts CSV cells to the types of columns, as Spark's CSV reader does. */
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";
import { parseDate, parseTimestamp } from "../../records/values/timestamp.ts";
import { toDecimal } from "../../stream/values/decimal_cast.ts";

/** Converts a cell that is not empty; returns undefined if it does not fit. */
export type CellReader = (text: string) => Value | undefined;

/**
 * The reader for a column of the given type.
 *
 * @throws {SfcrimeError} CONFIG for a type that is not supported in CSV.
 */
export function cellReader(type: DataType, zone: TimeZone): CellReader {
  if (typeof type !== "string" && type.kind === "DECIMAL") {
    const cast = toDecimal("STRING", type)!;
    // Commas are thousands separators.
    return (text) => /\s/.test(text) ? undefined : cast(text.replaceAll(",", "")) as Value | undefined;
  }
  switch (type) {
    case "STRING":
      return (text) => text;
    case "BOOLEAN":
      return (text) => BOOLEANS[text.toLowerCase()];
    case "TINYINT":
      return (text) => wholeNumber(text, 8);
    case "SMALLINT":
      return (text) => wholeNumber(text, 16);
    case "INT":
      return (text) => wholeNumber(text, 32);
    case "BIGINT":
      return bigNumber;
    case "FLOAT":
      return (text) => {
        const value = double(text);
        return value === undefined ? undefined : Math.fround(value);
      };
    case "DOUBLE":
      return double;
    case "DATE":
      return (text) => parseDate(text) ?? undefined;
    case "TIMESTAMP":
      return (text) => parseTimestamp(text, zone) ?? undefined;
    default:
      throw new SfcrimeError("CONFIG", `Type ${typeName(type)} is not supported for columns of a CSV file.`);
  }
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };

const WHOLE = /^[+-]?\d+$/;

function wholeNumber(text: string, bits: number): number | undefined {
  const limit = 2 ** (bits - 1);
  const value = WHOLE.test(text) ? Number(text) : NaN;
  return value >= -limit && value < limit ? value + 0 : undefined;
}

function bigNumber(text: string): bigint | undefined {
  if (!WHOLE.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** What Java's Double.parseDouble accepts, and the words of Spark's CSV reader. */
const DOUBLE = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)[df]?\s*$/i;

const DOUBLE_WORDS: Readonly<Record<string, number>> = {
  NaN,
  Inf: Infinity,
  "-Inf": -Infinity,
  Infinity,
  "+Infinity": Infinity,
  "-Infinity": -Infinity,
};

function double(text: string): number | undefined {
  const match = DOUBLE.exec(text);
  return match === null ? DOUBLE_WORDS[text.trim()] : Number(match[1]);
}
