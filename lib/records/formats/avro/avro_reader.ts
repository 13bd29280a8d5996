/**
 * Reads values that were written with one schema as those of another, as Avro's specification resolves them and its
 * Java library does: what cannot be resolved is an error of the records that have it, not of the schemas. So a writer
 * may have a symbol, a branch or a field that the reader does not know, as long as no record uses it.
 */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Row, Value } from "../../data_type.ts";
import { type AvroBytes, MalformedValue } from "./avro_bytes.ts";
import { defaultValue } from "./avro_default.ts";
import { minBytesOf, type Skip, skipperOf } from "./avro_skip.ts";
import type { AvroField, AvroSchema, EnumSchema, RecordSchema } from "./avro_schema.ts";
import { unionType, valueBranches } from "./avro_types.ts";
import { type Converter, converterOf } from "./avro_values.ts";

/** Reads the next value. */
export type ReadValue = (from: AvroBytes) => Value;

/** Reads the next record into the slots of a row. */
export type ReadRow = (from: AvroBytes, row: Row) => void;

/** The reader of a record's fields, by the slots that take each field of the reader's schema. */
export function rowReader(
  writer: AvroSchema,
  reader: RecordSchema,
  { zone, slotsOf }: { readonly zone: TimeZone; readonly slotsOf: (field: string) => readonly number[] },
): ReadRow {
  const compiler = new Compiler(zone);
  if (writer.kind === "union") {
    const branches = writer.branches.map((branch) => rowReader(branch, reader, { zone, slotsOf }));
    return (from, row) => branchOf(branches, from)(from, row);
  }
  if (writer.kind !== "record") return fail(`a ${writer.kind} was written, not a record`);
  return compiler.record(writer, reader, slotsOf);
}

function branchOf<T>(branches: readonly T[], from: AvroBytes): T {
  const index = from.length();
  const branch = branches[index];
  if (branch === undefined) throw new MalformedValue(`a union has no branch ${index}`);
  return branch;
}

function fail(message: string): () => never {
  return () => {
    throw new MalformedValue(message);
  };
}

class Compiler {
  readonly #zone: TimeZone;

  constructor(zone: TimeZone) {
    this.#zone = zone;
  }

  /** The reader of a value of a resolved schema; what cannot be resolved throws when it is read. */
  value(writer: AvroSchema, reader: AvroSchema): ReadValue {
    if (writer.kind === "union") {
      const branches = writer.branches.map((branch) => this.value(branch, reader));
      return (from) => branchOf(branches, from)(from);
    }
    if (reader.kind === "union") return this.#intoUnion(writer, reader.branches);
    return this.#resolved(writer, reader) ?? fail(`a ${nameOf(writer)} was written, not a ${nameOf(reader)}`);
  }

  /** The reader of a record into slots. */
  record(writer: RecordSchema, reader: RecordSchema, slotsOf: (field: string) => readonly number[]): ReadRow {
    const steps: ReadRow[] = [];
    const found = new Set<AvroField>();
    for (const { name, schema } of writer.fields) {
      const field = fieldFor(name, reader);
      const slots = field === undefined ? [] : slotsOf(field.name);
      if (field !== undefined) found.add(field);
      if (field === undefined || (slots.length === 0 && cannotFail(schema, field.schema))) {
        const skip: Skip = skipperOf(schema);
        steps.push(skip);
      } else {
        steps.push(intoSlots(this.value(schema, field.schema), slots));
      }
    }
    for (const field of reader.fields) {
      if (found.has(field)) continue;
      if (field.default === undefined) return fail(`it has no field ${field.name}, which has no default`);
      steps.push(intoSlots(this.#default(field), slotsOf(field.name)));
    }
    return (from, row) => {
      for (let index = 0; index < steps.length; index++) steps[index]!(from, row);
    };
  }

  #default({ schema, default: json }: AvroField): ReadValue {
    const value = defaultValue(schema, json, this.#zone);
    return () => value;
  }

  #intoUnion(writer: AvroSchema, branches: readonly AvroSchema[]): ReadValue {
    const branch = matchingBranch(writer, branches);
    if (branch === undefined) {
      return fail(`a ${nameOf(writer)} was written, which no branch of the union takes`);
    }
    const read = this.value(writer, branch);
    const values = valueBranches(branches);
    if (branch.kind === "null" || values.length < 2) return read;
    const type = unionType(values);
    if (type !== undefined) return type === "BIGINT" ? (from) => BigInt(read(from) as number | bigint) : read;
    const [at, count] = [values.indexOf(branch), values.length];
    return (from) => {
      const members = new Array<Value>(count).fill(null);
      members[at] = read(from);
      return members;
    };
  }

