/** Random types of any depth, records that have mostly such values, and what may be needed of them. */
import type { DataType, Schema, Value } from "../../lib/records/data_type.ts";
import { EXISTENCE, type Needed } from "../../lib/records/needed.ts";
import type { Random } from "../fuzz/random.ts";

const NAMES = ["a", "b", "c", "d e", "long_name_of_a_field_that_goes_on", "sixteen_bytes_aa"];
const SCALARS: readonly DataType[] = [
  "STRING",
  "STRING",
  "INT",
  "BIGINT",
  "DOUBLE",
  "BOOLEAN",
  "TIMESTAMP",
  "DATE",
  "BINARY",
  { kind: "DECIMAL", precision: 5, scale: 2 },
];
const DEPTH_MAX = 3;

/** Some columns. */
export function randomSchema(random: Random): Schema {
  return distinctNames(random, 4).map((name) => ({ name, type: randomType(random, DEPTH_MAX) }));
}

function distinctNames(random: Random, most: number): string[] {
  return random.shuffled(NAMES).slice(0, random.int(1, most));
}

function randomType(random: Random, depth: number): DataType {
  if (depth === 0 || random.chance(0.35)) return random.pick(SCALARS);
  const inner = () => randomType(random, depth - 1);
  return random.oneOf<DataType>(
    () => ({ kind: "STRUCT", fields: distinctNames(random, 3).map((name) => ({ name, type: inner() })) }),
    () => ({ kind: "STRUCT", fields: distinctNames(random, 3).map((name) => ({ name, type: inner() })) }),
    () => ({ kind: "ARRAY", element: inner() }),
    () => ({ kind: "MAP", key: "STRING", value: inner() }),
  );
}

/** What a query may need of a value of a type. */
export function randomNeeded(random: Random, type: DataType): Needed {
  if (typeof type === "string" || random.chance(0.4)) return "all";
  if (type.kind === "ARRAY") return randomNeeded(random, type.element);
  if (type.kind !== "STRUCT") return "all";
  if (random.chance(0.15)) return EXISTENCE;
  return new Map(
    random.some([...type.fields.entries()]).map((
      [index, field],
    ) => [index, randomNeeded(random, field.type)]),
  );
}

/** A value without what is not needed of it. */
export function neededPart(value: Value, type: DataType, needed: Needed): Value {
  if (value === null || needed === "all" || typeof type === "string") return value;
  if (type.kind === "ARRAY") {
    return (value as readonly Value[]).map((element) => neededPart(element, type.element, needed));
  }
  if (type.kind !== "STRUCT") return value;
  return type.fields.map((field, index) => {
    const part = needed.get(index);
    return part === undefined ? null : neededPart((value as readonly Value[])[index]!, field.type, part);
  });
}

/** How records are written. */
export interface RecordStyle {
  /** How often a value is of no type in particular. */
  readonly misfits: number;
  /** How often there is white space, an escape, a number in a rare form, a key twice. */
  readonly oddities: number;
}

/** A record with the columns of a schema, and others. */
export function nestedRecord(random: Random, schema: Schema, style: RecordStyle): string {
  return new RecordText(random, style).objectOf(schema);
}

class RecordText {
  readonly #random: Random;
  readonly #style: RecordStyle;

  constructor(random: Random, style: RecordStyle) {
    this.#random = random;
    this.#style = style;
  }

  objectOf(schema: Schema): string {
    const random = this.#random;
    const members = schema.filter(() => random.chance(0.85))
      .map(({ name, type }) => this.#member(name, this.#valueOf(type)));
    if (random.chance(0.2)) {
      members.push(
        this.#member(
          this.#style.oddities > 0 ? random.pick(["other", "a", "ключ"]) : "other",
          this.#anything(2),
        ),
      );
    }
    if (random.chance(this.#style.oddities)) {
      const { name, type } = random.pick(schema);
      members.push(this.#member(name, this.#valueOf(type)));
    }
    return this.#list("{", random.chance(0.3) ? random.shuffled(members) : members, "}");
  }

  #member(name: string, value: string): string {
    return `${JSON.stringify(name)}${this.#space()}:${this.#space()}${value}`;
  }

  #list(open: string, items: readonly string[], close: string): string {
    const spaced = items.map((item) => `${this.#space()}${item}${this.#space()}`);
    return `${open}${spaced.length === 0 ? this.#space() : spaced.join(",")}${close}`;
  }

