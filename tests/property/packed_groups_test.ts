import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { Buffer } from "node:buffer";
import type { DataType, Value } from "../../lib/records/data_type.ts";
import { microsOf } from "../../lib/records/values/micros.ts";
import { TextView, valueOf, viewOf } from "../../lib/records/values/text_view.ts";
import { WINDOW_TYPE } from "../../lib/sql/functions/time/window_types.ts";
import { type GroupColumn, timeIn } from "../../lib/stream/groups/group_column.ts";
import { PackedGroups } from "../../lib/stream/groups/packed_groups.ts";
import { type GroupTypes, PackedRowReader } from "../../lib/stream/groups/packed_rows.ts";
import { FAR, textOf, VALUES } from "../support/group_keys.ts";

/** Times, of which some are at the limits. */
const time = fc.oneof(
  fc.constantFrom<bigint>(
    0n,
    -1n,
    FAR,
    -FAR - 1n,
    2n ** 53n - 1n,
    2n ** 53n,
    -(2n ** 53n) + 1n,
    -(2n ** 53n),
  ),
  fc.bigInt(-FAR, FAR),
).map((micros): Value => microsOf(micros));

/** Types, and values of which some are often equal, and others at the limits of the type. */
const COLUMNS: readonly { readonly type: DataType; readonly values: fc.Arbitrary<Value> }[] = [
  {
    type: "STRING",
    values: fc.oneof(
      fc.constantFrom<Value>(
        "",
        "a",
        "b",
        "null",
        "\0",
        "\0\0",
        "é",
        "Ж",
        "😀",
        "\ud800",
        "\udc00",
        "\ufffd",
      ),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.nat(9).map((n) => "long ".repeat(20) + n),
      fc.nat(9).map((n) => "länger ".repeat(20) + n),
    ),
  },
  { type: "DOUBLE", values: fc.oneof(fc.constantFrom<Value>(0, -0, NaN, Infinity, -1.5), fc.double()) },
  { type: "INT", values: fc.constantFrom<Value>(0, 1, -1, 2 ** 31 - 1) },
  {
    type: "BIGINT",
    values: fc.oneof(fc.constantFrom<Value>(0n, 1n, FAR, -FAR - 1n), fc.bigInt(-FAR, FAR)),
  },
  { type: "BOOLEAN", values: fc.boolean() },
  { type: "TIMESTAMP", values: time },
  { type: "DATE", values: fc.integer({ min: -9, max: 9 }) },
  {
    type: { kind: "DECIMAL", precision: 38, scale: 2 },
    values: fc.oneof(
      fc.constantFrom<Value>(0n, -1n, 2n ** 64n, -(2n ** 64n), 10n ** 38n - 1n, -(10n ** 38n) + 1n),
      fc.bigInt(-(10n ** 38n), 10n ** 38n),
    ),
  },
  {
    type: WINDOW_TYPE,
    values: fc.oneof(
      fc.tuple(time, fc.constantFrom(10, 20)).map(([start, size]): Value => [
        start,
        microsOf(BigInt.asIntN(64, BigInt(start as number) + BigInt(size))),
      ]),
      // It has the type of a window, but is none.
      fc.tuple(fc.constantFrom<Value>(null, 0), fc.constantFrom<Value>(null, 0)).map((times): Value => times),
    ),
  },
];

/** A step: a key is counted, or its group is removed, or freed groups may be reused from then on. */
interface Step {
  readonly key: readonly Value[];
  readonly what: "count" | "remove" | "free";
}

/** Keys of some columns, and more of them than a table has room for at first. */
const runs = fc.array(fc.nat(COLUMNS.length - 1), { maxLength: 4 }).chain((columns) =>
  fc.record({
    keyTypes: fc.constant(columns.map((column) => COLUMNS[column]!.type)),
    steps: fc.array(
      fc.record<Step>({
        key: fc.tuple(...columns.map((column) => fc.option(COLUMNS[column]!.values, { freq: 8 }))),
        what: fc.constantFrom("count", "count", "count", "count", "remove", "free"),
      }),
      { maxLength: 120, size: "max" },
    ),
  })
);

/** The values of a group whose key was counted so often. */
const valuesFor = (count: number, text: string): Value[] => [
  count,
  count % 2 === 0 ? null : text,
  count % 3 === 0 ? null : BigInt(count) - FAR,
  count % 5 === 0 ? null : [count],
  count % 7 === 0 ? null : microsOf(BigInt(count) * 2n ** 52n),
  count % 2 === 0 ? null : count % 3 === 0,
];

function contentOf(groups: PackedGroups): Map<string, Value[]> {
  return new Map([...groups.groups()].map((group) => [textOf(groups.keyOf(group)), groups.valuesOf(group)]));
}

