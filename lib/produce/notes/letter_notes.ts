/**
 * Notes on a dead letter that is sent back: the record that it is about, as it was or has been mended since, as if it
 * stood in an input; and by what the letter is known, so that it is never sent twice.
 */
import { Buffer } from "node:buffer";
import { digestOf } from "../../base/text/digest.ts";
import type { InputFormat } from "../../config/values/input_values.ts";
import { isSpace, JsonScanner, type Members } from "../../records/json/json_scan.ts";
import { stringBytes } from "../../records/json/text/string_bytes.ts";
import type { NoteRecord } from "../../records/splitting/input_item.ts";
import { quoted, valueOf } from "./fields.ts";
import type { RecordNotes } from "./record_notes.ts";

const [TEXT, BASE64, LENGTH] = [quoted("text"), quoted("base64"), quoted("length")];
const [TOPIC, LETTER, FORMAT] = [quoted("topic"), quoted("letter"), quoted("format")];
/** What stays the same when the text of a letter is mended. */
const IDENTITY = ["time", "input", "record", "line", "offset"].map(quoted);
const OPEN_BRACE = 0x7b;
const text = new TextDecoder();

/** How the record of a letter is read, by the format of its input; undefined for JSON. */
export interface LetterReading {
  /** Notes on a record that is JSON. */
  readonly json: (format: InputFormat | undefined) => NoteRecord<RecordNotes>;
  /** Notes on one that is just bytes. */
  readonly bytes: (record: Uint8Array) => RecordNotes;
}

/** Returns a function that takes the notes. */
export function letterNoter({ json, bytes }: LetterReading): NoteRecord<RecordNotes> {
  const scanner = new JsonScanner();
  const ofPlace = json("envelope");
  return (letter, members) => {
    const topic = textOf(valueOf(letter, members, TOPIC));
    const place = valueOf(letter, members, LETTER);
    if (place !== undefined) {
      return { ...ofPlace(letter, members), letter: { id: textOf(place)!, topic } };
    }
    const about = { id: identityOf(letter, members), topic };
    const refused = (unfit: string): RecordNotes => ({ ...NOTHING, unfit, letter: about });
    if (valueOf(letter, members, LENGTH) !== undefined) return refused("only its first bytes were kept");
    const content = contentOf(valueOf(letter, members, TEXT), valueOf(letter, members, BASE64));
    if (content === undefined) return refused("it is no dead letter: it has neither text nor base64");
    const format = textOf(valueOf(letter, members, FORMAT)) as InputFormat | undefined;
    if (format === "lines" || format === "raw") return { ...bytes(content), letter: about };
    let start = 0;
    while (isSpace(content[start])) start++;
    const isWhole = content[start] === OPEN_BRACE && scanner.scan(content, start, true) === "value" &&
      content.subarray(scanner.end).every(isSpace);
    if (!isWhole) return refused("it is still not a JSON object");
    const value = scanner.value;
    // Members are those of the value without its white space.
    scanner.scan(value, 0, true);
    const notes = json(format)(value, scanner);
    return { ...notes, own: notes.own ?? { value }, letter: about };
  };
}

/** By what a letter is known; its whole text, if it says nothing of where its record is from. */
function identityOf(letter: Uint8Array, members: Members): string {
  const parts = IDENTITY.map((name) => {
    const value = valueOf(letter, members, name);
    return value === undefined ? "" : text.decode(value);
  });
  return parts.every((part) => part === "") ? digestOf([text.decode(letter)]) : parts.join(" ");
}

function textOf(json: Uint8Array | undefined): string | undefined {
  return json && text.decode(stringBytes(json));
}

const NOTHING: RecordNotes = {
  key: null,
  hasKeyField: true,
  eventMs: undefined,
  sortKey: undefined,
  problem: undefined,
};

function contentOf(json: Uint8Array | undefined, base64: Uint8Array | undefined): Uint8Array | undefined {
  if (json !== undefined) return stringBytes(json);
  return base64 && Buffer.from(text.decode(stringBytes(base64)), "base64");
}
