import { deepEqual, equal, ok } from "assert";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import type { SortBounds } from "../../lib/produce/sorting/external_sort.ts";
import { openInput } from "../../lib/produce/input/open_input.ts";
import { type NoteOptions, recordNoter, type RecordNotes } from "../../lib/produce/notes/record_notes.ts";
import { SortedInput } from "../../lib/produce/sorting/sorted_input.ts";
import type { GoodItem, InputItem } from "../../lib/records/splitting/input_item.ts";
import { sampleCalls } from "../support/calls.ts";
import { run } from "../support/program.ts";
import { describe, type Piece, write } from "../support/split_input.ts";
import { tempDir } from "../support/temp_dir.ts";

const NOTES: NoteOptions = { keyField: "crime_id", schema: "any", withEventTime: true, zone: UTC };
const START_MS = Date.UTC(2018, 11, 31);

/** A few records in each file, and two files at a time: nearly all that is sorted is merged, more than once. */
const LITTLE: SortBounds = { runBytesMax: 1_000, runsMax: 2 };

/** Records with few times, so that many are equal; some have none, or one that cannot be read. */
const withTimes = fc.array(
  fc.record({
    minute: fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom<"missing" | "unreadable">("missing", "unreadable"),
    ),
    padding: fc.string({ unit: "grapheme", maxLength: 200 }),
  }),
  { minLength: 1, maxLength: 40 },
).map((all) =>
  all.map(({ minute, padding }, n) => {
    const time = typeof minute === "number" ? new Date(START_MS + minute * 60_000).toISOString() : "soon";
    return {
      crime_id: String(n),
      ...(minute === "missing" ? {} : { call_date_time: time }),
      address: padding,
    };
  })
);

function timeOf({ call_date_time: time }: { readonly call_date_time?: string }): number {
  const parsed = Date.parse(time ?? "");
  return Number.isNaN(parsed) ? -Infinity : parsed;
}

/** An item that stays as it is; its bytes are a part of memory that others are in. */
function copyOf(item: GoodItem<RecordNotes>): GoodItem<RecordNotes> {
  const key = item.notes.key?.slice() ?? null;
  return { ...item, bytes: item.bytes.slice(), notes: { ...item.notes, key } };
}

/** The items of an input, the broken ones first; by the field where one is named, else by time. */
async function inOrder(path: string, { field, bounds }: { field?: string; bounds?: SortBounds } = {}) {
  const { signal } = new AbortController();
  const broken: InputItem<RecordNotes>[] = [];
  const sorted = await SortedInput.of(await openInput(path, { stdin: () => new ReadableStream() }), {
    order: field === undefined ? "time" : "field",
    note: recordNoter({ ...NOTES, sortField: field }),
    signal,
    onBroken: (item) => void broken.push(item),
    ...(bounds === undefined ? {} : { bounds }),
  });
  try {
    // Each is good until the next one is asked for, and all come again as often as it is asked for.
    const [first, again] = [1, 2].map(() => Array.from(sorted.items(), copyOf));
    deepEqual(again, first);
    equal(sorted.length, first!.length);
    return [...broken, ...first!];
  } finally {
    sorted.close();
  }
}

/** Runs with temporary files in a directory of their own, and checks that none is left in it. */
async function leavingNothing(action: () => Promise<void>): Promise<void> {
  await using directory = await tempDir();
  const before = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", directory.path);
  try {
    await action();
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
  }
  deepEqual([...Deno.readDirSync(directory.path)], []);
}

