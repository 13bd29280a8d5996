/** The hash by which groups are found, on keys as streams have them. */
import { Buffer } from "node:buffer";
import { GROUP_KERNEL } from "../../../lib/stream/groups/kernel/group_kernel.wasm.ts";
import { requireEvenSpread } from "../../support/hash_spread.ts";

const memory = new WebAssembly.Memory({ initial: 1 });
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(GROUP_KERNEL, "base64")), {
  env: { memory },
  host: { grown: () => {} },
});
const hashOf = exports.hashOf as (key: number, bytes: number) => number;

const KEY_AT = 64;

/** A key is whole words of eight bytes. */
function hash(...words: readonly (bigint | string)[]): number {
  const view = new DataView(memory.buffer, KEY_AT);
  for (const [index, word] of words.entries()) {
    if (typeof word === "bigint") view.setBigInt64(index * 8, word, true);
    else new TextEncoder().encodeInto(word, new Uint8Array(memory.buffer, KEY_AT + index * 8, 8));
  }
  return hashOf(KEY_AT, words.length * 8);
}

const NUMBERS = Array.from({ length: 1_000 }, (_, index) => BigInt(index));
const WINDOW_MICROS = 300_000_000n;
const START_MICROS = 1_546_300_800_000_000n;
const KINDS: Readonly<Record<string, readonly number[]>> = {
  "counters": NUMBERS.map((n) => hash(n)),
  "counters, negated": NUMBERS.map((n) => hash(-n)),
  "windows one after the other": NUMBERS.map((n) => hash(START_MICROS + n * WINDOW_MICROS)),
  "numbers that differ in their highest byte": NUMBERS.slice(0, 256).map((n) => hash(n << 56n)),
  "texts that differ in the last of eight bytes": NUMBERS.slice(0, 26).map((n) =>
    hash(`AlarmNo${String.fromCharCode(65 + Number(n))}`)
  ),
  "windows with texts": NUMBERS.map((n) => hash(START_MICROS + n / 10n * WINDOW_MICROS, `Alarm 0${n % 10n}`)),
};

for (const [kind, hashes] of Object.entries(KINDS)) {
  Deno.test(`The lowest bits of hashes spread ${kind} as evenly as chance does`, () =>
    requireEvenSpread(hashes));
}
