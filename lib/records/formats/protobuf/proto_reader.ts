/**
 * Reads messages of Protobuf into the values of rows, as Spark's `from_protobuf` does: a field that is not set is NULL,
 * also one of proto3 with its default, which is not written; an enum is the name of its value.
 *
 * Every field is read, wanted or not, as each may be what makes a record malformed.
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Value } from "../../data_type.ts";
import { javaText } from "../../values/java_text.ts";
import { microsOf } from "../../values/micros.ts";
import {
  isPackable,
  type ProtoEnum,
  type ProtoField,
  type ProtoMessage,
  type ProtoScalar,
} from "./proto_schema.ts";
import { columnFields, isDuration, isTimestamp } from "./proto_types.ts";

/** Bytes that are not a message of their schema. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

/** Reads a message: the values of its columns. */
export type ReadMessage = (bytes: Uint8Array) => Value[];

/** The reader of a message. */
export function messageReader(message: ProtoMessage): ReadMessage {
  const reader = new MessageReader(message, true);
  return (bytes) => {
    const from = new BinaryReader(bytes);
    const values = reader.begin();
    reader.merge(from, bytes.length, values);
    return reader.finish(values);
  };
}

/** What a field has while its message is read; undefined for one that is not set. */
type Part = Value | Part[] | undefined;

interface FieldReader {
  readonly field: ProtoField;
  readonly index: number;
  /** The other fields of which only one is set. */
  readonly rivals: readonly number[];
  readonly wireType: WireType;
  /** Reads a value, or merges it with the one before; undefined for a number that its enum does not have. */
  readonly read: (from: BinaryReader, before: Part) => Part;
  /** What is in the place of a value when the whole message was read. */
  readonly finish: (part: Part) => Value;
}

class MessageReader {
  readonly #byNumber = new Map<number, FieldReader>();
  readonly #fields: readonly FieldReader[];
  readonly #columns: readonly number[];
  readonly #isOutermost: boolean;

