/** Converts the values of CSV to the types of columns, as Spark's CSV reader does. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import { type DataType, typeName, type Value } from "../../data_type.ts";
import { isIntervalType } from "../../types/interval_types.ts";
import { parseDecimal } from "../../values/decimal.ts";
import { readDouble, readFloat } from "../../values/floating_text.ts";
import type { Micros } from "../../values/micros.ts";
import { parseAnyInterval } from "../../values/interval_text.ts";
import { parseDate, parseTimestamp, parseUnzonedTimestamp } from "../../values/timestamp.ts";

/** Converts a value that is not NULL; returns undefined if it does not fit. */
export type CellReader = (text: string) => Value | undefined;

/** How values are read that have several texts. */
export interface CellReading {
  readonly zone: TimeZone;
  /** The texts of numbers that are not finite, besides Java's. */
  readonly words?: { readonly nanValue: string; readonly positiveInf: string; readonly negativeInf: string };
  /** Reads a time by a format of its own. */
  readonly readTimestamp?: ((text: string) => Micros | null) | undefined;
  /** The same for a date, as days since the epoch. */
  readonly readDate?: ((text: string) => number | null) | undefined;
}

const WORDS = { nanValue: "NaN", positiveInf: "Inf", negativeInf: "-Inf" };

/**
 * The reader for a column of the given type.
 *
 * @throws {SfcrimeError} CONFIG for a type that is not supported in CSV.
 */
export function cellReader(
  type: DataType,
  { zone, words = WORDS, readTimestamp, readDate }: CellReading,
): CellReader {
  if (typeof type !== "string" && type.kind === "DECIMAL") {
    // Commas are thousands separators.
    return (text) => /\s/.test(text) ? undefined : parseDecimal(text.replaceAll(",", ""), type);
  }
  switch (type) {
    case "STRING":
      return (text) => text;
    case "BINARY":
      return (text) => utf8.encode(text);
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
      return floatingReader(words, readFloat);
    case "DOUBLE":
      return floatingReader(words, readDouble);
    case "DATE":
      return (text) => (readDate ?? parseDate)(text) ?? undefined;
    case "TIMESTAMP":
      return (text) =>
        (readTimestamp === undefined ? parseTimestamp(text, zone) : readTimestamp(text)) ?? undefined;
    case "TIMESTAMP_NTZ":
      return (text) => parseUnzonedTimestamp(text) ?? undefined;
    default:
      if (isIntervalType(type)) return (text) => parseAnyInterval(text, type);
      throw new SfcrimeError("CONFIG", `Type ${typeName(type)} is not supported for columns of CSV.`);
  }
}

const utf8 = new TextEncoder();

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

/** What Java's Double.parseDouble accepts, by names. */
const JAVA_WORDS: Readonly<Record<string, number>> = {
  NaN,
  "+NaN": NaN,
  "-NaN": NaN,
  Infinity,
  "+Infinity": Infinity,
  "-Infinity": -Infinity,
};

function floatingReader(
  { nanValue, positiveInf, negativeInf }: typeof WORDS,
  read: (text: string) => number | undefined,
): CellReader {
  return (text) => {
    if (text === nanValue) return NaN;
    if (text === negativeInf) return -Infinity;
    if (text === positiveInf) return Infinity;
    // The words of CAST are more than Java's.
    return /^[\0- ]*[+-]?(?:\d|\.\d)/.test(text) ? read(text) : JAVA_WORDS[text.trim()];
  };
}
