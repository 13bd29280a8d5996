/**
 * The part of the kernel that reads values as the types of their columns, exactly as `field_readers.ts` does. It reads
 * the usual forms only; a value in another form is left to `field_readers.ts`.
 */
import {
  float,
  long,
  readDecimal,
  readDouble,
  readFloat,
  readInt,
  readLong,
  readNumber,
  readSeconds,
  readTiny,
} from "./number_kernel";
import { isLocal, readDate, readTimestamp, time } from "./time_kernel";

/** The types of columns, by the numbers that `json_kernel.ts` gives them. */
export const TEXT: i32 = 0;
export const TIMESTAMP: i32 = 1;
export const DATE: i32 = 2;
export const TINYINT: i32 = 3;
export const SMALLINT: i32 = 4;
export const INT: i32 = 5;
export const BIGINT: i32 = 6;
export const FLOAT: i32 = 7;
export const DOUBLE: i32 = 8;
export const DECIMAL: i32 = 9;
/** Values of other types are not read here. */
export const OTHER: i32 = 10;
export const BOOLEAN: i32 = 11;
export const STRUCT: i32 = 12;
export const ARRAY: i32 = 13;
export const MAP: i32 = 14;

/** A value that was not read. */
export const NOT_READ: i32 = 0;
/** What a value that was read is: a double, */
export const VALUE: i32 = 9;
/** an integer of 64 bits, */
export const LONG_VALUE: i32 = 10;
/** or a time in the session's zone, as a double. */
export const LOCAL_TIME: i32 = 11;

/** Reads a string in `[start, end)` as a type, and stores its value; returns what that is, or NOT_READ. */
export function readString(type: i32, start: i32, end: i32, limit: u64, scale: i32, to: i32): i32 {
  if (type == TIMESTAMP) {
    if (!readTimestamp(start, end)) return NOT_READ;
    store<f64>(to, time);
    return isLocal ? LOCAL_TIME : VALUE;
  }
  if (type == DATE) {
    if (!readDate(start, end)) return NOT_READ;
    store<f64>(to, time);
    return VALUE;
  }
  if (type != DECIMAL || !readNumber(start, end) || !readDecimal(limit, scale)) return NOT_READ;
  store<i64>(to, long);
  return LONG_VALUE;
}

/** The same for a JSON number, which is whole if it has neither a point nor an exponent. */
export function readScalar(type: i32, isWhole: bool, start: i32, end: i32, limit: u64, scale: i32, to: i32): i32 {
  if (type == TEXT || type >= OTHER || type == DATE || !readNumber(start, end)) return NOT_READ;
  if (type == DECIMAL || type == BIGINT) {
    if (!(type == DECIMAL ? readDecimal(limit, scale) : isWhole && readLong())) return NOT_READ;
    store<i64>(to, long);
    return LONG_VALUE;
  }
  if (!readFloating(type, isWhole)) return NOT_READ;
  store<f64>(to, float);
  return VALUE;
}

function readFloating(type: i32, isWhole: bool): bool {
  if (type == DOUBLE) return readDouble(isWhole);
  if (type == FLOAT) return readFloat(isWhole);
  if (!isWhole) return false;
  if (type == TIMESTAMP) return readSeconds();
  return type == TINYINT ? readTiny() : readInt(type == INT ? 32 : 16);
}
