/**
 * The fast reader of structures against the exact one, which is held to a real Spark's answers: what it reads, it reads
 * alike, whichever columns and parts of them are wanted, and records of the usual kind it does read.
 */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { DecodedSchema, Schema, Value } from "../../lib/records/data_type.ts";
import { FastReader, UNSURE } from "../../lib/records/json/fast_reader.ts";
import { fieldTargets } from "../../lib/records/json/field_targets.ts";
import { readJsonRow, type RecordFields } from "../../lib/records/json/json_reader.ts";
import { valueReader } from "../../lib/records/json/value_reader.ts";
import { javaText } from "../../lib/records/values/java_text.ts";
import { Random } from "../fuzz/random.ts";
import {
  damaged,
  neededPart,
  nestedRecord,
  randomNeeded,
  randomSchema,
  type RecordStyle,
} from "../support/nested_records.ts";

const UTF8 = new TextEncoder();
const RECORDS = 30;

/** Both readers of some columns of a stream. */
class BothReaders {
  readonly #wanted: DecodedSchema;
  readonly #fields: RecordFields;
  readonly #fast: FastReader;
  /** Whether all is wanted, so that a misfit anywhere is one of the record. */
  readonly #wantsAll: boolean;

  constructor(wanted: DecodedSchema, declared: Schema) {
    const targets = fieldTargets(wanted, UTC);
    const others = declared.filter(({ name }) => !targets.has(name));
    this.#wanted = wanted;
    this.#fields = {
      targets,
      declared: new Map(others.map(({ name, type }) => [name, valueReader(type, UTC)])),
    };
    this.#fast = new FastReader(targets, UTC, declared);
    this.#wantsAll = wanted.every(({ needed = "all" }) => needed === "all");
  }

  /** Whether the fast reader was sure; if so, it has to be right. */
  agree(record: Uint8Array): boolean {
    // A part of more bytes, as records come.
    const chunk = new Uint8Array(record.length + 8).fill(0x22);
    chunk.set(record, 3);
    const fast: Value[] = this.#wanted.map(() => null);
    const quality = this.#fast.read(chunk, 3, 3 + record.length, fast);
    if (quality === UNSURE) return false;
    const exact: Value[] = this.#wanted.map(() => null);
    const text = javaText(record);
    const exactQuality = readJsonRow(text, this.#fields, exact);
    const needed = (row: readonly Value[]) =>
      this.#wanted.map(({ type, needed = "all" }, slot) => neededPart(row[slot]!, type, needed));
    deepEqual(needed(fast), needed(exact), `${text}\n${JSON.stringify(this.#wanted)}`);
    if (this.#wantsAll) equal(quality, exactQuality, text);
    return true;
  }
}

/** Readers of a random schema, with some columns and parts wanted. */
function anyReaders(random: Random, declared: Schema, needsAll: boolean): BothReaders {
  const wanted = random.some(declared, 0.7).map(({ name, type }) => ({
    name,
    type,
    needed: needsAll ? "all" as const : randomNeeded(random, type),
  }));
  return new BothReaders(wanted, declared);
}

/** How many of the records of random schemas the fast reader is sure of. */
function holds(
  style: RecordStyle,
  { runs, damages = 0 }: { readonly runs: number; readonly damages?: number },
) {
  let [sure, all] = [0, 0];
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = new Random(seed);
      const declared = randomSchema(random);
      const readers = anyReaders(random, declared, random.chance(0.3));
      for (let count = 0; count < RECORDS; count++) {
        const record = UTF8.encode(nestedRecord(random, declared, style));
        all++;
        if (readers.agree(random.chance(damages) ? damaged(random, record) : record)) sure++;
      }
    }),
    { numRuns: runs },
  );
  return sure / all;
}

Deno.test("Structures of any type are read fast, and as by the exact reader, whichever parts of them are needed", () => {
  ok(holds({ misfits: 0, oddities: 0 }, { runs: 150 }) > 0.95);
});

Deno.test("Values that do not fit, keys twice, spaces and escapes in structures are read as by the exact reader, or left to it", () => {
  ok(holds({ misfits: 0.05, oddities: 0.05 }, { runs: 250 }) > 0.3);
});

Deno.test("A damaged record with structures is read as by the exact reader, or left to it", () => {
  ok(holds({ misfits: 0.01, oddities: 0.01 }, { runs: 250, damages: 0.9 }) > 0.02);
});

Deno.test("Texts in lists are read alike when the reader forgets those that it keeps", () => {
  const schema: Schema = [{ name: "tags", type: { kind: "ARRAY", element: "STRING" } }];
  const readers = new BothReaders(schema, schema);
  // Half of the texts were in the record before, so they are kept, and in the middle of one there are too many.
  for (let record = 0; record < 8_000; record++) {
    const tags = Array.from({ length: 20 }, (_, index) => `tag ${record * 10 + index}`);
    ok(readers.agree(UTF8.encode(JSON.stringify({ tags }))));
  }
});

Deno.test("What nobody needs is skipped however deep it is, up to 64 levels", () => {
  const schema: Schema = [{ name: "n", type: "INT" }];
  const readers = new BothReaders(schema, schema);
  const nested = (depth: number, open: string, close: string) =>
    UTF8.encode(`{"x":${open.repeat(depth)}1${close.repeat(depth)},"n":7}`);
  for (const [open, close] of [["[", "]"], ['{"a\\"b":', "}"], ['[ {"é" : ', " } ]"]] as const) {
    const levels = open.includes("[ {") ? 2 : 1;
    ok(readers.agree(nested(64 / levels, open, close)));
    equal(readers.agree(nested(64 / levels + 1, open, close)), false);
  }
});
