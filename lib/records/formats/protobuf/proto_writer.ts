/**
 * Writes JSON as messages of Protobuf: what `consume` prints, and Protobuf's own JSON, in which names are in camel case.
 * Bytes are base64; enums are names or numbers; a Timestamp is a text. A field that is missing or null is not set.
 */
import { Buffer } from "node:buffer";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { TimeZone } from "../../../base/time_zone.ts";
import { objectOf, unfit, UnfitValue, within } from "../schemas/unfit_value.ts";
import { parseSqlInterval } from "../../values/interval_text.ts";
import { type Micros, MICROS_PER_SECOND } from "../../values/micros.ts";
import { parseTimestamp } from "../../values/timestamp.ts";
import type { ProtoField, ProtoMessage, ProtoScalar, ProtoType } from "./proto_schema.ts";
import { isDuration, isTimestamp } from "./proto_types.ts";

/** The bytes of a message. @throws {UnfitValue} */
export function messageBytes(message: ProtoMessage, json: unknown, zone: TimeZone): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, message, { json, zone });
  return writer.finish();
}

interface Content {
  readonly json: unknown;
  readonly zone: TimeZone;
}

function writeMessage(writer: BinaryWriter, message: ProtoMessage, { json, zone }: Content): void {
  if (isTimestamp(message) && typeof json === "string") {
    return writeMicros(writer, parseTimestamp(json, zone) ?? raise(unfit(json, "a time")));
  }
  if (isDuration(message) && typeof json === "string") {
    return writeMicros(writer, durationMicros(json) ?? raise(unfit(json, "a duration")), true);
  }
  const object = objectOf(json);
  const known = new Set(message.fields.flatMap(({ name, jsonName }) => [name, jsonName]));
  const unknown = Object.keys(object).find((name) => !known.has(name));
  if (unknown !== undefined) throw new UnfitValue(`message ${message.name} has no field ${unknown}`);
  for (const field of message.fields) {
    const value = object[field.name] ?? object[field.jsonName];
    if (value !== undefined && value !== null) {
      within(field.name, () => writeField(writer, field, { json: value, zone }));
    } else if (field.isRequired) throw new UnfitValue(`required field ${field.name} is missing`);
  }
}

function writeField(writer: BinaryWriter, field: ProtoField, { json, zone }: Content): void {
  if (field.keyType !== undefined) {
    for (const [key, item] of Object.entries(objectOf(json))) {
      writer.tag(field.number, WireType.LengthDelimited).fork();
      writeValue(writer, { number: 1, type: field.keyType }, { json: keyOf(key, field.keyType), zone });
      within(key, () => writeValue(writer, { number: 2, type: field.type }, { json: item, zone }));
      writer.join();
    }
    return;
  }
  if (!field.isRepeated) {
    if (field.hasPresence || !isDefault(field, json)) writeValue(writer, field, { json, zone });
    return;
  }
  if (!Array.isArray(json)) throw unfit(json, "an array");
  const { type, number } = field;
  if (!field.isPacked) {
    json.forEach((item, index) =>
      within(`[${index}]`, () => writeValue(writer, field, { json: item, zone }))
    );
  } else if (json.length > 0) {
    writer.tag(number, WireType.LengthDelimited).fork();
    json.forEach((item, index) => within(`[${index}]`, () => writePart(writer, type, { json: item, zone })));
    writer.join();
  }
}

/** Whether a value is the one that stands for none, which is not written without presence. */
function isDefault({ type }: ProtoField, json: unknown): boolean {
  if (typeof type !== "string") {
    return type.kind === "enum" && (json === type.first || type.numbers.get(String(json)) === type.first);
  }
  return json === "" || json === false || (json === 0 && !Object.is(json, -0));
}

type Numbered = Pick<ProtoField, "number" | "type"> & Partial<Pick<ProtoField, "isGroup">>;

function writeValue(writer: BinaryWriter, { number, type, isGroup }: Numbered, content: Content): void {
  if (isGroup === true) {
    writer.tag(number, WireType.StartGroup);
    writeMessage(writer, type as ProtoMessage, content);
    writer.tag(number, WireType.EndGroup);
    return;
  }
  writer.tag(number, wireTypeOf(type));
  if (typeof type === "string" || type.kind === "enum") return writePart(writer, type, content);
  writer.fork();
  writeMessage(writer, type, content);
  writer.join();
}

function writePart(writer: BinaryWriter, type: ProtoType, { json }: Content): void {
  if (typeof type === "string") return WRITES[type](writer, json);
  if (type.kind !== "enum") throw new Error("A message is no part of a packed list.");
  const number = typeof json === "string" ? type.numbers.get(json) : Number(integerOf(json, 32, true));
  if (number === undefined) throw unfit(json, `a value of enum ${type.name}`);
  writer.int32(number);
}