Deno.test("Packed groups hold what a map by the text of the key holds, whatever is removed", () => {
  fc.assert(
    fc.property(runs, fc.boolean(), ({ keyTypes, steps }, interns) => {
      const groups = new PackedGroups({ keyTypes, ...VALUES, interns });
      const oracle = new Map<string, Value[]>();
      const removed: number[] = [];
      for (const { key, what } of steps) {
        const text = textOf(key);
        if (what === "free") {
          for (const group of removed.splice(0)) groups.free(group);
          continue;
        }
        const group = groups.at([...key, "no key"]);
        if (what === "remove") {
          groups.remove(group);
          groups.mark(group, -1);
          removed.push(group);
          oracle.delete(text);
        } else {
          const [count] = groups.valuesOf(group) as [number];
          equal(count, oracle.get(text)?.[0] ?? 0);
          equal(groups.countMark(group), count);
          groups.setValues(group, valuesFor(count + 1, text));
          oracle.set(text, valuesFor(count + 1, text));
        }
        equal(groups.size, oracle.size);
      }
      deepEqual(contentOf(groups), oracle);
      equal([...groups.groups()].length, oracle.size);
    }),
    { numRuns: 300 },
  );
});

/** The value of a column for a group, as one of its key. */
function valueIn(column: GroupColumn, group: number): Value {
  switch (column.kind) {
    case "window":
      return column.isNull(group) ? null : [timeIn(column.start, group), timeIn(column.end, group)];
    case "time":
      return column.isNull(group) ? null : column.time(group);
    case "count":
      return column.count(group);
    case "text":
    case "value": {
      const value = column.value(group);
      return viewOf(value) === undefined ? value : String(value);
    }
  }
}

Deno.test("Columns have the values of the groups, also once these have moved", () => {
  fc.assert(fc.property(runs, fc.boolean(), ({ keyTypes, steps }, interns) => {
    const groups = new PackedGroups({ keyTypes, ...VALUES, interns });
    const numbers = new Map<string, Value>();
    const columns = keyTypes.map((_type, index) => groups.keyColumn(index));
    const count = groups.countColumn(0);
    const oracle = new Map<string, number>();
    for (const { key, what } of steps) {
      const text = textOf(key);
      if (what === "free") {
        groups.compact();
        continue;
      }
      const group = groups.at(key);
      if (what === "remove") {
        groups.remove(group);
        groups.free(group);
        oracle.delete(text);
      } else {
        oracle.set(text, (oracle.get(text) ?? 0) + 1);
        groups.setValues(group, valuesFor(oracle.get(text)!, text));
      }
    }
    const read = [...groups.groups()].map((group) =>
      [textOf(columns.map((column) => valueIn(column, group))), valueIn(count, group)] as const
    );
    deepEqual(new Map(read), oracle);
    equal(read.length, oracle.size);
    for (const [index, column] of columns.entries()) {
      for (const group of groups.groups()) {
        const number = column.kind === "text" ? column.number(group) : -1;
        if (number < 0) continue;
        // A number has one text.
        const text = valueIn(column, group);
        equal(numbers.getOrInsert(`${index} ${number}`, text), text);
      }
    }
  }));
});

Deno.test("The state's table has a text once, until a column has thousands of them, and finds each again", () => {
  const types = { keyTypes: ["STRING", "STRING"] as const, valueTypes: ["DOUBLE"] as const, initial: [0] };
  const [interning, plain] = [new PackedGroups({ ...types, interns: true }), new PackedGroups(types)];
  const row = (index: number) => [`text of the first column ${index % 6_000}`, `other ${index % 7}`];
  for (let round = 1; round <= 2; round++) {
    for (let index = 0; index < 42_000; index++) {
      for (const groups of [interning, plain]) groups.add(groups.at(row(index)), 0, 1);
    }
    deepEqual(contentOf(interning), contentOf(plain));
    interning.compact();
  }
  const column = interning.keyColumn(0);
  if (column.kind !== "text") throw new Error(`The column is a ${column.kind}.`);
  const numbers = new Set([...interning.groups()].map((group) => column.number(group)));
  ok(numbers.size > 4_000 && numbers.has(-1), `${numbers.size} texts have numbers`);
  const bytes = (groups: PackedGroups) =>
    [...groups.groups()].reduce((sum, group) => sum + groups.bytesOf(group), 0);
  ok(bytes(interning) < 0.8 * bytes(plain), `${bytes(interning)} of ${bytes(plain)} bytes`);
});

