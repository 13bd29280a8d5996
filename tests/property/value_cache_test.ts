import { equal } from "assert";
import fc from "fast-check";
import { ValueCache } from "../../lib/records/value_cache.ts";

const utf8 = new TextDecoder();

function textAt(bytes: Uint8Array): (start: number, end: number) => string {
  return (start, end) => utf8.decode(bytes.subarray(start, end));
}

Deno.test("A cache gives of each text what was made of it, however many there are and in whatever order", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 200 }), { maxLength: 400 }), (texts) => {
      const cache = new ValueCache<string>();
      for (const text of [...texts, ...texts]) {
        const bytes = new TextEncoder().encode(`"${text}"`);
        equal(cache.get(bytes, 1, bytes.length - 1, textAt(bytes)), utf8.decode(bytes.subarray(1, -1)));
      }
    }),
  );
});

Deno.test("A text that is known is made once; texts that never come again stop being kept", () => {
  const cache = new ValueCache<string>();
  let made = 0;
  const get = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return cache.get(bytes, 0, bytes.length, (start, end) => {
      made++;
      return textAt(bytes)(start, end);
    });
  };
  for (let round = 0; round < 1_000; round++) equal(get(`type ${round % 10}`), `type ${round % 10}`);
  equal(made, 10);
  for (let id = 0; id < 100_000; id++) equal(get(`id ${id}`), `id ${id}`);
  for (let round = 0; round < 100; round++) equal(get("type 1"), "type 1");
  equal(made, 10 + 100_000 + 100, "a column of ever new texts is not worth keeping");
});
