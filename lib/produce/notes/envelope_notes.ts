/**
 * Notes on a record that is written with all its parts, one JSON object each: by `consume --format envelope`, by kcat
 * (`-J`), or by kaf (`--output json-each-row`).
 *
 * What is a text in the object is sent as its bytes, even if those are not UTF-8: kcat writes binary values that way.
 */
import { Buffer } from "node:buffer";
import type { TimeZone } from "../../base/time_zone.ts";
import type { RecordHeader } from "../../broker/record_batch/encode.ts";
import { isSpace, JsonScanner, type Members } from "../../records/json/json_scan.ts";
import { stringBytes } from "../../records/json/text/string_bytes.ts";
import type { NoteRecord } from "../../records/splitting/input_item.ts";
import { sortKeyOf } from "./sort_key.ts";
import { fieldFinder, quoted, valueOf } from "./fields.ts";
import { keyBytes, type RecordNotes, timeMs } from "./record_notes.ts";

/** Who writes such objects, and how. */
interface EnvelopeForm {
  readonly value: string;
  readonly time: string;
  /** Whether bytes that are not text are written as `{"base64":"…"}`. */
  readonly hasBase64: boolean;
  /** Whether an empty key stands for none. */
  readonly emptyKeyIsNone: boolean;
}

const FORMS = {
  envelope: { value: "value", time: "timestamp", hasBase64: true, emptyKeyIsNone: false },
  kcat: { value: "payload", time: "ts", hasBase64: false, emptyKeyIsNone: false },
  kaf: { value: "payload", time: "timestamp", hasBase64: false, emptyKeyIsNone: true },
} as const satisfies Record<string, EnvelopeForm>;

/** The formats of such objects. */
export type EnvelopeFormat = keyof typeof FORMS;

/** Which notes to take. */
export interface EnvelopeOptions {
  readonly format: EnvelopeFormat;
  /** The field of the object to sort by, as `a.b` for a nested field. */
  readonly sortField: string | undefined;
  /** Whether a key is sent as JSON. */
  readonly keyAsJson: boolean;
  readonly zone: TimeZone;
}

/** Why an object is not a record. */
class Unfit extends Error {}

const [QUOTE, OPEN_BRACE, OPEN_BRACKET, COMMA, CLOSE_BRACKET] = [0x22, 0x7b, 0x5b, 0x2c, 0x5d];
const [KEY, HEADERS, PARTITION] = [quoted("key"), quoted("headers"), quoted("partition")];
const [BASE64, VALUE] = [quoted("base64"), quoted("value")];
const BASE64_TEXT = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PARTITION_MAX = 2 ** 31 - 1;
const text = new TextDecoder();

/** Returns a function that takes the notes. */
export function envelopeNoter(options: EnvelopeOptions): NoteRecord<RecordNotes> {
  const reader = new EnvelopeReader(options);
  return (record, members) => reader.read(record, members);
}

class EnvelopeReader {
  readonly #form: EnvelopeForm;
  readonly #options: EnvelopeOptions;
  readonly #valueName: Uint8Array;
  readonly #timeName: Uint8Array;
  readonly #sortedBy: ReturnType<typeof fieldFinder>;
  readonly #scanner = new JsonScanner();

  constructor(options: EnvelopeOptions) {
    this.#options = options;
    this.#form = FORMS[options.format];
    this.#valueName = quoted(this.#form.value);
    this.#timeName = quoted(this.#form.time);
    this.#sortedBy = fieldFinder(options.sortField);
  }

