/**
 * Writes values of rows in Avro's binary encoding: what `avro_reader.ts` reads, with the types of `avro_types.ts`, as
 * Spark's `to_avro` does.
 */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Value } from "../../data_type.ts";
import { floorDivide, floorModulo, type Micros, MICROS_PER_SECOND, secondsOf } from "../../values/micros.ts";
import type { AvroSchema, LogicalType } from "./avro_schema.ts";
import { SchemaProblem } from "../schemas/schema_problem.ts";
import { UnfitValue, within } from "../schemas/unfit_value.ts";
import { unionType, valueBranches } from "./avro_types.ts";

/** Writes a value. */
export type WriteValue = (value: Value, into: AvroSink) => void;

const utf8 = new TextEncoder();

/** Collects bytes. */
export class AvroSink {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** The bytes so far, as a copy; begins anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  byte(value: number): void {
    this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  long(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; rest > 0x7fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    this.byte(Number(rest));
  }

  int(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  float(value: number): void {
    this.#view(4).setFloat32(0, value, true);
  }

  double(value: number): void {
    this.#view(8).setFloat64(0, value, true);
  }

  fixed(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  bytes(bytes: Uint8Array): void {
    this.int(bytes.length);
    this.fixed(bytes);
  }

  #view(count: number): DataView {
    this.#grow(count);
    const view = new DataView(this.#bytes.buffer, this.#length, count);
    this.#length += count;
    return view;
  }

  #grow(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** The writer of a schema's values. @throws {SchemaProblem} */
export function valueWriter(schema: AvroSchema, zone: TimeZone): WriteValue {
  switch (schema.kind) {
    case "union":
      return unionWriter(schema.branches, zone);
    case "null":
      return (value) => {
        if (value !== null) throw new UnfitValue("it is not null");
      };
    default: {
      const write = partWriter(schema, zone);
      return (value, into) => {
        if (value === null) throw new UnfitValue(`it is null or missing, but its schema is ${schema.kind}`);
        write(value, into);
      };
    }
  }
}

function unionWriter(branches: readonly AvroSchema[], zone: TimeZone): WriteValue {
  const values = valueBranches(branches);
  const nullAt = branches.findIndex(({ kind }) => kind === "null");
  const writers = values.map((branch) => valueWriter(branch, zone));
  const places = values.map((branch) => branches.indexOf(branch));
  const type = unionType(values);
  const wide = values.findIndex(({ kind }) => kind === "long" || kind === "double");
  return (value, into) => {
    if (value === null && nullAt >= 0) return into.int(nullAt);
    let [at, content] = [type === undefined ? 0 : wide, value];
    if (values.length > 1 && type === undefined) {
      const members = value as readonly Value[] | null;
      at = members?.findIndex((member) => member !== null) ?? -1;
      if (at < 0) throw new UnfitValue("no member of the union has a value");
      content = members![at]!;
    }
    const write = writers[at];
    if (write === undefined) throw new UnfitValue("it is null, which its union does not have");
    into.int(places[at]!);
    write(content, into);
  };
}

function partWriter(schema: AvroSchema, zone: TimeZone): WriteValue {
  switch (schema.kind) {
    case "record": {
      const fields = schema.fields.map(({ name, schema }) => ({ name, write: valueWriter(schema, zone) }));
      return (value, into) => {
        const values = value as readonly Value[];
        for (const [index, { name, write }] of fields.entries()) {
          within(name, () => write(values[index]!, into));
        }
      };
    }
    case "array": {
      const write = valueWriter(schema.items, zone);
      return (value, into) => {
        const items = value as readonly Value[];
        if (items.length > 0) into.int(items.length);
        for (const item of items) write(item, into);
        into.int(0);
      };
    }
    case "map": {
      const write = valueWriter(schema.values, zone);
      return (value, into) => {
        const entries = value as readonly (readonly [string, Value])[];
        if (entries.length > 0) into.int(entries.length);
        for (const [key, item] of entries) {
          into.bytes(utf8.encode(key));
          within(key, () => write(item, into));
        }
        into.int(0);
      };
    }
    case "enum": {
      const { symbols, name } = schema;
      return (value, into) => {
        const index = symbols.indexOf(value as string);
        if (index < 0) throw new UnfitValue(`${JSON.stringify(value)} is not a symbol of enum ${name}`);
        into.int(index);
      };
    }
    default:
      return primitiveWriter(schema, zone);
  }
}

function primitiveWriter(schema: AvroSchema, zone: TimeZone): WriteValue {
  switch (schema.kind) {
    case "boolean":
      return (value, into) => into.byte(value === true ? 1 : 0);
    case "int":
      return (value, into) => into.int(value as number);
    case "long":
      return longWriter(schema.logical, zone);
    case "float":
      return (value, into) => into.float(value as number);
    case "double":
      return (value, into) => into.double(value as number);
    case "string":
      return (value, into) => into.bytes(utf8.encode(value as string));
    case "bytes":
      return schema.logical?.name === "decimal"
        ? (value, into) => into.bytes(bytesOfInteger(value as bigint))
        : (value, into) => into.bytes(value as Uint8Array);
    case "fixed": {
      const { size, logical } = schema;
      if (logical?.name === "decimal") {
        return (value, into) => into.fixed(bytesOfInteger(value as bigint, size));
      }
      return (value, into) => {
        const { length } = value as Uint8Array;
        if (length !== size) throw new UnfitValue(`it has ${length} bytes, not ${size}`);
        into.fixed(value as Uint8Array);
      };
    }
    default:
      throw new SchemaProblem(`${schema.kind} cannot be written`);
  }
}

function longWriter(logical: LogicalType | undefined, zone: TimeZone): WriteValue {
  if (logical === undefined) return (value, into) => into.long(value as bigint);
  const isMillis = logical.name.endsWith("millis");
  const isLocal = logical.name.startsWith("local");
  return (value, into) => {
    const micros = isLocal ? localTime(value as Micros, zone) : value as Micros;
    into.long(BigInt(isMillis ? floorDivide(micros, 1_000) : micros));
  };
}

function localTime(time: Micros, zone: TimeZone): bigint {
  const seconds = secondsOf(time);
  const local = BigInt(seconds + zone.offsetAtUtc(seconds));
  return local * BigInt(MICROS_PER_SECOND) + BigInt(floorModulo(time, MICROS_PER_SECOND));
}

/** An integer in two's complement, the highest byte first: in as few bytes as it needs, or in a fixed number. */
function bytesOfInteger(value: bigint, size?: number): Uint8Array {
  let count = size ?? 1;
  while (size === undefined && BigInt.asIntN(count * 8, value) !== value) count++;
  const bytes = new Uint8Array(count);
  for (let index = count - 1, rest = value; index >= 0; index--, rest >>= 8n) {
    bytes[index] = Number(rest & 0xffn);
  }
  return bytes;
}
