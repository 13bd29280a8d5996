/**
 * Finds where a broken element ends by its own depth. It is more lenient than a scan about what is between
 * the brackets (`NaN`, a name without quotes, an extra comma), but as strict about brackets and quotes in
 * invalid places: from there on the nesting depth is unknown.
 */
import { isSpace } from "../json/json_scan.ts";

const [NEWLINE, QUOTE, BACKSLASH, COMMA, COLON] = [0x0a, 0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Deeper nesting counts as unknown depth. */
const DEPTH_MAX = 100_000;

/** Whether elements are in an array or a plain sequence. */
export type ElementLayout = "array" | "sequence";

/** The result of a lexer: the end of the element, nothing yet, or that its depth is unknown. */
export type ElementOutcome = "end" | "more" | "lost";

/** The kind of the last token. */
type Token = "start" | "open" | "comma" | "colon" | "string" | "word" | "close";

/** Reads one element, in one or more pieces. */
export class ElementLexer {
  readonly #layout: ElementLayout;
  /** The brackets that are open. */
  readonly #open: number[] = [];
  #last: Token = "start";
  #inString = false;
  #afterBackslash = false;

  constructor(layout: ElementLayout) {
    this.#layout = layout;
  }

  /** Whether the depth was lost at a bracket that closes the parent of the element. */
  isClosedTooOften = false;
  /** How far the input was read: the end of the element, or the position where its depth was lost. */
  at = 0;

  /** Continues at `start`, where the last call stopped. */
  read(bytes: Uint8Array, start: number): ElementOutcome {
    for (this.at = start; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at]!;
      if (this.#inString) {
        // A string cannot contain a line break: its closing quote is missing.
        if (byte === NEWLINE) return "lost";
        this.#readInString(byte);
      } else if (!isSpace(byte)) {
        if (this.#endsAt(byte)) return "end";
        if (!this.#take(byte)) return "lost";
      }
    }
    return "more";
  }

  #readInString(byte: number): void {
    if (this.#afterBackslash) this.#afterBackslash = false;
    else if (byte === BACKSLASH) this.#afterBackslash = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  /** Whether the element ends before a byte. */
  #endsAt(byte: number): boolean {
    if (this.#open.length > 0 || this.#last === "start") return false;
    return byte === COMMA || (this.#layout === "array" ? byte === CLOSE_BRACKET : byte === OPEN_BRACE);
  }

  /** Consumes a byte outside of strings; returns whether it is valid there. */
  #take(byte: number): boolean {
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        return this.#follow("string", ["start", "open", "comma", "colon"]);
      case OPEN_BRACE:
      case OPEN_BRACKET:
        return this.#enter(byte);
      case CLOSE_BRACE:
        return this.#leave(OPEN_BRACE);
      case CLOSE_BRACKET:
        return this.#leave(OPEN_BRACKET);
      case COMMA:
        this.#last = "comma";
        return this.#open.length > 0;
      case COLON:
        return this.#open.at(-1) === OPEN_BRACE && this.#follow("colon", ["string", "word"]);
      default:
        return this.#follow("word", ["start", "open", "comma", "colon", "word"]);
    }
  }

  #enter(bracket: number): boolean {
    // In an object it has to follow a name.
    const before: readonly Token[] = this.#open.at(-1) === OPEN_BRACE
      ? ["colon"]
      : ["start", "open", "comma"];
    const fits = this.#follow("open", this.#open.length === 0 ? ["start", "word"] : before);
    this.#open.push(bracket);
    return fits && this.#open.length <= DEPTH_MAX;
  }

  #leave(opener: number): boolean {
    this.#last = "close";
    this.isClosedTooOften = this.#open.length === 0;
    return this.#open.pop() === opener;
  }

  #follow(token: Token, allowed: readonly Token[]): boolean {
    const fits = allowed.includes(this.#last);
    this.#last = token;
    return fits;
  }
}

/**
 * How the input continues after an element: correctly, as if the element were part of another one, or not
 * known yet.
 */
export type Continuation = "element" | "part" | "unknown";

/**
 * Checks what follows an element. An extra bracket ends an element too early; the rest of it then shows by a
 * name, or by an unmatched bracket.
 *
 * @param isLast Whether nothing follows the bytes.
 */
export function continuationOf(
  bytes: Uint8Array,
  end: number,
  { layout, isLast }: { readonly layout: ElementLayout; readonly isLast: boolean },
): Continuation {
  const atEnd = isLast ? "element" : "unknown";
  let at = skipSpace(bytes, end);
  if (layout === "sequence" && bytes.subarray(end, at).includes(NEWLINE)) return "element";
  switch (bytes[at]) {
    case undefined:
      return atEnd;
    case COMMA:
      at = skipSpace(bytes, at + 1);
      break;
    case CLOSE_BRACKET: {
      if (layout === "sequence") return "part";
      const next = bytes[skipSpace(bytes, at + 1)];
      if (next === undefined) return atEnd;
      return next === COMMA || next === COLON || isCloser(next) ? "part" : "element";
    }
    default:
      if (layout === "array") return "part";
  }
  const next = bytes[at];
  if (next === undefined) return atEnd;
  if (next === QUOTE) return isName(bytes, at, isLast);
  if (next === CLOSE_BRACKET && layout === "array") return "element";
  return next === COLON || isCloser(next) ? "part" : "element";
}

/** Whether a string is the name of a member. */
function isName(bytes: Uint8Array, quote: number, isLast: boolean): Continuation {
  let at = quote + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  const next = bytes[skipSpace(bytes, at + 1)];
  if (next === undefined) return isLast ? "element" : "unknown";
  return next === COLON ? "part" : "element";
}

function isCloser(byte: number): boolean {
  return byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
}

/** The first position from `at` on that is not white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  while (isSpace(bytes[at])) at++;
  return at;
}
