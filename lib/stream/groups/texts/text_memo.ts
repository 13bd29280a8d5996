/**
 * Texts that were read last, by their bytes: most keys have few distinct texts, and comparing the bytes with a string
 * costs less than making another one, which also would be garbage soon.
 */
import type { Buffer } from "node:buffer";

/** A power of two. */
const TEXTS = 1_024;
/** Longer texts are rarely the same. */
const LENGTH_MAX = 64;

/** See the module's description. A text is replaced by the next one with the same hash. */
export class TextMemo {
  readonly #texts: string[] = new Array<string>(TEXTS).fill("");

  /** The ASCII text in `bytes[start, end)`. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > LENGTH_MAX) return bytes.toString("latin1", start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
    const slot = (hash ^ (hash >>> 13)) & (TEXTS - 1);
    const known = this.#texts[slot]!;
    if (known.length === length) {
      let at = 0;
      while (at < length && known.charCodeAt(at) === bytes[start + at]) at++;
      if (at === length) return known;
    }
    return this.#texts[slot] = bytes.toString("latin1", start, end);
  }
}
