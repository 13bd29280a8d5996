import { deepEqual, equal } from "assert";
import fc from "fast-check";
import type { Value } from "../../lib/records/data_type.ts";
import { type Group, GroupTable } from "../../lib/stream/aggregates/group_table.ts";

const MINUTE_MICROS = 60_000_000;

/** Key columns of each type; few values of each, so that groups meet. */
const columns: readonly fc.Arbitrary<Value>[] = [
  fc.constantFrom<Value>("", "a", "b", "1", "null", null),
  fc.constantFrom<Value>(1, 0, -0, NaN, -1.5, null),
  fc.constantFrom<Value>(0n, 1n, -1n, 2n ** 62n, null),
  fc.constantFrom<Value>(true, false, null),
  fc.nat(3).map((n): Value => [n * MINUTE_MICROS, (n + 10) * MINUTE_MICROS]),
];

/** A key as a text that only equal keys have. */
function textOf(keys: readonly Value[]): string {
  return JSON.stringify(keys, (_name, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "string") return `"${value}"`;
    return Object.is(value, NaN) ? "NaN" : value;
  });
}

/** Steps on a table: a row that is counted, or a key that is taken out. */
const runs = fc.array(fc.constantFrom(...columns.keys()), { maxLength: 3 }).chain((kinds) =>
  fc.record({
    count: fc.constant(kinds.length),
    steps: fc.array(
      fc.record({
        keys: fc.tuple(...kinds.map((kind) => columns[kind]!)),
        deletes: fc.constantFrom(false, false, true),
      }),
      { maxLength: 60 },
    ),
  })
);

function counted(group: Group): [string, Value] {
  return [textOf(group.values.slice(0, -1)), group.values.at(-1)!];
}

Deno.test("A table holds the groups that a map by the text of the key holds", () => {
  fc.assert(
    fc.property(runs, ({ count, steps }) => {
      const table = new GroupTable([0]);
      const oracle = new Map<string, number>();
      for (const { keys, deletes } of steps) {
        const text = textOf(keys);
        if (deletes) {
          equal(table.delete([...keys, "no key"], count), oracle.delete(text), text);
        } else {
          const { values } = table.getOrCreate([...keys, "no key"], count);
          values[count] = (values[count] as number) + 1;
          oracle.set(text, (oracle.get(text) ?? 0) + 1);
        }
        equal(table.size, oracle.size);
      }
      deepEqual(new Map([...table.groups()].map(counted)), oracle);
      equal([...table.groups()].length, oracle.size);
    }),
    { numRuns: 300 },
  );
});

Deno.test("Groups have buffers of their own", () => {
  const initial: Value[] = [0, null];
  const table = new GroupTable(initial);
  table.getOrCreate(["a"], 1).values[1] = 7;
  deepEqual(table.getOrCreate(["b"], 1).values, ["b", 0, null]);
  deepEqual(initial, [0, null]);
});

Deno.test("Groups come in the order in which their keys were first seen", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 40 }), (rows) => {
    const table = new GroupTable([]);
    for (const row of rows) table.getOrCreate(row, 2);
    const firsts = [...new Set(rows.map(([first]) => first))];
    const expected = firsts.flatMap((first) =>
      [...new Set(rows.filter((row) => row[0] === first).map((row) => row[1]))].map((
        second,
      ) => [first, second])
    );
    deepEqual([...table.groups()].map(({ values }) => values), expected);
  }));
});
