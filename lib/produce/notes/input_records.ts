/** How the bytes of an input become records with notes, by its format. */
import { SPREAD_RECORD_BYTES_MAX } from "../../base/bounds.ts";
import type { InputFormat } from "../../config/values/input_values.ts";
import type { BlockSource } from "../../records/splitting/block_splitter.ts";
import type { NoteRecord, SplitterOf } from "../../records/splitting/input_item.ts";
import type { RecordBlock } from "../../records/splitting/record_block.ts";
import { RecordSplitter } from "../../records/splitting/record_splitter.ts";
import { CsvSplitter } from "../../records/splitting/text/csv_splitter.ts";
import { DelimitedSplitter } from "../../records/splitting/text/delimited_splitter.ts";
import { isJson } from "../input/first_bytes.ts";
import { type EnvelopeFormat, envelopeNoter } from "./envelope_notes.ts";
import { letterNoter } from "./letter_notes.ts";
import { lineNoter } from "./line_notes.ts";
import { rowNoter } from "./row_notes.ts";
import { type NoteOptions, recordNoter, type RecordNotes } from "./record_notes.ts";

/** How an input is read. */
export interface InputReading {
  /** The name of the input, for messages. */
  readonly name: string;
  /** Undefined for JSON objects in any layout. */
  readonly format?: InputFormat | undefined;
  /** The bytes that separate records, or the values of CSV; by default, line breaks and commas. */
  readonly delimiter?: readonly number[] | undefined;
  /** The bytes that separate the key of a line from its value. */
  readonly keyDelimiter?: readonly number[] | undefined;
  /** The text that stands for null. */
  readonly nullValue?: string | undefined;
  /** Whether the input has dead letters, each with a record of the format. */
  readonly isOfLetters?: boolean;
  /** The header for the places of rows, if the input is a data set. */
  readonly placeHeader?: string;
}

/** The splitter of an input, and the notes on its records. */
export interface InputRecords {
  /** Takes notes on the JSON of a record that was sorted; undefined if records are not JSON. */
  readonly note: NoteRecord<RecordNotes> | undefined;
  readonly splitterOf: SplitterOf<RecordNotes>;
  /** The same, with blocks where they are found; undefined if the format has none. */
  readonly withBlocks:
    | ((blocks: BlockSource<RecordBlock> | undefined) => SplitterOf<RecordNotes, RecordBlock>)
    | undefined;
}

const utf8 = new TextEncoder();

/** Whether the records of a format name their keys and other parts themselves. */
export function isEnvelope(format: InputFormat | undefined): format is EnvelopeFormat {
  return format === "envelope" || format === "kcat" || format === "kaf";
}

/** Whether records are JSON objects with fields, at least once they are read. */
export function hasFields(format: InputFormat | undefined): boolean {
  return format === "csv" || isJson(format);
}

/** How the records of an input are found. */
export function inputRecords(reading: InputReading, notes: NoteOptions): InputRecords {
  const { format, isOfLetters, placeHeader } = reading;
  if (isOfLetters === true) return letters(reading, notes);
  if (placeHeader !== undefined) return rowsOfDataSet(placeHeader, notes);
  if (isEnvelope(format)) return envelopes(format, notes);
  if (format === "lines" || format === "raw") return delimited(format, reading, notes);
  const note = recordNoter(notes);
  if (format === "csv") return rows(reading, note);
  return {
    note,
    splitterOf: (start) => new RecordSplitter(note, start),
    withBlocks: (blocks) => (start) => new RecordSplitter(note, { ...start, blocks }),
  };
}

/** Dead letters are JSON; what they are about is read as in its input, but a row of CSV is mended as an object. */
function letters(reading: InputReading, notes: NoteOptions): InputRecords {
  const { sortField, keyAsJson = false, zone } = notes;
  const note = letterNoter({
    json: (format) =>
      isEnvelope(format) ? envelopeNoter({ format, sortField, keyAsJson, zone }) : recordNoter(notes),
    bytes: lineNoterOf(reading, notes),
  });
  const options = { bytesMax: SPREAD_RECORD_BYTES_MAX };
  return {
    note,
    splitterOf: (start) => new RecordSplitter(note, { ...start, ...options }),
    withBlocks: undefined,
  };
}

function rowsOfDataSet(header: string, notes: NoteOptions): InputRecords {
  const note = rowNoter({ header, note: recordNoter(notes) });
  const options = { bytesMax: SPREAD_RECORD_BYTES_MAX };
  return {
    note,
    splitterOf: (start) => new RecordSplitter(note, { ...start, ...options }),
    withBlocks: undefined,
  };
}

function envelopes(
  format: EnvelopeFormat,
  { sortField, keyAsJson = false, zone }: NoteOptions,
): InputRecords {
  const note = envelopeNoter({ format, sortField, keyAsJson, zone });
  // The parts of a record take more bytes in JSON than they are; the record itself is measured later.
  const options = { bytesMax: SPREAD_RECORD_BYTES_MAX };
  return {
    note,
    splitterOf: (start) => new RecordSplitter(note, { ...start, ...options }),
    withBlocks: undefined,
  };
}

function rows(
  { delimiter, nullValue, name }: InputReading,
  note: NoteRecord<RecordNotes>,
): InputRecords {
  const separator = delimiter === undefined ? "," : new TextDecoder().decode(Uint8Array.from(delimiter));
  const options = { separator, nullValue, name, note };
  return { note, splitterOf: (start) => new CsvSplitter({ ...start, ...options }), withBlocks: undefined };
}

function delimited(
  format: "lines" | "raw",
  reading: InputReading,
  notes: NoteOptions,
): InputRecords {
  const { delimiter } = reading;
  const note = lineNoterOf(reading, notes);
  const isText = format === "lines" && delimiter === undefined;
  const separator = delimiter === undefined ? undefined : Uint8Array.from(delimiter);
  const options = { delimiter: separator ?? (isText ? utf8.encode("\n") : undefined), isText, note };
  return {
    note: undefined,
    splitterOf: (start) => new DelimitedSplitter({ ...start, ...options }),
    withBlocks: undefined,
  };
}

function lineNoterOf({ keyDelimiter, nullValue }: InputReading, { keyTemplate }: NoteOptions) {
  return lineNoter({
    keyDelimiter: keyDelimiter && Uint8Array.from(keyDelimiter),
    nullValue: bytesOf(nullValue),
    key: bytesOf(keyTemplate) ?? null,
  });
}

/** A text in UTF-8. */
function bytesOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : utf8.encode(text);
}
