/** Keeps the records that a condition holds for, and prints what is selected of them. */
import { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { RecordSelection } from "../../stream/decoding/record_selection.ts";
import { jsonValueWriter } from "../../stream/values/json_text.ts";
import type { Row } from "../../records/data_type.ts";
import type { PrintedRecord } from "../formats/record_printer.ts";
import type { RecordStage } from "./record_stage.ts";

const utf8 = new TextEncoder();

/** The stage of a selection; the columns that it selects, as a JSON object, take the place of the value. */
export function selectedRecords(selection: RecordSelection, zone: TimeZone): RecordStage {
  const { output } = selection;
  const write = output && jsonValueWriter({ kind: "STRUCT", fields: output }, zone);
  const printed = (record: PrintedRecord, row: Row): PrintedRecord =>
    write === undefined ? record : { ...record, row, value: utf8.encode(write(row)) };
  return {
    isFilter: selection.isFilter,
    pass: (records) =>
      Promise.resolve(
        records.flatMap((record) => rowsOf(record, selection).map((row) => printed(record, row))),
      ),
  };
}

/** @throws {SfcrimeError} QUERY_FAILED, with the place of the record. */
function rowsOf(record: PrintedRecord, selection: RecordSelection): readonly Row[] {
  try {
    return selection.rowsOf(record);
  } catch (cause) {
    if (!(cause instanceof SfcrimeError)) throw cause;
    const { code, message, hint } = cause;
    const { topic, partition, offset } = record;
    throw new SfcrimeError(code, `At offset ${offset} of ${topic}-${partition}: ${message}`, {
      cause,
      ...hint === undefined ? {} : { hint },
    });
  }
}
