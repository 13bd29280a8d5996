/** Notes on a row of a data set: those of the record that it becomes, and the header with its place. */
import { JsonScanner } from "../../records/json/json_scan.ts";
import { stringBytes } from "../../records/json/text/string_bytes.ts";
import type { NoteRecord } from "../../records/splitting/input_item.ts";
import { quoted, valueOf } from "./fields.ts";
import type { RecordNotes } from "./record_notes.ts";

const [PLACE, ROW, UNFIT] = [quoted("place"), quoted("row"), quoted("unfit")];
const text = new TextDecoder();

/** How rows are read. */
export interface RowReading {
  /** The name of the header with the place. */
  readonly header: string;
  /** Takes notes on the record. */
  readonly note: NoteRecord<RecordNotes>;
}

/** Returns a function that takes the notes. */
export function rowNoter({ header, note }: RowReading): NoteRecord<RecordNotes> {
  const scanner = new JsonScanner();
  return (line, members) => {
    const row = valueOf(line, members, ROW)!;
    const place = stringBytes(valueOf(line, members, PLACE)!);
    const unfit = valueOf(line, members, UNFIT);
    scanner.scan(row, 0, true);
    return {
      ...note(row, scanner),
      own: { value: row, headers: [{ key: header, value: place }] },
      row,
      ...unfit === undefined ? {} : { unfit: text.decode(stringBytes(unfit)) },
    };
  };
}