  #space(): string {
    return this.#random.chance(this.#style.oddities / 2)
      ? this.#random.pick([" ", "\n", "\t", "  ", "\r\n"])
      : "";
  }

  #valueOf(type: DataType): string {
    const random = this.#random;
    if (random.chance(0.05)) return "null";
    if (random.chance(this.#style.misfits)) return this.#anything(1);
    if (typeof type === "string") return this.#scalar(type);
    switch (type.kind) {
      case "DECIMAL":
        return random.pick(["1.25", "-0.5", "999.99", "7", '"1,5"']);
      case "STRUCT":
        return this.objectOf(type.fields);
      case "ARRAY":
        return this.#list("[", random.times(random.int(0, 4), () => this.#valueOf(type.element)), "]");
      case "MAP": {
        const names = random.times(random.int(0, 3), () => random.pick(["k", "9", "10", "имя", "", "a b"]));
        return this.#list("{", names.map((name) => this.#member(name, this.#valueOf(type.value))), "}");
      }
    }
  }

  #scalar(type: DataType & string): string {
    const random = this.#random;
    const isOdd = random.chance(this.#style.oddities);
    switch (type) {
      case "STRING":
        return isOdd ? random.pick(['"a\\"b"', '"\\u00e9"', "12", "1.50", "true", '{"x": 1}']) : this.#text();
      case "INT":
        return String(random.int(-1_000, 1_000));
      case "BIGINT":
        return isOdd ? "9223372036854775808" : random.pick(["0", "-7", "9007199254740993"]);
      case "DOUBLE":
        return isOdd ? random.pick(['"NaN"', "1e400", "-0"]) : String(random.int(-4_000, 4_000) / 4);
      case "BOOLEAN":
        return random.pick(["true", "false"]);
      case "TIMESTAMP":
        return isOdd ? random.pick(['"soon"', "12", "1.5"]) : `"2018-12-31T23:5${random.int(0, 9)}:00.000Z"`;
      case "DATE":
        return isOdd ? '"2018-2-30"' : `"2018-12-${random.int(10, 31)}"`;
      default:
        return isOdd ? '"no base64"' : '"AQID"';
    }
  }

  #text(): string {
    return JSON.stringify(
      this.#random.pick(["x", "y", "", "Mission St", "Straße 😀", "{[", "a longer text ".repeat(12)]),
    );
  }

  #anything(depth: number): string {
    const random = this.#random;
    if (depth > 0 && random.chance(0.4)) {
      const values = random.times(random.int(0, 3), () => this.#anything(depth - 1));
      return random.chance(0.5)
        ? this.#list("[", values, "]")
        : this.#list("{", values.map((value) => this.#member(random.pick(NAMES), value)), "}");
    }
    return random.pick([
      "null",
      "1",
      "-2.5e3",
      "true",
      '"t"',
      '"\\n\\u0041"',
      '"2018-12-31"',
      "{}",
      "[]",
      "[[]]",
    ]);
  }
}

/** Bytes that were hurt: one changed, or some missing. */
export function damaged(random: Random, record: Uint8Array): Uint8Array {
  if (random.chance(0.5)) return record.subarray(0, random.int(0, record.length - 1));
  const changed = record.slice();
  const wrong = [...'{}[]",:\\ x0-'].map((character) => character.charCodeAt(0));
  changed[random.int(0, record.length - 1)] = random.chance(0.8) ? random.pick(wrong) : random.int(0, 255);
  return changed;
}
