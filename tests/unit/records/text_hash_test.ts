/** The hash by which the kernel finds known texts, on texts as they repeat in records. */
import { Buffer } from "node:buffer";
import { JSON_KERNEL } from "../../../lib/records/json/kernel/json_kernel.wasm.ts";
import { requireEvenSpread } from "../../support/hash_spread.ts";

const memory = new WebAssembly.Memory({ initial: 1 });
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(JSON_KERNEL, "base64")), {
  env: { memory },
  host: { memberOf: () => 0 },
});
const hashOf = exports.hashOf as (start: number, length: number) => number;

let fill = 0;

function hash(text: string): number {
  const bytes = new Uint8Array(memory.buffer);
  // What follows a text must not count.
  bytes.fill(fill++);
  return hashOf(64, new TextEncoder().encodeInto(text, bytes.subarray(64)).written);
}

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "letters": LETTERS,
  "pairs of letters": LETTERS.flatMap((first) => LETTERS.map((second) => first + second)),
  "codes of three letters": LETTERS.flatMap((first) => LETTERS.map((last) => `${first}D${last}`)),
  "numbers of seven digits": numbers(7, ""),
  "numbers of eight digits": numbers(8, ""),
  "numbers of nine digits": numbers(9, ""),
  "texts that end with a number": numbers(8, "Passing Call at the corner of "),
  "texts of 16 bytes": numbers(4, "Suspicious P"),
};

function numbers(digits: number, start: string): string[] {
  return Array.from({ length: 1_000 }, (_, index) => start + String(index).padStart(digits, "0"));
}

for (const [kind, texts] of Object.entries(KINDS)) {
  Deno.test(`The lowest bits of hashes spread ${kind} as evenly as chance does`, () => {
    requireEvenSpread(texts.map(hash));
  });
}