Deno.test("Groups that are sent and merged are those of all parts", () => {
  fc.assert(
    fc.property(
      runs,
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      ({ keyTypes, steps }, partCount, interns) => {
        const types = { keyTypes, ...VALUES };
        const parts = Array.from({ length: partCount }, () => new PackedGroups(types));
        const whole = new PackedGroups({ ...types, interns });
        const oracle = new Map<string, number>();
        // Each part is used, sent, and used again.
        for (const round of [0, 1]) {
          for (const [index, { key }] of steps.entries()) {
            const part = parts[(index + round) % partCount]!;
            const group = part.at(key);
            part.setValues(group, valuesFor(part.countMark(group) + 1, textOf(key)));
            oracle.set(textOf(key), (oracle.get(textOf(key)) ?? 0) + 1);
          }
          for (const part of parts) {
            const count = part.size;
            const packed = part.drain();
            equal(part.size, 0);
            const sent = structuredClone(packed, { transfer: [packed.bytes.buffer] });
            equal(sent.count, count);
            const read = [...new PackedRowReader(types).read(sent)];
            deepEqual(
              read.map(({ values }) => values),
              read.map(({ key, mark }) => valuesFor(mark, textOf(key))),
            );
            let merges = 0;
            whole.merge(sent, {
              mark: 1,
              adds: false,
              until: undefined,
              marked: () => {
                throw new Error("The host merges.");
              },
              merged: (group, values) => {
                merges++;
                const [count] = whole.valuesOf(group) as [number];
                const added = values[0] as number;
                whole.setValues(group, valuesFor(count + added, textOf(whole.keyOf(group))));
              },
              late: () => {
                throw new Error("No group is late.");
              },
            });
            equal(merges, count);
          }
        }
        const expected = [...oracle].map(([text, count]) => [text, valuesFor(count, text)] as const);
        deepEqual(contentOf(whole), new Map(expected));
      },
    ),
  );
});

Deno.test("Counts that the kernel adds up are the sums, and each changed group is reported once", () => {
  const types: GroupTypes = {
    keyTypes: ["STRING", WINDOW_TYPE],
    valueTypes: ["DOUBLE", "DOUBLE"],
    initial: [0, 0],
  };
  const CURRENT = 7;
  const rows = fc.array(fc.tuple(fc.option(fc.constantFrom("a", "b", "c")), fc.option(fc.nat(5))), {
    maxLength: 50,
  });
  fc.assert(fc.property(fc.array(rows, { maxLength: 4 }), fc.nat(6), (parts, until) => {
    const whole = new PackedGroups({ ...types, interns: true, expiry: { ofKey: 1 } });
    const [oracle, lateOracle] = [new Map<string, number>(), new Map<string, number>()];
    const late = new Map<string, number>();
    const reported: string[] = [];
    for (const part of parts) {
      const groups = new PackedGroups(types);
      for (const [key, start] of part) {
        const row: Value[] = [key, start === null ? null : [start - 1, start]];
        const group = groups.at(row);
        groups.countMark(group);
        groups.add(group, 0, 1);
        groups.add(group, 1, 0.5);
        const into = start !== null && start <= until ? lateOracle : oracle;
        into.set(textOf(row), (into.get(textOf(row)) ?? 0) + 1);
      }
      whole.merge(groups.drain(), {
        mark: CURRENT,
        adds: true,
        until,
        marked: (list, from, count) => {
          for (const group of list.slice(from, from + count)) {
            equal(whole.markOf(group), CURRENT);
            reported.push(textOf(whole.keyOf(group)));
          }
        },
        merged: () => {
          throw new Error("The kernel merges.");
        },
        late: (key, count) => late.set(textOf(key), (late.get(textOf(key)) ?? 0) + count),
      });
    }
    deepEqual(new Map([...contentOf(whole)].map(([text, [count]]) => [text, count])), oracle);
    for (const [count, half] of contentOf(whole).values()) equal(half, (count as number) / 2);
    deepEqual(late, lateOracle);
    deepEqual(reported.toSorted(), [...oracle.keys()].sort());
  }));
});

Deno.test("A group keeps its handle while others are added, and its key while it is removed", () => {
  const groups = new PackedGroups({ keyTypes: ["INT"], valueTypes: ["DOUBLE"], initial: [0] });
  const COUNT = 50_000;
  const handles = Array.from({ length: COUNT }, (_, index) => groups.at([index]));
  for (const [index, handle] of handles.entries()) equal(groups.at([index]), handle);
  for (const [index, handle] of handles.entries()) {
    if (index % 3 !== 0) continue;
    groups.remove(handle);
    groups.mark(handle, -1);
  }
  for (const [index, handle] of handles.entries()) {
    deepEqual(groups.keyOf(handle), [index]);
    if (index % 3 !== 0) equal(groups.at([index]), handle);
  }
  equal([...groups.groups()].length, groups.size);
});

