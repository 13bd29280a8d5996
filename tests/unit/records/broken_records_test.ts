/** What becomes of inputs with broken records, where the size or the place of the damage matters. */
import { deepEqual, equal, match, ok } from "assert";
import { concat } from "../../../lib/base/text/bytes.ts";
import { RECORD_BYTES_MAX, SPREAD_RECORD_BYTES_MAX } from "../../../lib/base/bounds.ts";
import type { BrokenItem, InputItem } from "../../../lib/records/splitting/input_item.ts";
import { RecordSplitter } from "../../../lib/records/splitting/record_splitter.ts";
import { sampleCalls } from "../../support/calls.ts";

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

interface Split {
  /** The records, as text. */
  readonly sent: string[];
  readonly broken: BrokenItem[];
  readonly items: InputItem[];
  readonly isIncomplete: boolean;
}

const CHUNK_BYTES = 262_144;

function split(...parts: readonly (string | Uint8Array)[]): Split {
  const bytes = concat(parts.map((part) => typeof part === "string" ? utf8.encode(part) : part));
  const splitter = new RecordSplitter(() => undefined);
  const items: InputItem[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    for (const item of splitter.push(bytes.subarray(at, at + CHUNK_BYTES))) {
      items.push({ ...item, bytes: item.bytes.slice() });
    }
  }
  for (const item of splitter.finish()) items.push({ ...item, bytes: item.bytes.slice() });
  return {
    sent: items.filter(({ kind }) => kind === "record").map(({ bytes }) => decoder.decode(bytes)),
    broken: items.filter((item) => item.kind === "broken"),
    items,
    isIncomplete: splitter.isIncomplete,
  };
}

/** Elements with inner objects that begin as they do. */
function elements(count: number, inner = 1): string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      id: n,
      items: Array.from({ length: inner }, (_, item) => ({ id: `item${n}.${item}`, text: "x".repeat(40) })),
    }));
}

for (const first of [0, 1]) {
  Deno.test(`Of 10,000 elements with inner objects, number ${first} with a NaN costs itself alone`, () => {
    const all = elements(10_000);
    const damaged = all.with(first, all[first]!.replace(/"id":\d/, '"id":NaN'));
    const { sent, broken, isIncomplete } = split(`[${damaged.join(",")}]`);
    deepEqual(sent, all.toSpliced(first, 1));
    deepEqual(broken.map(({ position, mayHoldRecords }) => [position.record, mayHoldRecords]), [[
      first + 1,
      false,
    ]]);
    ok(!isIncomplete);
  });
}

for (
  const [what, damage] of [
    ["is whole", (text: string) => text],
    ["has a NaN", (text: string) => text.replace(":0", ":NaN")],
    ["has a newline in a string", (text: string) => text.replace("item0.0", "item\n")],
    ["lacks a quote", (text: string) => text.replace('item0.0"', "item0.0")],
    ["lacks a closing bracket", (text: string) => text.replace("}", "")],
    ["has a closing bracket too many", (text: string) => text.replace("}", "}}")],
  ] as const
) {
  Deno.test(`An element of 90,000 inner objects that ${what} is broken, and no part of it is sent`, () => {
    const [large] = elements(1, 90_000);
    ok(large!.length > SPREAD_RECORD_BYTES_MAX);
    const others = elements(3).slice(1);
    for (const all of [[damage(large!), ...others], [others[0]!, damage(large!), others[1]!]]) {
      const { sent, broken } = split("[", all.join(","), "]");
      deepEqual(sent, others);
      equal(broken.length, 1);
      for (const { bytes, length } of broken) {
        ok(bytes.length < length && bytes.length <= SPREAD_RECORD_BYTES_MAX);
      }
    }
  });
}

Deno.test("Of a large array in one line, each call that is cut costs itself alone, however many they are", () => {
  const calls = Array.from({ length: 5 }, () => sampleCalls()).flat().map((call, n) => {
    // Some lack a field, as they do where fields without a value are left out.
    const { common_location: place, ...rest } = { ...call, crime_id: String(n) } as Record<string, string>;
    return JSON.stringify(n % 50 === 0 ? rest : { ...rest, common_location: place });
  });
  const isCut = (n: number) => n % 1_000 === 500;
  const cut = calls.map((call, n) => isCut(n) ? call.slice(0, 20 + n % 300) : call);
  const { sent, broken } = split(`[${cut.join(",")}]`);
  deepEqual(sent, calls.filter((_, n) => !isCut(n)));
  deepEqual(broken.map(({ position }) => position.record), [...cut.keys()].filter(isCut).map((n) => n + 1));
});