for (const packed of [false, true]) {
  Deno.test(`A ${packed ? "gzipped" : "plain"} file is given in the order of its times, with each record's own place`, async () => {
    await using directory = await tempDir();
    const shapes = fc.constantFrom("array", "lines");
    const bounds = fc.constantFrom(LITTLE, undefined);
    await leavingNothing(() =>
      fc.assert(
        fc.asyncProperty(
          withTimes,
          shapes,
          fc.constantFrom(0, 4),
          bounds,
          async (all, shape, indent, bounds) => {
            const pieces: Piece[] = all.map((json) => ({ json }));
            if (shape === "array" && all.length > 1) {
              pieces.splice(1, 0, { broken: '{"crime_id": "cut', runsOn: false });
            }
            const { bytes, expected } = write(pieces, { shape, indent });
            const path = await directory.write("input", packed ? gzipSync(bytes) : bytes);
            const [broken, good] = ["broken", "record"].map((kind) =>
              expected.filter((item) => item.kind === kind)
            );
            // Array.prototype.sort is stable, so equal times keep the order of the input.
            const time = ({ text }: { readonly text: string }) => timeOf(JSON.parse(text));
            good!.sort((left, right) => Math.sign(time(left) - time(right)) || 0);
            const found = await inOrder(path, bounds === undefined ? {} : { bounds });
            deepEqual(describe(found), [...broken!, ...good!]);
          },
        ),
        { numRuns: 40 },
      )
    );
  });
}

const NOTHING = Symbol();

/** Values of a field, with what a person sorts them by: the kind, and then the value. */
const fieldValues = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map((value) => ({ value, by: [0, value] as const })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ value, by: [0, value] as const })),
  fc.integer({ min: -20, max: 20 }).map((value) => ({ value: String(value), by: [0, value] as const })),
  fc.constantFrom("2018-12-31", "2018-12-31 00:00", "2018-12-31T00:01:00.5", "2018-12-30T23:00:00-02:00").map(
    (value) => ({
      value,
      by: [1, Date.parse(`${value.replace(" ", "T")}${/T.*-|^[^T ]*$/.test(value) ? "" : "Z"}`)] as const,
    }),
  ),
  fc.string({ unit: fc.constantFrom("a", "b", "é", "😀", "ￎ"), maxLength: 3 }).map((value) => ({
    value,
    by: [2, value] as const,
  })),
  fc.boolean().map((value) => ({ value, by: [2, String(value)] as const })),
  fc.constantFrom(null, NOTHING).map((value) => ({ value, by: [3, 0] as const })),
);

/** By code points, which is by UTF-8. */
function compareTexts(left: string, right: string): number {
  const [a, b] = [[...left], [...right]].map((letters) => letters.map((letter) => letter.codePointAt(0)!));
  for (let at = 0; at < Math.min(a!.length, b!.length); at++) if (a![at] !== b![at]) return a![at]! - b![at]!;
  return a!.length - b!.length;
}

for (const field of ["value", "outer.inner.value"]) {
  Deno.test(`By ${field}, records are given as a stable sort of all would give them: numbers, times, texts, and those without`, async () => {
    await using directory = await tempDir();
    await leavingNothing(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fieldValues, { minLength: 1, maxLength: 60 }),
          fc.boolean(),
          async (all, little) => {
            const input = all.map(({ value }, id) => {
              const holder = value === NOTHING ? {} : { value };
              return { id, ...(field === "value" ? holder : { outer: { other: 1, inner: holder } }) };
            });
            const path = await directory.write(
              "input",
              input.map((json) => `${JSON.stringify(json)}\n`).join(""),
            );
            const found = await inOrder(path, { field, ...(little ? { bounds: LITTLE } : {}) });
            const ids = describe(found).map(({ text }) => (JSON.parse(text) as { id: number }).id);
            const expected = all.map(({ by }, id) => ({ by, id })).sort(({ by: a }, { by: b }) => {
              if (a[0] !== b[0]) return a[0] - b[0];
              return typeof a[1] === "string"
                ? compareTexts(a[1], String(b[1]))
                : Math.sign(a[1] - Number(b[1]));
            });
            deepEqual(ids, expected.map(({ id }) => id));
          },
        ),
        { numRuns: 60 },
      )
    );
  });
}