  constructor(message: ProtoMessage, isOutermost: boolean) {
    this.#isOutermost = isOutermost;
    this.#fields = message.fields.map((field, index) => fieldReader(field, index, message));
    for (const reader of this.#fields) this.#byNumber.set(reader.field.number, reader);
    this.#columns = columnFields(message).map((field) => message.fields.indexOf(field));
  }

  begin(): Part[] {
    return new Array<Part>(this.#fields.length).fill(undefined);
  }

  /** Reads fields up to a position, or, of a group, up to the end that has its number. */
  merge(from: BinaryReader, end: number, parts: Part[], group?: number): void {
    while (from.pos < end) {
      const [number, wireType] = from.tag();
      if (wireType === WireType.EndGroup) {
        if (number === group) return;
        throw new MalformedMessage("a group ends that has not begun");
      }
      const reader = this.#byNumber.get(number);
      if (reader === undefined) {
        from.skip(wireType, number);
      } else if (!this.#take(from, reader, wireType, parts)) {
        // In a message inside another one, what is not of the schema is passed over, as what is unknown.
        if (this.#isOutermost) throw new MalformedMessage(`field ${reader.field.name} is of another type`);
      }
    }
    if (from.pos !== end) throw new MalformedMessage("a field is longer than its message");
    if (group !== undefined) throw new MalformedMessage("a group does not end");
  }

  /** Returns false if the value is not one of the field. */
  #take(from: BinaryReader, reader: FieldReader, wireType: WireType, parts: Part[]): boolean {
    const { field: { isRepeated, keyType, type }, index, read, rivals } = reader;
    const isList = isRepeated || keyType !== undefined;
    if (isRepeated && wireType === WireType.LengthDelimited && isPackable(type)) {
      const list = (parts[index] ??= []) as Part[];
      const end = endOf(from);
      let fits = true;
      while (from.pos < end) {
        const value = read(from, undefined);
        if (value === undefined) fits = false;
        else list.push(value);
      }
      if (from.pos !== end) throw new MalformedMessage("a list is longer than its field");
      return fits;
    }
    if (wireType !== reader.wireType) {
      from.skip(wireType, reader.field.number);
      return false;
    }
    const value = read(from, isList ? undefined : parts[index]);
    if (value === undefined) return false;
    if (isList) ((parts[index] ??= []) as Part[]).push(value);
    else parts[index] = value;
    for (const rival of rivals) parts[rival] = undefined;
    return true;
  }

  finish(parts: Part[]): Value[] {
    for (const { field, index } of this.#fields) {
      if (field.isRequired && parts[index] === undefined) {
        throw new MalformedMessage(`required field ${field.name} is missing`);
      }
    }
    return this.#columns.map((index) => this.#fields[index]!.finish(parts[index]));
  }
}

function fieldReader(field: ProtoField, index: number, message: ProtoMessage): FieldReader {
  const rivals = field.oneOf === undefined
    ? []
    : message.fields.flatMap((other, place) => other.oneOf === field.oneOf && place !== index ? [place] : []);
  const value = field.keyType === undefined ? valueReader(field) : entryReader(field, field.keyType);
  const { wireType, read, finish } = value;
  if (field.isRepeated || field.keyType !== undefined) {
    return {
      ...{ field, index, rivals, wireType, read },
      finish: (part) => part === undefined ? [] : (part as Part[]).map(finish),
    };
  }
  const unset = field.default === undefined ? null : defaultOf(field);
  const zero = zeroOf(field);
  return {
    ...{ field, index, rivals, wireType, read },
    finish: (part) => {
      if (part === undefined) return unset;
      const finished = finish(part);
      return !field.hasPresence && isZero(finished, zero) ? null : finished;
    },
  };
}

type ValueReader = Pick<FieldReader, "wireType" | "read" | "finish">;

const asItIs = (part: Part) => part as Value;

function valueReader({ type, isVerified, isGroup, number }: ProtoField): ValueReader {
  if (typeof type === "string") {
    const read = type === "string" ? (isVerified ? verifiedText : looseText) : SCALARS[type].read;
    return { wireType: SCALARS[type].wireType, read, finish: asItIs };
  }
  if (type.kind === "enum") {
    return { wireType: WireType.Varint, read: (from) => symbolOf(type, from.int32()), finish: asItIs };
  }
  // It is made when it is first needed: a message may contain itself where no column is made of it.
  let reader: MessageReader | undefined;
  const inner = () => reader ??= new MessageReader(type, false);
  return {
    wireType: isGroup ? WireType.StartGroup : WireType.LengthDelimited,
    read(from, before) {
      const parts = (before ?? inner().begin()) as Part[];
      if (isGroup) inner().merge(from, from.len, parts, number);
      else inner().merge(from, endOf(from), parts);
      return parts;
    },
    finish: (part) => messageValue(type, inner().finish(part as Part[])),
  };
}

/** An entry of a map is a message with a key and a value, of which each may be missing. */
function entryReader(field: ProtoField, keyType: ProtoScalar): ValueReader {
  const part = (name: string, number: number, type: ProtoField["type"]): ProtoField => ({
    ...field,
    ...{ name, number, type, keyType: undefined, isRepeated: false, isRequired: false, oneOf: undefined },
    // Java checks the texts of maps whatever the syntax.
    ...{ default: undefined, hasPresence: true, isVerified: true, isGroup: false },
  });
  const [key, value] = [part("key", 1, keyType), part("value", 2, field.type)];
  const entry: ProtoMessage = { kind: "message", name: "", fields: [key, value] };
  const { read, finish, wireType } = valueReader(part("entry", 0, entry));
  const { type } = field;
  const missing = () =>
    typeof type === "object" && type.kind === "message" ? emptyValue(type) : zeroOf(value) ?? null;
  const zero = zeroOf(key);
  return {
    wireType,
    read,
    finish: (entryPart) => {
      const [own, item] = finish(entryPart) as readonly Value[];
      return [own ?? zero ?? null, item ?? missing()];
    },
  };
}

/** A message of which nothing is set. @throws {MalformedMessage} if it requires a field */
function emptyValue(message: ProtoMessage): Value {
  const reader = new MessageReader(message, false);
  return messageValue(message, reader.finish(reader.begin()));
}

/** What a message is in a row: a STRUCT of its fields, a TIMESTAMP or an INTERVAL. */
function messageValue(message: ProtoMessage, values: Value[]): Value {
  if (isTimestamp(message)) return microsOf(longMicros(values));
  return isDuration(message) ? longMicros(values) : values;
}

function endOf(from: BinaryReader): number {
  const length = from.uint32();
  if (length > from.len - from.pos) throw new MalformedMessage("it ends too early");
  return from.pos + length;
}

function symbolOf({ names, name, isClosed }: ProtoEnum, number: number): string | undefined {
  const symbol = names.get(number);
  if (symbol !== undefined) return symbol;
  return isClosed ? undefined : `UNKNOWN_ENUM_VALUE_${name}_${number}`;
}

/** Microseconds as Java computes them: those of the seconds are bounded, but not the milliseconds before. */
function longMicros([seconds, nanos]: readonly Value[]): bigint {
  const micros = 1_000n * BigInt.asIntN(64, 1_000n * BigInt((seconds ?? 0n) as bigint));
  if (BigInt.asIntN(64, micros) !== micros) throw new MalformedMessage("a time is out of range");
  return BigInt.asIntN(64, micros + BigInt(Math.trunc(Number((nanos ?? 0) as number | bigint) / 1_000)));
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function verifiedText(from: BinaryReader): string {
  try {
    return strict.decode(from.bytes());
  } catch (error) {
    if (error instanceof TypeError) throw new MalformedMessage("a text is not UTF-8");
    throw error;
  }
}

function looseText(from: BinaryReader): string {
  return javaText(from.bytes());
}

/** A long as a bigint; an unsigned one has the sign that its bits have in Java. */
function long(value: bigint | string): bigint {
  return BigInt.asIntN(64, BigInt(value));
}

interface Scalar {
  readonly wireType: WireType;
  readonly read: (from: BinaryReader) => Value;
}

const SCALARS: Readonly<Record<ProtoScalar, Scalar>> = {
  double: { wireType: WireType.Bit64, read: (from) => from.double() },
  float: { wireType: WireType.Bit32, read: (from) => from.float() },
  int32: { wireType: WireType.Varint, read: (from) => from.int32() },
  uint32: { wireType: WireType.Varint, read: (from) => from.uint32() | 0 },
  sint32: { wireType: WireType.Varint, read: (from) => from.sint32() },
  fixed32: { wireType: WireType.Bit32, read: (from) => from.fixed32() | 0 },
  sfixed32: { wireType: WireType.Bit32, read: (from) => from.sfixed32() },
  int64: { wireType: WireType.Varint, read: (from) => long(from.int64()) },
  uint64: { wireType: WireType.Varint, read: (from) => long(from.uint64()) },
  sint64: { wireType: WireType.Varint, read: (from) => long(from.sint64()) },
  fixed64: { wireType: WireType.Bit64, read: (from) => long(from.fixed64()) },
  sfixed64: { wireType: WireType.Bit64, read: (from) => long(from.sfixed64()) },
  bool: { wireType: WireType.Varint, read: (from) => from.bool() },
  string: { wireType: WireType.LengthDelimited, read: looseText },
  bytes: { wireType: WireType.LengthDelimited, read: (from) => from.bytes().slice() },
};

/** The value that stands for none in proto3. */
function zeroOf({ type }: ProtoField): Value | undefined {
  if (typeof type !== "string") return type.kind === "enum" ? symbolOf(type, type.first) : undefined;
  switch (type) {
    case "string":
      return "";
    case "bool":
      return false;
    case "bytes":
      return EMPTY;
    default:
      return type.endsWith("64") ? 0n : 0;
  }
}

const EMPTY = new Uint8Array(0);

/** The default of a field of proto2. */
function defaultOf({ type, default: value }: ProtoField): Value {
  if (typeof type !== "string") return type.kind === "enum" ? symbolOf(type, Number(value)) ?? null : null;
  if (type.endsWith("64")) return long(String(value));
  if (/^(uint|fixed)32$/.test(type)) return Number(value) | 0;
  if (type === "float") return Math.fround(Number(value));
  return type === "bytes" ? Uint8Array.from(value as Uint8Array) : value as Value;
}

/** Negative zero is not the default. */
function isZero(value: Value, zero: Value | undefined): boolean {
  return value instanceof Uint8Array ? value.length === 0 : Object.is(value, zero);
}