  #resolved(writer: AvroSchema, reader: AvroSchema): ReadValue | undefined {
    switch (reader.kind) {
      case "record": {
        if (writer.kind !== "record") return undefined;
        const slots = new Map(reader.fields.map(({ name }, index) => [name, [index]]));
        const read = this.record(writer, reader, (name) => slots.get(name)!);
        const count = reader.fields.length;
        return (from) => {
          const row = new Array<Value>(count).fill(null);
          read(from, row);
          return row;
        };
      }
      case "enum":
        return writer.kind === "enum" && isNamed(writer, reader) ? symbolReader(writer, reader) : undefined;
      case "array":
        return writer.kind === "array"
          ? arrayReader(this.value(writer.items, reader.items), writer)
          : undefined;
      case "map":
        return writer.kind === "map"
          ? mapReader(this.value(writer.values, reader.values), writer)
          : undefined;
      case "fixed": {
        if (writer.kind !== "fixed" || !isNamed(writer, reader) || writer.size !== reader.size) {
          return undefined;
        }
        return converted((from) => from.fixed(reader.size), converterOf(reader, this.#zone));
      }
      default: {
        const read = primitiveReader(writer.kind, reader.kind);
        return read === undefined ? undefined : converted(read, converterOf(reader, this.#zone));
      }
    }
  }
}

function converted(read: (from: AvroBytes) => unknown, convert: Converter): ReadValue {
  return convert === undefined
    ? read as ReadValue
    : (from) => (convert as (value: unknown) => Value)(read(from));
}

/** The field of the reader for one of the writer: by its name, or an alias. */
function fieldFor(name: string, { fields }: RecordSchema): AvroField | undefined {
  return fields.find((field) => field.name === name) ?? fields.find(({ aliases }) => aliases.includes(name));
}

/** Whether a field can be skipped without an answer that differs: no value of it could be refused. */
function cannotFail(writer: AvroSchema, reader: AvroSchema): boolean {
  if (writer.kind !== reader.kind) return false;
  switch (reader.kind) {
    case "long":
    case "bytes":
      return reader.logical === undefined || reader.logical.name.endsWith("micros");
    case "enum":
    case "fixed":
    case "record":
      return false;
    case "array":
      return cannotFail((writer as typeof reader).items, reader.items);
    case "map":
      return cannotFail((writer as typeof reader).values, reader.values);
    case "union": {
      const { branches } = writer as typeof reader;
      return branches.length === reader.branches.length &&
        branches.every((branch, index) => cannotFail(branch, reader.branches[index]!));
    }
    default:
      return true;
  }
}

function intoSlots(read: ReadValue, slots: readonly number[]): ReadRow {
  if (slots.length === 1) {
    const [slot] = slots as [number];
    return (from, row) => void (row[slot] = read(from));
  }
  return (from, row) => {
    const value = read(from);
    for (const slot of slots) row[slot] = value;
  };
}

type Read = (from: AvroBytes) => unknown;

const READS: Readonly<Record<string, Read>> = {
  null: () => null,
  boolean: (from) => from.boolean(),
  int: (from) => from.int(),
  long: (from) => from.long(),
  float: (from) => from.float(),
  double: (from) => from.double(),
  bytes: (from) => from.bytes(),
  string: (from) => from.string(),
};

/** What a reader takes beside its own type, by `written reads`. */
const PROMOTIONS: Readonly<Record<string, Read>> = {
  "int long": (from) => BigInt(from.int()),
  "int float": (from) => Math.fround(from.int()),
  "int double": (from) => from.int(),
  // Java rounds a long to a float once, and so does this: a double of 53 bits first could round twice.
  "long float": (from) => floatOfLong(from.long()),
  "long double": (from) => Number(from.long()),
  "float double": (from) => from.float(),
  "string bytes": (from) => from.bytes(),
  "bytes string": (from) => from.string(),
};

function floatOfLong(value: bigint): number {
  const double = Number(value);
  const rounded = BigInt(double);
  if (rounded === value) return Math.fround(double);
  // A double that was rounded is not a tie of floats unless it was rounded to one: its neighbour breaks the tie.
  const float = Math.fround(double);
  const isTie = Math.abs(double - float) * 2 === floatGap(float);
  if (!isTie) return float;
  return Math.fround(double + (value > rounded ? 1 : -1) * floatGap(float) / 4);
}

/** The distance between floats at a number. */
function floatGap(float: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(float))) - 23);
}

function primitiveReader(writer: string, reader: string): Read | undefined {
  return writer === reader ? READS[reader] : PROMOTIONS[`${writer} ${reader}`];
}

function nameOf(schema: AvroSchema): string {
  return "name" in schema ? `${schema.kind} ${schema.name}` : schema.kind;
}

/** Whether a named type of the writer is that of the reader, or one of its aliases. */
function isNamed(writer: { readonly name: string }, reader: Extract<AvroSchema, { name: string }>): boolean {
  return writer.name === reader.name || reader.aliases.includes(writer.name);
}

/** The branch of a reader's union for a value: one of its own type, otherwise the first that it can be promoted to. */
function matchingBranch(writer: AvroSchema, branches: readonly AvroSchema[]): AvroSchema | undefined {
  const alike = branches.filter(({ kind }) => kind === writer.kind);
  const same = alike.find((branch) => !("name" in branch) || isNamed(writer as typeof branch, branch));
  if (same !== undefined) return same;
  // Records with other names are taken for each other if they have the same fields.
  if (writer.kind === "record") return alike.find((branch) => hasFieldsOf(branch as RecordSchema, writer));
  return branches.find(({ kind }) => Object.hasOwn(PROMOTIONS, `${writer.kind} ${kind}`));
}

function hasFieldsOf({ fields }: RecordSchema, writer: RecordSchema): boolean {
  return fields.every(({ name, default: other }) =>
    other !== undefined || writer.fields.some((field) => field.name === name)
  );
}

function symbolReader(writer: EnumSchema, reader: EnumSchema): ReadValue {
  const symbols = writer.symbols.map((symbol) => reader.symbols.includes(symbol) ? symbol : reader.default);
  return (from) => {
    const index = from.int();
    const symbol = symbols[index];
    if (symbol !== undefined) return symbol;
    throw new MalformedValue(`enum ${reader.name} has no symbol ${writer.symbols[index] ?? index}`);
  };
}

function arrayReader(read: ReadValue, { items }: { readonly items: AvroSchema }): ReadValue {
  const bytesMin = minBytesOf(items);
  return (from) => {
    const values: Value[] = [];
    for (let count = from.block(bytesMin); count > 0; count = from.block(bytesMin)) {
      for (let index = 0; index < count; index++) values.push(read(from));
    }
    return values;
  };
}

/** Of duplicate keys the last one wins. */
function mapReader(read: ReadValue, { values }: { readonly values: AvroSchema }): ReadValue {
  const bytesMin = 1 + minBytesOf(values);
  return (from) => {
    const entries = new Map<string, Value>();
    for (let count = from.block(bytesMin); count > 0; count = from.block(bytesMin)) {
      for (let index = 0; index < count; index++) entries.set(from.string(), read(from));
    }
    return [...entries];
  };
}
