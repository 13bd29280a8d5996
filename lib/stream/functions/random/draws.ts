/**
 * The seeds of values that are drawn at random. They are no state: a seed follows from the query, from the record or
 * the group that a row comes from, from the call, and from how many rows of the same one came to it before. So a batch
 * that runs again draws the same values, on however many workers, and each query draws its own.
 */
import { createHash } from "node:crypto";
import type { Row, Value } from "../../../records/data_type.ts";
import { type RowWords, seedOf } from "./generator.ts";

/** The place of the current row, from which the calls of a pipeline draw. */
export class Draws {
  #place = "";
  #places = 0;
  #rows = 0;
  #words: RowWords = [0, 0];

  /** Sets what all rows from now on share: the query, and its part of the batch. */
  usePlace(place: string): void {
    this.#place = place;
    this.#places++;
  }

  /** Begins a row that comes in; of those that are made of it, each draws a seed of its own. */
  begin(words: RowWords): void {
    this.#words = words;
    this.#rows++;
  }

  /** What draws the seeds for a call, by its number. */
  source(draw: number): () => Uint8Array {
    let [places, row, count] = [-1, -1, 0];
    let base: Int32Array;
    return () => {
      if (places !== this.#places) {
        places = this.#places;
        base = baseOf(`${this.#place} ${draw}`);
      }
      count = row === this.#rows ? count + 1 : 0;
      row = this.#rows;
      return seedOf(base, this.#words, count);
    };
  }
}

/** What the record at an offset is told apart by, within its partition. */
export function wordsOfOffset(offset: number): RowWords {
  return [offset | 0, Math.floor(offset / 2 ** 32)];
}

/** What rows of operators are told apart by: their values, and of equal ones how many came before in the batch. */
export class RowIdentity {
  readonly #keys: number | undefined;
  readonly #counts = new Map<string, number>();

  /** @param keys So many of the first values are enough, as no two rows have the same ones. */
  constructor(keys: number | undefined) {
    this.#keys = keys;
  }

  /** Begins a batch. */
  begin(): void {
    this.#counts.clear();
  }

  wordsOf(row: Readonly<Row>): RowWords {
    const text = textOf(this.#keys === undefined ? row : row.slice(0, this.#keys));
    if (this.#keys !== undefined) return wordsOf(text);
    const count = this.#counts.get(text) ?? 0;
    this.#counts.set(text, count + 1);
    return wordsOf(`${text} ${count}`);
  }
}

function wordsOf(text: string): RowWords {
  const [low, high] = baseOf(text);
  return [low!, high!];
}

function baseOf(text: string): Int32Array {
  const digest = createHash("sha256").update(text).digest();
  return Int32Array.from({ length: 4 }, (_none, index) => digest.readInt32LE(4 * index));
}

/** A value as text: equal ones have the same, and no other has it. */
function textOf(value: Value): string {
  if (value === null) return "-";
  if (typeof value === "string") return `${value.length}:${value}`;
  if (typeof value !== "object") return String(value);
  return value instanceof Uint8Array ? `x${value.toHex()}` : `(${value.map(textOf).join(" ")})`;
}