Deno.test("Integers are sorted by all their digits, also where a double does not hold them", async () => {
  await using directory = await tempDir();
  const digits = [
    "9007199254740993",
    "9007199254740992",
    "1e400",
    "-9007199254740993",
    "-9007199254740992",
    "1e16",
    "10000000000000001",
    "7",
  ];
  const lines = digits.map((number, id) => `{"id":${id},"n":${id % 2 === 0 ? number : `"${number}"`}}\n`);
  const path = await directory.write("input", lines.join(""));
  const found = describe(await inOrder(path, { field: "n" }));
  const ids = found.map(({ text }) => (JSON.parse(text) as { id: number }).id);
  deepEqual(ids.map((id) => digits[id]), [
    "-9007199254740993",
    "-9007199254740992",
    "7",
    "9007199254740992",
    "9007199254740993",
    "1e16",
    "10000000000000001",
    "1e400",
  ]);
});

Deno.test("The real sample, which is built in, is given from its oldest call to its newest", async () => {
  const found = await inOrder("sample");
  const expected = sampleCalls().sort((left, right) => timeOf(left) - timeOf(right));
  deepEqual(
    found.map(({ bytes }) => new TextDecoder().decode(bytes)),
    expected.map((call) => JSON.stringify(call)),
  );
});

Deno.test("The notes of a record are those of its own content", async () => {
  await using directory = await tempDir();
  const all = [2, 0, 1].map((minute) => ({
    crime_id: `call ${minute}`,
    call_date_time: new Date(START_MS + minute * 60_000).toISOString(),
  }));
  const path = await directory.write("calls.json", JSON.stringify(all));
  for (const [minute, item] of (await inOrder(path)).entries()) {
    ok(item.kind === "record");
    equal(item.notes.eventMs, START_MS + minute * 60_000);
    equal(new TextDecoder().decode(item.notes.key!), `call ${minute}`);
  }
});

Deno.test("A file that is cut after it was read is sent whole, since its records are kept", async () => {
  await using directory = await tempDir();
  const lines = [3, 1, 2].map((n) => `{"crime_id":"${n}","call_date_time":"2018-12-31T00:0${n}:00.000"}\n`);
  const path = await directory.write("calls.ndjson", lines.join(""));
  const sorted = await SortedInput.of(await openInput(path, { stdin: () => new ReadableStream() }), {
    order: "time",
    note: recordNoter(NOTES),
    signal: new AbortController().signal,
    onBroken: () => {},
    bounds: LITTLE,
  });
  await Deno.truncate(path, 5);
  equal([...sorted.items()].length, 3);
  sorted.close();
});

Deno.test("What comes on stdin is replayed in the order of its times, and leaves no spool", async () => {
  await using directory = await tempDir();
  await using temporary = await tempDir();
  const minutes = [5, 2, 2, 9, 0, 7];
  const calls = minutes.map((minute, n) => ({
    crime_id: String(n),
    call_date_time: `2018-12-31T00:0${minute}:00.000`,
  }));
  const options = { cwd: directory.path, env: { TMPDIR: temporary.path } };
  const stdin = JSON.stringify(calls, null, 2);
  const replay = [
    "produce",
    "--input",
    "-",
    "--speedup",
    "100000000",
    "--topic",
    "calls",
    "--partitions",
    "1",
  ];
  const produced = await run(replay, { ...options, stdin });
  equal(produced.code, 0, produced.stderr);
  const consumed = await run([
    "consume",
    "--topic",
    "calls",
    "--from",
    "beginning",
    "--exit-at-end",
    "--format",
    "value",
  ], options);
  equal(consumed.code, 0, consumed.stderr);
  const ids = consumed.stdout.trim().split("\n").map((line) =>
    (JSON.parse(line) as { crime_id: string }).crime_id
  );
  deepEqual(ids, ["4", "1", "2", "0", "5", "3"]);
  deepEqual([...Deno.readDirSync(temporary.path)], []);
});
