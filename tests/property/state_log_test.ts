/** The log of a checkpoint against a map: whatever batches do, what is read is what the last change of each key says. */
import { deepEqual, ok } from "assert";
import fc from "fast-check";
import { SqliteFile } from "../../lib/base/files/sqlite.ts";
import { CHECKPOINT_KIND } from "../../lib/checkpoint/checkpoint_file.ts";
import {
  keyCountsOf,
  type LoggedState,
  type StateChange,
  StateLog,
  stateOf,
} from "../../lib/checkpoint/state_log.ts";
import { tempDir } from "../support/temp_dir.ts";

/** An operator that keeps texts by key, in the way of those of queries. */
class Operator implements LoggedState {
  readonly kept = new Map<string, string>();
  changes: StateChange[] = [];

  get size(): number {
    return this.kept.size;
  }

  *entries(): Iterable<StateChange> {
    for (const [key, value] of this.kept) yield { key, value };
  }

  apply(changes: readonly StateChange[]): void {
    this.changes = [...changes];
    for (const { key, value } of changes) {
      if (value === undefined) this.kept.delete(key);
      else this.kept.set(key, value);
    }
  }

  get sorted(): { key: string; value: string }[] {
    return [...this.kept].map(([key, value]) => ({ key, value })).toSorted((a, b) => a.key < b.key ? -1 : 1);
  }
}

const KEYS = 900;
const batch = fc.record({
  seed: fc.nat(),
  count: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(600)),
  removedShare: fc.constantFrom(0, 0.1, 0.6, 1),
  isReopened: fc.boolean(),
});

/** Changes of pseudo-random keys, so that a failing case stays small. */
function changesOf(
  { seed, count, removedShare }: { seed: number; count: number; removedShare: number },
): StateChange[] {
  let state = seed | 1;
  const next = () => (state = Math.imul(state, 1_664_525) + 1_013_904_223 | 0) >>> 8;
  return Array.from({ length: count }, (_, index) => ({
    key: `k${next() % KEYS}`,
    value: (next() % 100) / 100 < removedShare ? undefined : `${seed}.${index}`,
  }));
}

Deno.test("Whatever batches change and wherever the writer starts anew, each key has its last value, and the log stays short", async () => {
  await using directory = await tempDir();
  let files = 0;
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 60 }), (batches) => {
      const file = SqliteFile.open(`${directory.path}/${files++}.db`, CHECKPOINT_KIND);
      try {
        const operators = [new Operator(), new Operator()];
        let log = new StateLog(file);
        let lastChanges = 0;
        for (const one of batches) {
          if (one.isReopened) log = new StateLog(file);
          operators.forEach((operator, index) =>
            operator.apply(changesOf({ ...one, seed: one.seed + index }))
          );
          file.transaction(() => log.append(operators));
          lastChanges = Math.max(lastChanges, 2 * one.count);
          operators.forEach((operator, index) =>
            deepEqual([...stateOf(file, index)].map((row) => ({ ...row })), operator.sorted)
          );
        }
        const keys = operators.map(({ size }) => size);
        const counts = keyCountsOf(file);
        deepEqual(counts, keys.slice(0, counts.length));
        const { entries } = file.get<{ entries: number }>("SELECT count(*) AS entries FROM state")!;
        if (batches.every(({ isReopened }) => !isReopened)) {
          ok(
            entries <= 5 * 2 * KEYS + 5 * lastChanges,
            `${entries} entries for ${keys.join(" and ")} keys`,
          );
        }
      } finally {
        file.close();
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("A batch writes the same, however much there is besides", async () => {
  await using directory = await tempDir();
  const file = SqliteFile.open(`${directory.path}/c.db`, CHECKPOINT_KIND);
  const operator = new Operator();
  const log = new StateLog(file);
  const put = (from: number, count: number) => {
    const before = file.get<{ entry: number | null }>("SELECT max(entry) AS entry FROM state")!.entry ?? 0;
    operator.apply(Array.from({ length: count }, (_, index) => ({ key: `k${from + index}`, value: "v" })));
    file.transaction(() => log.append([operator]));
    return file.get<{ entry: number }>("SELECT max(entry) AS entry FROM state")!.entry - before;
  };
  put(0, 20_000);
  const written = Array.from({ length: 3_000 }, (_, index) => put(index * 10 % 20_000, 10));
  ok(written.every((entries) => entries <= 30), `${Math.max(...written)} entries for 10 changes`);
  const { entries } = file.get<{ entries: number }>("SELECT count(*) AS entries FROM state")!;
  ok(entries < 4 * 20_000, `${entries} entries`);
  file.close();
});
