import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { BLOCK_BYTES_MAX, SHAPE_RECORDS_MAX } from "../../lib/base/bounds.ts";
import { concat } from "../../lib/base/text/bytes.ts";
import { CALL_FIELDS } from "../../lib/records/call.ts";
import { BlockEncoder, nthIn } from "../../lib/broker/record_batch/block_encoder.ts";
import { type ProducerRecord, RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { Partitioner } from "../../lib/broker/writing/partitioner.ts";
import { type BlockOptions, BlockSplitter } from "../../lib/records/splitting/block_splitter.ts";
import type { RecordBlock } from "../../lib/records/splitting/record_block.ts";
import { RecordSplitter } from "../../lib/records/splitting/record_splitter.ts";
import { sampleCalls } from "../support/calls.ts";
import { naiveBatch } from "../support/naive_batches.ts";
import {
  cuts,
  describe,
  layouts,
  type Piece,
  recordsOfBlock,
  splitInChunks,
  write,
} from "../support/split_input.ts";

const text = new TextDecoder();
const utf8 = new TextEncoder();

/** Blocks begin when the splitter knows what the records are like. */
const FIRST = Array.from({ length: SHAPE_RECORDS_MAX }, (_, n): Piece => ({ json: { n } }));

const objects = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 6,
  noNullPrototype: true,
});
/** Texts that are almost records, or are some in an unusual way. */
const odd = fc.constantFrom(
  '{"n":01}',
  '{"n":1.}',
  '{"n":-}',
  '{"n":1e}',
  '{"n":tru}',
  '{"n":NaN}',
  '{"n":1,}',
  '{"n" 1}',
  "{n:1}",
  '{"n":1]',
  '{"n":[1}',
  '{"n":"a\tb"}',
  '{"n":"\\x"}',
  '{"n":"\\u12g4"}',
  '{"n":[1,]}',
  '{"n":{"a"}}',
  '{"n":"cut',
  '{"n":',
  "[1]",
  '"text"',
);
const pieces = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: objects.map((json): Piece => ({ json })) },
    {
      weight: 1,
      arbitrary: fc.tuple(odd, fc.boolean()).map(([broken, runsOn]): Piece => ({ broken, runsOn })),
    },
  ),
  { minLength: 1, maxLength: 30 },
);

function newBlocks(options: Partial<BlockOptions> = {}): BlockSplitter {
  return new BlockSplitter({
    keyField: undefined,
    fields: undefined,
    recordBytesMax: Infinity,
    recordsMax: () => Infinity,
    ...options,
  });
}

/** The blocks of an input that comes at once. */
function* blocksIn(bytes: Uint8Array, blocks: BlockSplitter): Iterable<RecordBlock> {
  const splitter = new RecordSplitter<undefined, RecordBlock>(() => undefined, { blocks });
  for (const items of [splitter.push(bytes), splitter.finish()]) {
    for (const item of items) if (item.kind === "block") yield item;
  }
}

Deno.test("In blocks there are the same records at the same positions, and between them the same broken items", () => {
  const blocks = newBlocks();
  fc.assert(
    fc.property(pieces, layouts, cuts, (all, layout, at) => {
      const { bytes } = write([...FIRST, ...all], layout);
      deepEqual(splitInChunks(bytes, at, blocks), splitInChunks(bytes, at));
    }),
    { numRuns: 100 },
  );
});

Deno.test("Nearly all records of an input without broken ones come in blocks, in each layout", () => {
  const calls = sampleCalls().slice(0, 3_000).map((json): Piece => ({ json }));
  for (const shape of ["array", "lines", "sequence"] as const) {
    for (const indent of shape === "lines" ? [0] : [0, 4]) {
      for (const newline of ["\n", "\r\n"] as const) {
        const { bytes, expected } = write(calls, { shape, indent, newline });
        const blocks = newBlocks();
        let found = 0;
        for (const block of blocksIn(bytes, blocks)) {
          const records = recordsOfBlock(block, blocks);
          for (const [index, record] of describe(records).entries()) {
            deepEqual(record, expected[records[index]!.position.record - 1]);
          }
          found += block.count;
        }
        // The last one shows only at the end that it is whole.
        ok(found >= calls.length - SHAPE_RECORDS_MAX - 1, `${found} in ${shape} indented by ${indent}`);
      }
    }
  }
});

