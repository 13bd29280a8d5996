/** A table whose file is read, and the error if that fails. */
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { SourceColumn } from "../../sql/catalog.ts";

/** The table to read, and its name in errors. */
export interface TableToRead {
  readonly name: string;
  readonly columns: readonly SourceColumn[];
  readonly zone: TimeZone;
}

/** The error for a table that cannot be read. */
export function broken(
  place: string,
  reason: string,
  hint = "Fix the file; every row of a table is needed.",
): SfcrimeError {
  return new SfcrimeError("INPUT", `${place}: ${reason}.`, { hint });
}