function raise(error: Error): never {
  throw error;
}

/** The length of an INTERVAL, or of a duration in Protobuf's JSON, such as `1.5s`; undefined if it is neither. */
function durationMicros(text: string): bigint | undefined {
  const [, sign, whole, fraction = ""] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) ?? [];
  if (whole === undefined) return parseSqlInterval(text, "INTERVAL DAY TO SECOND") as bigint | undefined;
  const micros = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 6));
  return sign === "-" ? -micros : micros;
}

/** Seconds and nanos: of a time the nanos are never negative, of a duration both have its sign. */
function writeMicros(writer: BinaryWriter, time: Micros | bigint, isDuration = false): void {
  const million = BigInt(MICROS_PER_SECOND);
  const micros = BigInt(time);
  const rest = isDuration || micros % million >= 0n ? micros % million : micros % million + million;
  const seconds = (micros - rest) / million;
  if (seconds !== 0n) writer.tag(1, WireType.Varint).int64(seconds);
  if (rest !== 0n) writer.tag(2, WireType.Varint).int32(Number(rest) * 1_000);
}

function wireTypeOf(type: ProtoType): WireType {
  if (typeof type !== "string") return type.kind === "enum" ? WireType.Varint : WireType.LengthDelimited;
  if (type === "string" || type === "bytes") return WireType.LengthDelimited;
  if (type === "double" || /fixed64$/.test(type)) return WireType.Bit64;
  return type === "float" || /fixed32$/.test(type) ? WireType.Bit32 : WireType.Varint;
}

/** Keys of maps are texts in JSON. */
function keyOf(key: string, type: ProtoScalar): unknown {
  if (type === "string") return key;
  if (type === "bool") return key === "true" ? true : key === "false" ? false : key;
  return /^-?\d+$/.test(key) ? BigInt(key) : key;
}

const WRITES: Readonly<Record<ProtoScalar, (writer: BinaryWriter, json: unknown) => void>> = {
  double: (writer, json) => void writer.double(floatingOf(json)),
  float: (writer, json) => void writer.float(floatingOf(json)),
  int32: (writer, json) => void writer.int32(Number(integerOf(json, 32, true))),
  uint32: (writer, json) => void writer.uint32(Number(BigInt.asUintN(32, integerOf(json, 32, false)))),
  sint32: (writer, json) => void writer.sint32(Number(integerOf(json, 32, true))),
  fixed32: (writer, json) => void writer.fixed32(Number(BigInt.asUintN(32, integerOf(json, 32, false)))),
  sfixed32: (writer, json) => void writer.sfixed32(Number(integerOf(json, 32, true))),
  int64: (writer, json) => void writer.int64(integerOf(json, 64, true)),
  uint64: (writer, json) => void writer.uint64(BigInt.asUintN(64, integerOf(json, 64, false))),
  sint64: (writer, json) => void writer.sint64(integerOf(json, 64, true)),
  fixed64: (writer, json) => void writer.fixed64(BigInt.asUintN(64, integerOf(json, 64, false))),
  sfixed64: (writer, json) => void writer.sfixed64(integerOf(json, 64, true)),
  bool: (writer, json) => {
    if (typeof json !== "boolean") throw unfit(json, "true or false");
    writer.bool(json);
  },
  string: (writer, json) => {
    if (typeof json !== "string") throw unfit(json, "a string");
    writer.string(json);
  },
  bytes: (writer, json) => {
    const isBase64 = typeof json === "string" && /^[A-Za-z\d+/]*={0,2}$/.test(json) && json.length % 4 === 0;
    if (!isBase64) throw unfit(json, "bytes in base64");
    writer.bytes(new Uint8Array(Buffer.from(json, "base64")));
  },
};

/** Protobuf's own JSON has integers of 64 bits as text. Unsigned ones may have the sign of a row's. */
function integerOf(json: unknown, bits: 32 | 64, isSigned: boolean): bigint {
  const isInteger = typeof json === "bigint" || Number.isInteger(json) ||
    (bits === 64 && typeof json === "string" && /^-?\d+$/.test(json));
  const value = isInteger ? BigInt(json as number | bigint | string) : undefined;
  const fits = value !== undefined &&
    (BigInt.asIntN(bits, value) === value || (!isSigned && BigInt.asUintN(bits, value) === value));
  if (!fits) throw unfit(json, `an integer of ${bits} bits`);
  return value;
}

function floatingOf(json: unknown): number {
  const isName = typeof json === "string" && ["NaN", "Infinity", "-Infinity"].includes(json);
  if (typeof json !== "number" && typeof json !== "bigint" && !isName) throw unfit(json, "a number");
  return Number(json);
}