  read(record: Uint8Array, members: Members): RecordNotes {
    const sort = this.#sortedBy(record, members);
    const sortKey = sort === undefined ? undefined : sortKeyOf(sort, this.#options.zone);
    const rest = { hasKeyField: true, sortKey, problem: undefined };
    try {
      return { ...rest, ...this.#parts(record, members) };
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      return { ...rest, key: null, eventMs: undefined, unfit: error.message };
    }
  }

  #parts(record: Uint8Array, members: Members): Pick<RecordNotes, "key" | "eventMs" | "own"> {
    const value = valueOf(record, members, this.#valueName);
    if (value === undefined) throw new Unfit(`it has no field ${this.#form.value}`);
    const key = valueOf(record, members, KEY);
    const time = valueOf(record, members, this.#timeName);
    const headers = valueOf(record, members, HEADERS);
    const partition = valueOf(record, members, PARTITION);
    return {
      key: key === undefined ? null : this.#key(key),
      eventMs: time === undefined ? undefined : timeMs(time, this.#options.zone),
      own: {
        value: this.#bytes(value, this.#form.value),
        ...headers === undefined ? {} : { headers: this.#headers(headers) },
        ...partition === undefined ? {} : { partition: partitionOf(partition) },
      },
    };
  }

  #key(json: Uint8Array): Uint8Array | null {
    const bytes = this.#bytes(json, "key");
    if (bytes === null || (bytes.length === 0 && this.#form.emptyKeyIsNone)) return null;
    if (!this.#options.keyAsJson) return bytes;
    if (json[0] === OPEN_BRACE && this.#base64In(json) !== undefined) throw new Unfit("its key is not text");
    return json;
  }

  /** The bytes that a part stands for: those of a text, else its JSON. */
  #bytes(json: Uint8Array, what: string): Uint8Array | null {
    const base64 = this.#form.hasBase64 && json[0] === OPEN_BRACE ? this.#base64In(json) : undefined;
    if (base64 === undefined) return keyBytes(json);
    if (!BASE64_TEXT.test(base64)) throw new Unfit(`its ${what} is not valid base64`);
    return Buffer.from(base64, "base64");
  }

  /** The text of an object with nothing but base64. */
  #base64In(json: Uint8Array): string | undefined {
    this.#scanner.scan(json, 0);
    const content = this.#scanner.count === 1 ? valueOf(json, this.#scanner, BASE64) : undefined;
    return content?.[0] === QUOTE ? text.decode(stringBytes(content)) : undefined;
  }

  /** Objects with a key and a value; or, by kcat, keys and values in turn. */
  #headers(json: Uint8Array): RecordHeader[] {
    if (json[0] !== OPEN_BRACKET) {
      if (keyBytes(json) === null) return [];
      throw new Unfit("its headers are not an array");
    }
    const elements = this.#elementsOf(json);
    if (elements[0]?.[0] === OPEN_BRACE) return elements.map((element) => this.#header(element));
    if (elements.length % 2 > 0) throw new Unfit("its last header has no value");
    const headers: RecordHeader[] = [];
    for (let at = 0; at < elements.length; at += 2) {
      headers.push({ key: nameOf(elements[at]!), value: this.#bytes(elements[at + 1]!, "header") });
    }
    return headers;
  }

  #header(json: Uint8Array): RecordHeader {
    const members = new JsonScanner();
    members.scan(json, 0);
    const key = json[0] === OPEN_BRACE ? valueOf(json, members, KEY) : undefined;
    const value = json[0] === OPEN_BRACE ? valueOf(json, members, VALUE) : undefined;
    if (key === undefined || value === undefined) {
      throw new Unfit("one of its headers has no key or no value");
    }
    return { key: nameOf(key), value: this.#bytes(value, "header") };
  }

  /** The elements of an array. */
  #elementsOf(json: Uint8Array): Uint8Array[] {
    const elements: Uint8Array[] = [];
    for (let at = 1; json[at] !== CLOSE_BRACKET;) {
      this.#scanner.scan(json, at);
      elements.push(this.#scanner.value);
      at = this.#scanner.end;
      while (json[at] === COMMA || isSpace(json[at])) at++;
    }
    return elements;
  }
}

function nameOf(json: Uint8Array): string {
  if (json[0] !== QUOTE) throw new Unfit("the key of a header is not text");
  return text.decode(stringBytes(json));
}

function partitionOf(json: Uint8Array): number | undefined {
  const partition: unknown = JSON.parse(text.decode(json));
  if (partition === null) return undefined;
  if (Number.isInteger(partition) && (partition as number) >= 0 && (partition as number) <= PARTITION_MAX) {
    return partition as number;
  }
  throw new Unfit("its partition is not a whole number");
}
