/**
 * Caches are made for streams without end. What is measured over millions of calls must hold for ever more of
 * them, so a cache may not grow with the stream, nor live on texts that only a short stream repeats.
 */
import { deepEqual, equal, ok } from "assert";
import { INTERNED_STRINGS_MAX } from "../../../lib/base/bounds.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Row, Value } from "../../../lib/records/data_type.ts";
import { JsonKernel } from "../../../lib/records/json/kernel/json_kernel.ts";
import { recordDecoder } from "../../../lib/records/record_decoder.ts";
import { generatedCalls } from "../../bench/calls/generated_calls.ts";

const LINE_FEED = 10;

/** What was added to the cache of a column. */
interface Added {
  /** In each part of the stream. */
  readonly byPart: number[];
  /** The most that the cache has held. */
  most: number;
}

/** A stream in parts, and how many records each of them has. */
interface Stream {
  readonly columns: readonly string[];
  readonly chunks: Iterable<Uint8Array>;
  readonly partRecords: number;
}

/** Decodes a stream of lines, and counts what its caches take in, and the memory that the kernel has after each part. */
function decodeAll({ columns, chunks, partRecords }: Stream) {
  const added = columns.map((): Added => ({ byPart: [], most: 0 }));
  const memory: number[] = [];
  const { keep } = JsonKernel.prototype;
  let records = 0;
  let kernel: JsonKernel | undefined;
  JsonKernel.prototype.keep = function (column, text) {
    kernel = this;
    const { byPart } = added[column]!;
    const part = Math.floor(records / partRecords);
    byPart[part] = (byPart[part] ?? 0) + 1;
    added[column]!.most = Math.max(added[column]!.most, text.number + 1);
    keep.call(this, column, text);
  };
  try {
    const decoder = recordDecoder(columns.map((name) => ({ name, type: "STRING" })), UTC);
    const row: Row = new Array<Value>(columns.length).fill(null);
    for (const chunk of chunks) {
      for (let start = 0; start < chunk.length; records++) {
        const end = chunk.indexOf(LINE_FEED, start);
        decoder.decode(chunk, start, end, row);
        start = end + 1;
        if ((records + 1) % partRecords === 0) memory.push(kernel?.bytes.length ?? 0);
      }
    }
  } finally {
    JsonKernel.prototype.keep = keep;
  }
  return { records, memory, added: new Map(columns.map((name, column) => [name, added[column]!])) };
}

const REPEATS = 5;

/** Days that come five times and never again, ids that come once, and 400 types. */
function* passingTexts(records: number): Iterable<Uint8Array> {
  const utf8 = new TextEncoder();
  const chunkRecords = 10_000;
  for (let from = 0; from < records; from += chunkRecords) {
    let lines = "";
    for (let n = from; n < from + chunkRecords; n++) {
      lines += `{"day":"day ${1_000_000 + Math.floor(n / REPEATS)}","id":"${n}","type":"type ${n % 400}"}\n`;
    }
    yield utf8.encode(lines);
  }
}

Deno.test("Texts that come for a while are found as often at any time, in a cache that stays within its bound", () => {
  const [parts, partRecords] = [10, 100_000];
  // Each part brings 20,000 days; so the bound is met in the fourth, and three times in all.
  ok(parts * partRecords / REPEATS > 3 * INTERNED_STRINGS_MAX);
  const { added, memory } = decodeAll({
    columns: ["day", "type"],
    chunks: passingTexts(parts * partRecords),
    partRecords,
  });
  const days = added.get("day")!;
  equal(days.most, INTERNED_STRINGS_MAX);
  equal(days.byPart.length, parts);
  for (const misses of days.byPart) {
    ok(Math.abs(misses - partRecords / REPEATS) <= 1, `${misses} misses`);
  }
  equal(memory.at(-1), memory[3], "the memory after the bound was met");
  const types = added.get("type")!;
  equal(types.most, 400);
  deepEqual(types.byPart, [400]);
});

Deno.test("Texts that come once are not cached any more after a trial", () => {
  const { added } = decodeAll({ columns: ["id"], chunks: passingTexts(50_000), partRecords: 25_000 });
  const ids = added.get("id")!;
  ok(ids.most < 25_000, `${ids.most} ids`);
  equal(ids.byPart.length, 1);
});

Deno.test("Of the calls of the benchmark, a cache misses no more texts in the tenth part than in the first, and forgets none", () => {
  const [parts, partRecords] = [10, 25_000];
  const columns = ["original_crime_type_name", "disposition", "city", "report_date", "address"];
  const { added } = decodeAll({
    columns,
    chunks: generatedCalls({ count: parts * partRecords }),
    partRecords,
  });
  for (const [name, { byPart, most }] of added) {
    const misses = Array.from({ length: parts }, (_, part) => byPart[part] ?? 0);
    ok(misses.at(-1)! <= misses[0]!, `${name}: ${misses} misses`);
    equal(misses.reduce((sum, each) => sum + each), most, `${name}: texts were forgotten`);
    ok(most < INTERNED_STRINGS_MAX / 2, `${name}: ${most} texts`);
  }
});