Deno.test("The key of a record in a block is what its field holds: the last of that name, as text or as JSON", () => {
  const blocks = newBlocks({ keyField: "k" });
  const records = fc.array(
    fc.array(fc.tuple(fc.constantFrom("k", "kk", "K", "a"), fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(fc.property(records, fc.constantFrom("", "  "), (all, space) => {
    const members = all.map((record) =>
      record.map(([name, value]) => `"${name}":${space}${JSON.stringify(value, null, space)}`).join(
        `,${space}`,
      )
    );
    const lines = members.map((record) => `{${record}}`.replaceAll("\n", " "));
    const before = FIRST.map(() => '{"n":0}');
    for (const block of blocksIn(utf8.encode([...before, ...lines, ""].join("\n")), blocks)) {
      for (const { position, key } of recordsOfBlock(block, blocks)) {
        const record = all[position.record - 1 - before.length];
        const value = record?.findLast(([name]) => name === "k")?.[1] ?? null;
        const expected = value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
        equal(key === null ? null : text.decode(key), expected);
      }
    }
  }));
});

Deno.test("Blocks of calls have nothing but calls in the usual order", () => {
  const [call] = sampleCalls();
  const { crime_id: id, ...others } = call!;
  const unusual = [{ ...others, crime_id: id }, others, { ...call, city: null }, { ...call, more: "" }];
  const all = [...sampleCalls().slice(0, 1_100), ...unusual, ...sampleCalls().slice(0, 10)];
  const blocks = newBlocks({ fields: CALL_FIELDS });
  const bytes = utf8.encode(all.map((record) => JSON.stringify(record) + "\n").join(""));
  const found: number[] = [];
  for (const block of blocksIn(bytes, blocks)) {
    found.push(...recordsOfBlock(block, blocks).map(({ position }) => position.record));
  }
  deepEqual(
    found,
    all.map((_, index) => index + 1).filter((n) => n > SHAPE_RECORDS_MAX && (n <= 1_100 || n > 1_104)),
  );
});

Deno.test("A block keeps to its bounds, and to the number of records that may follow", () => {
  const lines = Array.from(
    { length: 5_000 },
    (_, n) => JSON.stringify({ n, text: "x".repeat(n % 500) }) + "\n",
  );
  let left = 2_000;
  const blocks = newBlocks({ recordBytesMax: 400, recordsMax: () => left });
  for (const block of blocksIn(utf8.encode(lines.join("")), blocks)) {
    const records = recordsOfBlock(block, blocks);
    ok(records.every(({ bytes }) => bytes.length <= 400));
    ok(records.reduce((total, { bytes }) => total + bytes.length, 0) <= BLOCK_BYTES_MAX);
    left -= block.count;
    ok(left >= 0);
    if (left === 0) break;
  }
  equal(left, 0);
});

Deno.test("A block is encoded as its records are one by one, in the partitions of their keys", () => {
  const partitionCounts = fc.constantFrom(1, 3, 7, 1_000);
  const timestamps = fc.array(fc.oneof(fc.integer(), fc.constantFrom(0, 2 ** 31, -(2 ** 40), 2 ** 52)), {
    minLength: 1,
    maxLength: 4,
  });
  const records = fc.array(
    fc.oneof(
      objects,
      fc.record({ k: fc.oneof(fc.string({ maxLength: 70 }), fc.integer(), fc.constant(null)) }),
    ),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(records, partitionCounts, timestamps, (all, partitionCount, times) => {
      const blocks = newBlocks({ keyField: "k", recordsMax: () => 7 });
      const encoder = new BlockEncoder(blocks, partitionCount);
      const [partitioner, oracle] = [new Partitioner(partitionCount), new Partitioner(partitionCount)];
      const builders = new Map<number, RecordsBuilder>();
      const expected = new Map<number, ProducerRecord[]>();
      const { bytes } = write([...FIRST, ...all.map((json): Piece => ({ json }))], { shape: "lines" });
      let turn = 0;
      for (const block of blocksIn(bytes, blocks)) {
        const timestampMs = times[turn++ % times.length]!;
        const found = recordsOfBlock(block, blocks);
        const { parts, keyless } = encoder.place(block, partitioner.turn);
        partitioner.advance(keyless);
        for (const { key, bytes: value } of found) {
          const partition = oracle.of(key);
          const before = expected.get(partition) ?? [];
          expected.set(partition, [...before, { key, value, timestampMs }]);
        }
        for (const part of parts) {
          const builder = builders.get(part.partition) ?? new RecordsBuilder();
          builders.set(part.partition, builder);
          builder.addEncoded(part, timestampMs);
          const indexes = Array.from(
            { length: part.count },
            (_, nth) => nthIn(block.table, { partition: part.partition, nth }),
          );
          const own = indexes.map((index) => found[index]!);
          equal(part.bytes, own.reduce((sum, { key, bytes }) => sum + (key?.length ?? 0) + bytes.length, 0));
        }
      }
      deepEqual(new Set(builders.keys()), new Set(expected.keys()));
      for (const [partition, builder] of builders) {
        deepEqual(builder.toBatch(), naiveBatch({ records: expected.get(partition)! }));
      }
    }),
  );
});

Deno.test("A record of megabytes between others comes alone, and they come in blocks", () => {
  const long = JSON.stringify({ n: 0, text: "x".repeat(BLOCK_BYTES_MAX) });
  const short = Array.from({ length: 2_000 }, (_, n) => JSON.stringify({ n }));
  const bytes = utf8.encode([...short, long, ...short, ""].join("\n"));
  const blocks = newBlocks();
  const found: number[] = [];
  for (const block of blocksIn(concat([bytes]), blocks)) {
    found.push(...recordsOfBlock(block, blocks).map(({ position }) => position.record));
  }
  deepEqual(found, Array.from({ length: 4_001 }, (_, n) => n + 1).filter((n) => n > 1_000 && n !== 2_001));
});
