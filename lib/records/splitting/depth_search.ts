/**
 * Finds the next element of an input after one that is truncated, or whose quotes or brackets do not match:
 * then the depth is unknown, and an object that follows may be an element or a part of the broken one.
 *
 * They differ in what comes after them. A part is followed, sooner or later, by the brackets that close its
 * parent; elements are followed by elements, up to the end of the input. So an object is an element if
 * everything after it stays at its depth: up to the end, or, if the objects have the members of earlier
 * records, for longer than the longest record. Everything else is skipped.
 */
import { SPREAD_RECORD_BYTES_MAX } from "../../base/bounds.ts";
import { continuationOf, type ElementLayout, ElementLexer, skipSpace } from "./element_lexer.ts";
import { isSpace, JsonScanner } from "../json/json_scan.ts";
import type { RecordShape } from "../record_shape.ts";

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The share of consecutive objects that must look like records; some real ones lack a member. */
const ALIKE_SHARE_MIN = 0.9;

const text = new TextDecoder();

/** How much of the input a search needs at once, unless it ends earlier. */
export const SEARCH_BYTES = 2 * SPREAD_RECORD_BYTES_MAX;

/** The options of a search. */
export interface DepthSearch {
  readonly layout: ElementLayout;
  /** Whether nothing follows the bytes. */
  readonly isLast: boolean;
  /** Whether the bytes begin with the broken element. */
  readonly beginsWithBroken: boolean;
  /** The shape of records, as far as it is known. */
  readonly shape: RecordShape;
}

/** The result of following the objects after a position. */
type Run =
  /** What follows stays at its depth; an element starts at `at`, if anywhere. */
  | { readonly kind: "elements"; readonly at: number | undefined }
  /** It was a part, or it is uncertain; the search continues at `at`. */
  | { readonly kind: "unproven"; readonly at: number };

/** Where the next element starts, from a position on; undefined if none is certain in these bytes. */
export function findElement(bytes: Uint8Array, from: number, search: DepthSearch): number | undefined {
  const scanner = new JsonScanner();
  // An element needs this much input after it.
  const limit = search.isLast ? bytes.length : Math.min(bytes.length, from + SPREAD_RECORD_BYTES_MAX);
  for (let at = bytes.indexOf(OPEN_BRACE, from); at >= 0 && at < limit;) {
    const end = endOfObject(scanner, { bytes, at, search });
    let next = Math.max(at + 1, end.next);
    if (end.isWhole) {
      const run = followRun(scanner, { bytes, at, search });
      if (run.kind === "elements") return run.at;
      next = Math.max(next, run.at);
    }
    at = bytes.indexOf(OPEN_BRACE, next);
  }
  return undefined;
}

interface Place {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly search: DepthSearch;
}

/** Whether there is a complete object; anything inside it, or inside a broken one, may be a part of it. */
function endOfObject(scanner: JsonScanner, { bytes, at, search }: Place): { isWhole: boolean; next: number } {
  const isWhole = scanner.scan(bytes, at, search.isLast) === "value" &&
    continuationOf(bytes, scanner.end, search) !== "part";
  return { isWhole, next: scanner.doubtfulFrom };
}

/** Follows the elements from the complete object at a position, which was scanned last. */
function followRun(scanner: JsonScanner, { bytes, at: first, search }: Place): Run {
  const { layout, isLast, shape } = search;
  let [objects, alike] = [1, Number(shape.isAlike(scanner.value, scanner))];
  const isPlausible = () => alike >= objects * ALIKE_SHARE_MIN;
  // If the broken element has an extra closing brace, the rest of it also looks like an element.
  const begins = shape.isKnown
    ? shape.beginsAlike(scanner.value, scanner)
    : search.beginsWithBroken && isCutOff(bytes, first);
  let element = begins ? first : undefined;
  for (let at = scanner.end;;) {
    if (isPlausible() && at - first >= SPREAD_RECORD_BYTES_MAX) return { kind: "elements", at: element };
    at = skipSpace(bytes, at);
    if (at >= bytes.length) {
      const isEnd = isLast && (layout === "sequence" || isPlausible());
      return isEnd ? { kind: "elements", at: element } : { kind: "unproven", at };
    }
    const byte = bytes[at]!;
    if (byte === COMMA) {
      at++;
      continue;
    }
    if (byte === CLOSE_BRACKET && layout === "array" && endsInput(bytes, at + 1, isLast)) {
      return { kind: "elements", at: element };
    }
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return { kind: "unproven", at: at + 1 };
    if (scanner.scan(bytes, at, isLast) === "value") {
      if (continuationOf(bytes, scanner.end, search) === "part") return { kind: "unproven", at: scanner.end };
      if (byte === OPEN_BRACE) {
        objects++;
        if (shape.isAlike(scanner.value, scanner)) alike++;
        element ??= at;
      }
      at = scanner.end;
      continue;
    }
    const brokenAt = scanner.doubtfulFrom;
    const end = endOfBroken({ bytes, at, search });
    if (typeof end === "number") at = end;
    else if (end === "lost" && isPlausible()) at = nextAlike(scanner, { bytes, at: brokenAt, search });
    else return { kind: "unproven", at: Math.max(at + 1, brokenAt) };
  }
}

/** Whether what precedes an object is the start of a similar one, too short to have a name. */
function isCutOff(bytes: Uint8Array, first: number): boolean {
  let end = first;
  while (isSpace(bytes[end - 1]) || bytes[end - 1] === COMMA) end--;
  for (let at = 0; at < end; at++) if (bytes[at] !== bytes[first + at]) return false;
  return true;
}

/** Where a broken element ends by its own depth, unless that is unknown or shows that it is a part. */
function endOfBroken({ bytes, at, search }: Place): number | "lost" | "part" {
  const lexer = new ElementLexer(search.layout);
  switch (lexer.read(bytes, at)) {
    case "more":
      return bytes.length;
    case "lost":
      return lexer.isClosedTooOften ? "part" : "lost";
    case "end":
      return continuationOf(bytes, lexer.at, search) === "part" ? "part" : lexer.at;
  }
}

/** The next complete object that looks like a record, or the end of the bytes. */
function nextAlike(scanner: JsonScanner, { bytes, at, search }: Place): number {
  for (let next = bytes.indexOf(OPEN_BRACE, at); next >= 0;) {
    const end = endOfObject(scanner, { bytes, at: next, search });
    if (end.isWhole && search.shape.isAlike(scanner.value, scanner)) return next;
    next = bytes.indexOf(OPEN_BRACE, Math.max(next + 1, end.next));
  }
  return bytes.length;
}

function endsInput(bytes: Uint8Array, from: number, isLast: boolean): boolean {
  const at = skipSpace(bytes, from);
  return at >= bytes.length ? isLast : bytes[at] === OPEN_BRACKET;
}

/** The complete names at the outermost level of a broken object. */
export function namesOfBroken(bytes: Uint8Array): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    else if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (depth === 1 && bytes[skipSpace(bytes, end)] === COLON) {
        names.push(text.decode(bytes.subarray(at, end)));
      }
      at = end - 1;
    }
  }
  return names;
}

/** The position after the string that starts at a quote. */
function endOfString(bytes: Uint8Array, quote: number): number {
  let at = quote + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
