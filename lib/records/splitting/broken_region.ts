/** A part of an input that is not a valid record, while its end is being searched for. */
import { BROKEN_BYTES_KEPT_MAX, SPREAD_RECORD_BYTES_MAX } from "../../base/bounds.ts";
import { concat } from "../../base/text/bytes.ts";
import { findElement, SEARCH_BYTES } from "./depth_search.ts";
import { continuationOf, type ElementLayout, ElementLexer } from "./element_lexer.ts";
import type { BrokenItem, InputPosition } from "./input_item.ts";
import { isSpace } from "../json/json_scan.ts";
import type { RecordShape } from "../record_shape.ts";

const [NEWLINE, COMMA, OPEN_BRACE] = [0x0a, 0x2c, 0x7b];

/** How the end of a broken region is found. */
export type EndingBy =
  /** By its own depth; parsing failed `failedAt` bytes after its start. */
  | { readonly kind: "depth"; readonly failedAt: number }
  /** By what follows, since its depth is unknown from the start. */
  | { readonly kind: "search" }
  | { readonly kind: "line" }
  /** It extends to the end of the input. */
  | { readonly kind: "input" };

/** What is known about a region at its start. */
export interface RegionDetails {
  readonly position: InputPosition;
  readonly reason: string;
  readonly layout: ElementLayout;
  readonly endingBy: EndingBy;
  /** The shape of records, as far as it is known. */
  readonly shape: RecordShape;
  /** Whether it starts with an object that may be a record. */
  readonly beginsWithRecord: boolean;
}

/** The result of a step. */
export interface RegionStep {
  /** The number of bytes that belong to the region and are consumed. */
  readonly taken: number;
  readonly state: "over" | "more bytes" | "another step";
}

/** See the module's description. Only the first bytes are kept, as a region may be as long as the input. */
export class BrokenRegion {
  readonly #details: RegionDetails;
  readonly #lexer: ElementLexer;
  #endingBy: EndingBy["kind"];
  /** Where to continue, counted from the first byte that is not consumed yet. */
  #at = 0;
  /** Where parsing failed, counted the same way; undefined once these bytes are consumed. */
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

  /** Whether its end was searched for in what follows, which may include the end of the array. */
  get isSearched(): boolean {
    return this.#endingBy === "search";
  }

  /**
   * Continues the search for its end.
   *
   * @param rest The input from the first byte that is not consumed yet.
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
        // It is unknown where it should have ended.
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
    // What comes before the position of the failure was valid there, so it may be part of the region.
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
    // The first byte is the brace of the region itself.
    this.#hasObject ||= bytes.indexOf(OPEN_BRACE, this.#length === 0 ? 1 : 0) >= 0;
    this.#length += count;
    const kept = bytes.slice(0, BROKEN_BYTES_KEPT_MAX - this.#keptLength);
    this.#keptLength += kept.length;
    if (kept.length > 0) this.#kept.push(kept);
    this.#at = 0;
    this.#failedAt = undefined;
    return { taken: count, state };
  }

  /** The region as an item, without trailing separators; undefined if there was nothing else. */
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
      reason: mayHoldRecords ? `${reason}, and its end cannot be determined` : reason,
      mayHoldRecords,
    };
  }
}