Deno.test("Groups are those of the first row with their key, in its order, until one is removed", () => {
  const groups = new PackedGroups({ keyTypes: ["STRING"], valueTypes: [], initial: [] });
  const keys = Array.from({ length: 5_000 }, (_, index) => `key ${index * 7_919 % 5_000}`);
  for (const key of [...keys, ...keys]) groups.at([key]);
  deepEqual([...groups.groups()].map((group) => groups.keyOf(group)[0]), keys);
});

Deno.test("A key of any length is found again", () => {
  const groups = new PackedGroups({ keyTypes: ["STRING", "STRING"], valueTypes: ["DOUBLE"], initial: [0] });
  const whole = new PackedGroups({ keyTypes: ["STRING", "STRING"], valueTypes: ["DOUBLE"], initial: [0] });
  const lengths = [0, 1, 7, 8, 9, 4_000, 500_000, 3_000_000, 100];
  for (const _round of [1, 2]) {
    for (const length of lengths) groups.add(groups.at(["x".repeat(length), "é".repeat(length)]), 0, 1);
  }
  equal(groups.size, lengths.length);
  const nothing = () => {};
  const merge = { mark: 1, adds: true, until: undefined, marked: nothing, merged: nothing, late: nothing };
  whole.merge(groups.drain(), merge);
  for (const length of lengths) {
    deepEqual(whole.valuesOf(whole.at(["x".repeat(length), "é".repeat(length)])), [2]);
  }
  equal(whole.size, lengths.length);
});

Deno.test("A text is the same key as a string and as a view", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 30 }), (texts) => {
      const groups = new PackedGroups({ keyTypes: ["STRING", "STRING"], valueTypes: [], initial: [] });
      for (const text of texts) {
        const bytes = Buffer.from(`before ${text} behind`);
        const view = new TextView({ bytes });
        const start = "before ".length;
        const end = bytes.length - " behind".length;
        view.place(start, end, { isAscii: end - start === text.length });
        const group = groups.at([text, "x"]);
        equal(groups.at([valueOf(view), "x"]), group);
        equal(groups.at(["x", valueOf(view)]), groups.at(["x", text]));
        deepEqual(groups.keyOf(group), [text, "x"]);
      }
    }),
  );
});

Deno.test("Once all groups are removed, the table is as a new one, and an iteration from before ends", () => {
  const groups = new PackedGroups({ keyTypes: ["STRING"], valueTypes: ["DOUBLE"], initial: [0] });
  const COUNT = 3_000;
  for (const round of [1, 2, 3]) {
    for (let index = 0; index < COUNT; index++) groups.add(groups.at([`${round} ${index}`]), 0, round);
    const iteration = groups.groups()[Symbol.iterator]();
    iteration.next();
    groups.clear();
    deepEqual(groups.valuesOf(groups.at(["after"])), [0]);
    equal(iteration.next().done, true);
    groups.clear();
  }
});

Deno.test("An iteration returns each group that stays, whatever is removed, added or moved meanwhile", () => {
  const steps = fc.array(fc.constantFrom("next", "remove", "add", "compact", "again"), { maxLength: 60 });
  fc.assert(fc.property(fc.nat(30), steps, (count, steps) => {
    const groups = new PackedGroups({ keyTypes: ["INT"], valueTypes: ["STRING"], initial: [null] });
    const add = (key: number) => groups.setValues(groups.at([key]), [`value ${key}`]);
    const keys = new Set(Array.from({ length: count }, (_, key) => key));
    for (const key of keys) add(key);
    const stays = new Set(keys);
    const iterations = [groups.groups()[Symbol.iterator]()];
    const seen = new Set<Value>();
    const take = (iteration: Iterator<number>, isFirst: boolean): boolean => {
      const { done, value } = iteration.next();
      if (done !== true && isFirst) seen.add(groups.keyOf(value)[0]!);
      return done !== true;
    };
    for (const step of steps) {
      const [key] = keys;
      if (step === "again") iterations.push(groups.groups()[Symbol.iterator]());
      else if (step === "next") iterations.forEach((iteration, index) => take(iteration, index === 0));
      else if (step === "add") {
        keys.add(count + keys.size);
        add(count + keys.size);
      } else if (step === "compact") groups.compact();
      else if (key !== undefined) {
        const group = groups.at([key]);
        groups.remove(group);
        groups.mark(group, -1);
        groups.free(group);
        keys.delete(key);
        stays.delete(key);
      }
    }
    while (take(iterations[0]!, true));
    for (const key of stays) {
      equal(seen.has(key), true, `key ${key}`);
      deepEqual(groups.valuesOf(groups.at([key])), [`value ${key}`]);
    }
  }));
});
