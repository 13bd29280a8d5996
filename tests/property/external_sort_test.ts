import { deepEqual, equal, ok, throws } from "assert";
import fc from "fast-check";
import { ExternalSort } from "../../lib/produce/sorting/external_sort.ts";
import { FIRST_KEY, LAST_KEY, type SortKey, timeKey } from "../../lib/produce/notes/sort_key.ts";
import { microsOf } from "../../lib/records/values/micros.ts";
import type { SortEntry } from "../../lib/produce/sorting/sort_run.ts";
import { tempDir } from "../support/temp_dir.ts";

const NO_SIGNAL = new AbortController().signal;

/** Few different keys, so that many are equal; some of times that are more than a double holds. */
const keys = fc.array(
  fc.oneof(
    fc.constant(FIRST_KEY),
    fc.constant(LAST_KEY),
    fc.integer({ min: -3, max: 3 }).map(timeKey),
    fc.bigInt({ min: -3n, max: 3n }).map((aside) => timeKey(microsOf(2n ** 53n + aside))),
  ),
  { minLength: 1, maxLength: 300, size: "max" },
);

function entriesOf(all: readonly SortKey[]) {
  return all.map((key, index) => ({
    key,
    position: { record: index + 1, line: 2 ** 40 + index, offset: index * 1_000 },
    // One is larger than what is read at once.
    value: new Uint8Array(index === 60 ? 300_000 : index % 13).fill(index),
  }));
}

function microsOfKey({ number, text }: SortKey): bigint {
  return BigInt(text.length > 0 ? new TextDecoder().decode(text) : number);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** An entry in values of its own, as those of a sort are lent. */
function described({ key, position, value }: SortEntry): unknown {
  return { ...key, text: text(key.text), position, value: text(value) };
}

/** Sorts with a directory for temporary files of its own. */
async function withTemporary(body: (directory: string) => Promise<void> | void): Promise<void> {
  await using directory = await tempDir();
  const before = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", directory.path);
  try {
    await body(directory.path);
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
  }
}

Deno.test("What is sorted in files is a stable permutation, with any bounds, as often as it is asked for", async () => {
  let [merged, mergedAgain] = [0, 0];
  const bounds = fc.record({
    runBytesMax: fc.integer({ min: 1_000, max: 30_000 }),
    runsMax: fc.integer({ min: 2, max: 5 }),
  });
  await withTemporary(async (directory) => {
    await fc.assert(
      fc.asyncProperty(keys, bounds, async (all, bounds) => {
        const sort = new ExternalSort(bounds);
        const entries = entriesOf(all);
        for (const { key, position, value } of entries) {
          const lent = value.slice();
          sort.add({ key, position, value: lent });
          lent.fill(0xff);
        }
        if (sort.runs > 0) merged++;
        if (sort.runs > bounds.runsMax) mergedAgain++;
        await sort.end(NO_SIGNAL);
        ok(sort.runs <= bounds.runsMax);
        equal(sort.length, all.length);
        // The sort of arrays is stable.
        const expected = entries.toSorted(({ key: a }, { key: b }) =>
          a.kind - b.kind || Number(microsOfKey(a) - microsOfKey(b))
        );
        for (let round = 0; round < 2; round++) {
          deepEqual(Array.from(sort.entries(), described), expected.map(described));
        }
        sort.close();
        deepEqual([...Deno.readDirSync(directory)], []);
      }),
      { numRuns: 40 },
    );
  });
  ok(merged > 10 && mergedAgain > 5, `${merged}, ${mergedAgain}`);
});

Deno.test("The files of a sort are for their owner only, and gone when it is closed in the middle", async () => {
  await withTemporary(async (directory) => {
    const sort = new ExternalSort({ runBytesMax: 1, runsMax: 8 });
    for (const entry of entriesOf([timeKey(2), timeKey(1)])) sort.add(entry);
    await sort.end(NO_SIGNAL);
    const [{ name }] = [...Deno.readDirSync(directory)] as [Deno.DirEntry];
    equal(Deno.statSync(`${directory}/${name}`).mode! & 0o777, 0o700);
    const runs = [...Deno.readDirSync(`${directory}/${name}`)];
    equal(runs.length, 2);
    for (const run of runs) equal(Deno.statSync(`${directory}/${name}/${run.name}`).mode! & 0o777, 0o600);
    const entries = sort.entries()[Symbol.iterator]();
    equal(entries.next().value!.key.number, 1);
    entries.return?.();
    sort.close();
    deepEqual([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("What fits in memory makes no file, and a place that cannot be written to is told", async () => {
  await withTemporary(async (directory) => {
    const small = new ExternalSort();
    for (const entry of entriesOf([timeKey(2), timeKey(1)])) small.add(entry);
    await small.end(NO_SIGNAL);
    deepEqual([...Deno.readDirSync(directory)], []);
    Deno.env.set("TMPDIR", `${directory}/missing`);
    const sort = new ExternalSort({ runBytesMax: 1, runsMax: 8 });
    throws(() => sort.add(entriesOf([FIRST_KEY])[0]!), /Cannot write temporary files \(see TMPDIR\): /);
  });
});