Deno.test("A string that never ends takes nothing along but itself", () => {
  const good = '{"crime_id":"1"}';
  const { sent, broken } = split("[", good, ',{"crime_id":"', "x".repeat(10_000_000), "\n,", good, "]");
  deepEqual(sent, [good, good]);
  deepEqual(broken.map(({ position, length }) => [position.record, length]), [[2, 10_000_015]]);
});

Deno.test("A bracket too many between the elements does not end the array", () => {
  const { sent, broken, isIncomplete } = split('[{"a":1},{"a":2}],{"a":3},{"a":4}]');
  deepEqual(sent, ['{"a":1}', '{"a":3}', '{"a":4}']);
  // Nobody can tell whether it is an element, or the rest of one.
  deepEqual(broken.map(({ mayHoldRecords }) => mayHoldRecords), [true]);
  ok(!isIncomplete);
});

Deno.test("An array may follow another", () => {
  const { sent, broken, isIncomplete } = split('[{"a":1},{"a":2}]\n[{"a":3}]\n[]\n');
  deepEqual(sent, ['{"a":1}', '{"a":2}', '{"a":3}']);
  deepEqual(broken, []);
  ok(!isIncomplete);
});

Deno.test("What follows the end of an array is one broken item, which may hold records", () => {
  const { items } = split('[{"a":1}]\n{"a":2} tail\n');
  deepEqual(items.map(({ kind }) => kind), ["record", "broken"]);
  const last = items[1] as BrokenItem;
  equal(decoder.decode(last.bytes), '{"a":2} tail');
  deepEqual(last.position, { record: 2, line: 2, offset: 10 });
  ok(last.mayHoldRecords);
});

Deno.test("An array that breaks off is incomplete, behind an element and in it; a whole one is not", () => {
  for (
    const text of ['[{"a":1}', '[{"a":1},', '[{"a":1}, {"a"', '[{"a":1},{"a":"x', "[", '[{"a":[{"b":1}]']
  ) {
    ok(split(text).isIncomplete, text);
  }
  for (const text of ['[{"a":1}]', "[]", '[{"a":1},]', '{"a":1}', '[{"a":1},{"a":"x\n]', '{"a":1']) {
    ok(!split(text).isIncomplete, text);
  }
});

Deno.test("A line over the limit is one broken record, and the numbers of the others are right", () => {
  const line = (n: number) => `{"crime_id":"${n}"}`;
  for (
    const long of [
      `{"crime_id":"${"x".repeat(20_000_000)}"}`,
      "x".repeat(12_000_000),
      `{"a":${"[".repeat(9_000_000)}`,
    ]
  ) {
    const { items } = split([line(1), long, line(3), "{broken", line(5)].join("\n"));
    deepEqual(items.map(({ kind, position }) => [kind, position.record, position.line]), [
      ["record", 1, 1],
      ["broken", 2, 2],
      ["record", 3, 3],
      ["broken", 4, 4],
      ["record", 5, 5],
    ]);
    const { reason, length, bytes } = items[1] as BrokenItem;
    match(reason, /^it is larger than 976.6 KiB/);
    equal(length, long.length);
    ok(bytes.length <= 5 * RECORD_BYTES_MAX);
  }
});

Deno.test("Objects on one line are records as those on several are", () => {
  const all = elements(5);
  for (const separator of ["", " ", "\n", "\n\n  ", "\r\n"]) deepEqual(split(all.join(separator)).sent, all);
  deepEqual(split(`${all[0]}\n${all[1]}${all[2]} ${all[3]}\n${all[4]}\n`).sent, all);
  const lines = split(`${all[0]}\n${all[1]}{"a":\n${all[2]}`);
  deepEqual(lines.sent, [all[0], all[2]], "a line with a broken object is one broken record");
  deepEqual(lines.broken.map(({ position }) => position.record), [2]);
});

Deno.test("Objects of several lines each: one that is broken costs itself alone, and no part of it is sent", () => {
  const pretty = (value: unknown) => JSON.stringify(value, null, 2);
  const values = elements(6, 2).map((text) => JSON.parse(text) as unknown);
  for (const at of [0, 3]) {
    for (
      const damage of [
        (text: string) => text.replace(/"id": \d/, '"id": NaN'),
        (text: string) => text.replace(/\d,/, ""),
      ]
    ) {
      const written = values.map(pretty);
      const { sent } = split(written.with(at, damage(written[at]!)).join("\n"));
      deepEqual(sent, values.toSpliced(at, 1).map((value) => JSON.stringify(value)));
    }
  }
});
