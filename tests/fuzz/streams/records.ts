/**
 * Records as nobody should send them: JSON that is written in every way there is, values of other types than the
 * column's, duplicates, pieces, and bytes that are no text.
 */
import type { RecordValue } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import {
  date,
  double,
  escapedText,
  farTime,
  integer,
  localTime,
  span,
  stringValue,
  time,
  type TimeRange,
} from "./values.ts";

/** The columns of a stream, with their types. */
export const COLUMNS = {
  at: "TIMESTAMP",
  k: "STRING",
  s: "STRING",
  i: "INT",
  l: "BIGINT",
  d: "DOUBLE",
  b: "BOOLEAN",
  y: "DATE",
  h: "SMALLINT",
  f: "FLOAT",
  e: "TIMESTAMP",
  dev: "STRUCT<id: STRING, n: INT, pos: STRUCT<day: DATE, tags: ARRAY<STRING>>>",
  items: "ARRAY<STRUCT<id: STRING, v: BIGINT>>",
  attrs: "MAP<STRING, INT>",
  z: "TIMESTAMP_NTZ",
  p: "INTERVAL DAY TO SECOND",
} as const;

/** A record's value. */
export function randomRecord(random: Random, range: TimeRange): RecordValue {
  if (random.chance(0.08)) return malformed(random, range);
  return objectText(random, members(random, range));
}

/** A member of an object. */
export interface Member {
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

/** The members of a record, in JSON. */
export function members(random: Random, range: TimeRange): Member[] {
  const values: Record<keyof typeof COLUMNS, () => string> = {
    at: () => time(random, range),
    k: () => random.chance(0.8) ? JSON.stringify(random.pick(["a", "b", "c"])) : stringValue(random),
    s: () => stringValue(random),
    i: () => integer(random, 1_000),
    l: () => integer(random, 1e15),
    d: () => double(random),
    b: () => random.pick(["true", "false", "true", "false", '"true"', "1", "null"]),
    y: () => date(random, range),
    h: () => integer(random, 100),
    f: () => double(random),
    e: () => random.chance(0.8) ? farTime(random, range) : time(random, range),
    dev: () => device(random, range),
    items: () => list(random, () => item(random)),
    attrs: () =>
      random.chance(0.9)
        ? object(random, [["x", attr], ["y", attr], ["10", attr], ["9", attr]])
        : odd(random),
    z: () => localTime(random, range),
    p: () => span(random),
  };
  const chosen = Object.entries(values).filter(([name]) => random.chance(name === "at" ? 0.97 : 0.9));
  const all = chosen.map(([name, value]) => ({ name, value: value() }));
  if (random.chance(0.06)) {
    const [name, value] = random.pick(Object.entries(values));
    all.push({ name, value: value() });
  }
  if (random.chance(0.1)) {
    const value = random.pick([
      '{"k":"nested","at":[1,{"k":2}]}',
      '[{"i":1},[{"d":[[{}]],"k":"deep"}],"k\\":1"]',
      '"{\\"k\\":\\"text\\"}, \\"i\\":7"',
    ]);
    all.push({ name: random.pick(["other", "K", " k", "k ", "ключ", "k\u0000"]), value });
  }
  if (random.chance(0.03)) all.push({ name: "", value: "[]" });
  return random.chance(0.3) ? random.shuffled(all) : all;
}

/** Members, each of which may be missing. */
function object(
  random: Random,
  values: readonly (readonly [name: string, value: (random: Random) => string])[],
): string {
  const present = random.shuffled(values).filter(() => random.chance(0.8));
  return `{${present.map(([name, value]) => `"${name}":${value(random)}`).join(",")}}`;
}

function list(random: Random, element: () => string): string {
  return random.chance(0.93) ? `[${random.times(random.int(0, 3), element).join(",")}]` : odd(random);
}

/**
 * What is no such structure. Elements of ARRAYs always fit: after one that does not, Spark goes on within the ARRAY, and
 * what it finds there depends on which columns its optimizer has left in the schema.
 */
function odd(random: Random): string {
  return random.pick(["null", "null", "{}", "[]", "1", '"x"', '{"id":{}}']);
}

function device(random: Random, range: TimeRange): string {
  if (random.chance(0.07)) return odd(random);
  const name = () => JSON.stringify(random.pick(["d1", "d1", "d2", "é", ""]));
  const tags = () => list(random, () => random.chance(0.9) ? name() : stringValue(random));
  const position = () =>
    random.chance(0.05) ? odd(random) : object(random, [["day", () => date(random, range)], ["tags", tags]]);
  const id = () => random.chance(0.9) ? name() : stringValue(random);
  return object(random, [["id", id], ["n", () => integer(random, 3)], ["pos", position], ["k", name]]);
}

function item(random: Random): string {
  if (random.chance(0.05)) return random.pick(["null", "{}", '{"id":5,"v":"x"}']);
  return object(random, [["id", () => JSON.stringify(random.pick(["a", "b"]))], [
    "v",
    () => integer(random, 9),
  ]]);
}

function attr(random: Random): string {
  return random.chance(0.95) ? String(random.int(0, 3)) : integer(random, 3);
}

/** An object with these members, written in some way. */
export function objectText(random: Random, list: readonly Member[]): string {
  const space = () => random.chance(0.05) ? random.pick([" ", "\t", "\n", "\r\n", "  "]) : "";
  const inner = list.map(({ name, value }) =>
    `${space()}${
      random.chance(0.03) ? escapedText(name) : JSON.stringify(name)
    }${space()}:${space()}${value}${space()}`
  );
  return `${space()}{${inner.join(",")}}${space()}`;
}

function malformed(random: Random, range: TimeRange): RecordValue {
  return malformedOf(random, objectText(random, members(random, range)));
}

/** What is no object any more, or not only one. */
export function malformedOf(random: Random, whole: string): RecordValue {
  return random.oneOf<RecordValue>(
    () => null,
    () => whole.slice(0, random.int(0, whole.length)),
    () => `${whole} trailing`,
    () => `${whole}${whole}`,
    () => `[${whole}]`,
    () => `[${whole},${whole}]`,
    () => `\ufeff${whole}`,
    () => whole.replaceAll('"', "'"),
    () => whole.replace("{", '{"k":"a\tb",'),
    () => whole.replace("{", "{,"),
    () => whole.replace(":", "="),
    () => random.pick(["", "  ", "null", "1", '"text"', "text", "[]", "{}", "{", "}", "\0"]),
    () => ({ base64: damaged(random, whole).toBase64() }),
    () => ({
      base64: new Uint8Array([0x7b, 0x22, 0x6b, 0x22, 0x3a, 0x22, 0xff, 0xc3, 0x22, 0x7d]).toBase64(),
    }),
  );
}

/** Text with bytes in it that are no UTF-8. */
function damaged(random: Random, text: string): Uint8Array {
  const bytes = [...new TextEncoder().encode(text)];
  const wrong = random.pick([[0xff], [0x80], [0xc3], [0xe2, 0x82], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [
    0xf5,
    0x80,
  ]]);
  bytes.splice(random.int(0, bytes.length), 0, ...wrong);
  return new Uint8Array(bytes);
}
