/** What prints records in a format. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { ConsumedRecord } from "../../broker/broker.ts";
import type { Row, Schema } from "../../records/data_type.ts";

/** A record, with the columns that were selected of it, if any were. */
export interface PrintedRecord extends ConsumedRecord {
  readonly row?: Readonly<Row>;
}

/** See the module's description. */
export interface RecordPrinter {
  /** Appends the printed form of records to `parts`. */
  print(records: readonly PrintedRecord[], parts: Uint8Array[]): void;
}

/** Prints one record after the other. */
export function eachRecord(
  print: (record: PrintedRecord, parts: Uint8Array[]) => void,
): RecordPrinter {
  return {
    print(records, parts) {
      for (const record of records) print(record, parts);
    },
  };
}

/** What a terminal can show. */
export interface TerminalStyle {
  readonly columns: number;
  readonly color: boolean;
}

/** What a format may depend on. */
export interface PrinterStyle {
  /** Undefined if the output is no terminal. */
  readonly terminal: TerminalStyle | undefined;
  /** What follows a value; by default, what is usual for the format. */
  readonly delimiter?: Uint8Array;
  /** The columns that are selected of records, if they are not printed whole. */
  readonly selected?: Schema;
  readonly zone: TimeZone;
}
