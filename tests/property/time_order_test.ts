import { deepEqual, equal, ok } from "assert";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import { openInput } from "../../lib/produce/input_source.ts";
import { recordNoter } from "../../lib/produce/record_notes.ts";
import { TimeOrder } from "../../lib/produce/time_order.ts";
import type { InputItem } from "../../lib/records/input_item.ts";
import type { RecordNotes } from "../../lib/produce/record_notes.ts";
import { sampleCalls } from "../support/calls.ts";
import { run } from "../support/program.ts";
import { describe, type Piece, write } from "../support/split_input.ts";
import { tempDir } from "../support/temp_dir.ts";

const note = recordNoter({ keyField: "crime_id", schema: "any", withEventTime: true, zone: UTC });
const START_MS = Date.UTC(2018, 11, 31);

/** Records with few times, so that many are equal; some have none, or one that cannot be read. */
const records = fc.array(
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

async function inOrder(path: string) {
  const { signal } = new AbortController();
  const broken: InputItem<RecordNotes>[] = [];
  const onBroken = (item: InputItem<RecordNotes>) => void broken.push(item);
  const order = await TimeOrder.of(await openInput(path), { note, signal, onBroken });
  try {
    // Each is good until the next one is asked for.
    return [...broken, ...Array.from(order.items(), (item) => structuredClone(item))];
  } finally {
    await order.close();
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
    await leavingNothing(() =>
      fc.assert(
        fc.asyncProperty(records, shapes, fc.constantFrom(0, 4), async (all, shape, indent) => {
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
          deepEqual(describe(await inOrder(path)), [...broken!, ...good!]);
        }),
        { numRuns: 40 },
      )
    );
  });
}

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

Deno.test("A record that is not there any more when it is read again is broken, and the others are not", async () => {
  await using directory = await tempDir();
  const lines = [3, 1, 2].map((n) => `{"crime_id":"${n}","call_date_time":"2018-12-31T00:0${n}:00.000"}\n`);
  const path = await directory.write("calls.ndjson", lines.join(""));
  const { signal } = new AbortController();
  const order = await TimeOrder.of(await openInput(path), { note, signal, onBroken: () => {} });
  await Deno.truncate(path, lines[0]!.length + lines[1]!.length + 5);
  const found = [...order.items()].map((item) => item.kind === "record" ? item.kind : item.reason);
  await order.close();
  deepEqual(found, ["record", "the file has changed while it was read", "record"]);
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
