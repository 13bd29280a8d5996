/** The functions whose values are drawn at random: each is a function of the seed of its row, its first argument. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Value } from "../../../records/data_type.ts";
import { requireTextLength } from "../../values/text_bound.ts";
import { type Implementation, strict } from "../implementation.ts";
import { Generator } from "./generator.ts";

const CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** A text of so many letters and digits; NULL counts as 0. @throws {SfcrimeError} QUERY_FAILED */
function text(seed: Uint8Array, length: number): string {
  if (length < 0) throw new SfcrimeError("QUERY_FAILED", `randstr cannot make ${length} characters.`);
  requireTextLength(length);
  const generator = new Generator(seed);
  let made = "";
  for (let index = 0; index < length; index++) made += CHARACTERS[generator.below(CHARACTERS.length)];
  return made;
}

/** A UUID of version 4: all but six of its bits are those of the seed. */
function uuid(seed: Uint8Array): string {
  const bytes = seed.slice();
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The elements in any order: the algorithm of Fisher and Yates. */
function shuffled(seed: Uint8Array, list: readonly Value[]): readonly Value[] {
  const generator = new Generator(seed);
  const elements = [...list];
  for (let left = elements.length; left > 1; left--) {
    const taken = generator.below(left);
    [elements[left - 1], elements[taken]] = [elements[taken]!, elements[left - 1]!];
  }
  return elements;
}

/** By their names in plans. */
export const RANDOM_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  rand: strict((seed: Uint8Array) => new Generator(seed).double()),
  randn: strict((seed: Uint8Array) => new Generator(seed).gaussian()),
  uniform: strict((seed: Uint8Array, min: number, max: number) =>
    min + (max - min) * new Generator(seed).double()
  ),
  randstr: strict(text),
  uuid: strict(uuid),
  shuffle: strict(shuffled),
};
