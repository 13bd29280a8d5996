/** A part of an input that is no record, while its end is looked for. */
import { BROKEN_BYTES_KEPT_MAX, SPREAD_RECORD_BYTES_MAX } from "../base/bounds.ts";
import { concat } from "../base/bytes.ts";
import { findElement, SEARCH_BYTES } from "./depth_search.ts";
import { continuationOf, type ElementLayout, ElementLexer } from "./element_lexer.ts";
import type { BrokenItem, InputPosition } from "./input_item.ts";
import { isSpace } from "./json_scan.ts";
import type { RecordShape } from "./record_shape.ts";

const [NEWLINE, COMMA, OPEN_BRACE] = [0x0a, 0x2c, 0x7b];

/** By what the end of a broken region is found. */
export type EndingBy =
  /** By its own depth; it broke off `failedAt` bytes behind its start. */
  | { readonly kind: "depth"; readonly failedAt: number }
  /** By what follows, since its depth is lost from the start. */
  | { readonly kind: "search" }
  | { readonly kind: "line" }
  /** It goes on to the end of the input. */
  | { readonly kind: "input" };

/** What is known of a region when it begins. */
export interface RegionDetails {
  readonly position: InputPosition;
  readonly reason: string;
  readonly layout: ElementLayout;
  readonly endingBy: EndingBy;
  /** What records look like, as far as that is known. */
  readonly shape: RecordShape;
  /** Whether its first byte belongs to an object that may be a record. */
  readonly beginsWithRecord: boolean;
}

/** How far a step has come. */
export interface RegionStep {
  /** Bytes that belong to the region, and need not be given again. */
  readonly taken: number;
  readonly state: "over" | "more bytes" | "another step";
}

/** See the module's description. It keeps its first bytes only: it may be as long as the input. */
export class BrokenRegion {
  readonly #details: RegionDetails;
  readonly #lexer: ElementLexer;
  #endingBy: EndingBy["kind"];
  /** Where to go on, counted from the first byte that is not taken yet. */
  #at = 0;
  /** Where it broke off, counted like that; undefined when these bytes are taken. */
  #failedAt: number | undefined;
  #isDepthLost = false;
  #hasObject: boolean;
  readonly #kept: Uint8Array[] = [];
  #keptLength = 0;
  #length = 0;

  constructor(details: RegionDetails) {
    this.#details = details;
    this.#lexer = new ElementLexer(details.layout);
    this.#endingBy = details.endingBy.kind;
    this.#failedAt = details.endingBy.kind === "depth" ? details.endingBy.failedAt : undefined;
    this.#isDepthLost = this.#endingBy === "search" || this.#endingBy === "input";
    this.#hasObject = details.beginsWithRecord;
  }

  /** Whether its end was looked for in what follows, which may be the end of the whole array. */
  get isSearched(): boolean {
    return this.#endingBy === "search";
  }

  /**
   * Goes on to look for its end.
   *
   * @param rest The input from the first byte on that is not taken yet.
   * @param isLast Whether nothing follows these bytes.
   */
  step(rest: Uint8Array, isLast: boolean): RegionStep {
    switch (this.#endingBy) {
      case "depth":
        return this.#readByDepth(rest, isLast);
      case "search":
        return this.#search(rest, isLast);
      case "line": {
        const newline = rest.indexOf(NEWLINE);
        return newline < 0 ? this.#takeAll(rest, isLast) : this.#take(rest, newline, "over");
      }
      case "input":
        return this.#takeAll(rest, isLast);
    }
  }

  #readByDepth(rest: Uint8Array, isLast: boolean): RegionStep {
    const outcome = this.#lexer.read(rest, this.#at);
    this.#at = this.#lexer.at;
    if (outcome === "more") {
      if (isLast) {
        // Where it should have ended, nobody can tell.
        this.#isDepthLost = true;
        return this.#takeAll(rest, isLast);
      }
      return this.#at > SPREAD_RECORD_BYTES_MAX
        ? this.#take(rest, this.#at, "more bytes")
        : { taken: 0, state: "more bytes" };
    }
    const { layout } = this.#details;
    const isEnough = isLast || rest.length - this.#at > SPREAD_RECORD_BYTES_MAX;
    const follows = outcome === "end" ? continuationOf(rest, this.#at, { layout, isLast: isEnough }) : "part";
    if (follows === "unknown") return { taken: 0, state: "more bytes" };
    if (follows === "element") return this.#take(rest, this.#at, "over");
    this.#isDepthLost = true;
    this.#endingBy = "search";
    // What stands in front of the place where it broke off is in its place there, and so may be a part of it.
    this.#at = this.#failedAt ?? this.#at;
    return { taken: 0, state: "another step" };
  }

  #search(rest: Uint8Array, isLast: boolean): RegionStep {
    if (!isLast && rest.length - this.#at < SEARCH_BYTES) return { taken: 0, state: "more bytes" };
    const { layout, shape } = this.#details;
    const found = findElement(rest, this.#at, {
      layout,
      shape,
      isLast,
      beginsWithBroken: this.#length === 0,
    });
    if (found !== undefined) return this.#take(rest, found, "over");
    return isLast
      ? this.#takeAll(rest, isLast)
      : this.#take(rest, this.#at + SPREAD_RECORD_BYTES_MAX, "another step");
  }

  #takeAll(rest: Uint8Array, isLast: boolean): RegionStep {
    return this.#take(rest, rest.length, isLast ? "over" : "more bytes");
  }

  #take(rest: Uint8Array, count: number, state: RegionStep["state"]): RegionStep {
    const bytes = rest.subarray(0, count);
    // The first byte is its own brace.
    this.#hasObject ||= bytes.indexOf(OPEN_BRACE, this.#length === 0 ? 1 : 0) >= 0;
    this.#length += count;
    const kept = bytes.slice(0, BROKEN_BYTES_KEPT_MAX - this.#keptLength);
    this.#keptLength += kept.length;
    if (kept.length > 0) this.#kept.push(kept);
    this.#at = 0;
    this.#failedAt = undefined;
    return { taken: count, state };
  }

  /** What it is when it is over, without separators at its end; undefined where there was nothing else. */
  item(): BrokenItem | undefined {
    const kept = concat(this.#kept);
    const isWhole = kept.length === this.#length;
    let end = kept.length;
    while (isWhole && end > 0 && (isSpace(kept[end - 1]) || kept[end - 1] === COMMA)) end--;
    if (end === 0) return undefined;
    const { position, reason } = this.#details;
    const mayHoldRecords = this.#isDepthLost && this.#hasObject;
    return {
      kind: "broken",
      position,
      bytes: kept.subarray(0, end),
      length: isWhole ? end : this.#length,
      reason: mayHoldRecords ? `${reason}, and its end cannot be told` : reason,
      mayHoldRecords,
    };
  }
}
