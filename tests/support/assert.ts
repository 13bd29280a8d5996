/**
 * Strict assertions under short names. `node:assert/strict` has them as properties of its default export only:
 * its named export `equal` is the loose one on Deno, for which 1 and "1" are equal.
 */
export {
  deepStrictEqual as deepEqual,
  doesNotMatch,
  doesNotThrow,
  fail,
  match,
  notDeepStrictEqual as notDeepEqual,
  notStrictEqual as notEqual,
  ok,
  rejects,
  strictEqual as equal,
  throws,
} from "node:assert";
