/** Encodes rows in the format of a sink where they are produced: in a worker or in the coordinator. */
import { CHUNK_BYTES_MAX } from "../../base/bounds.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { GroupResult } from "../../stream/operators/grouping/group_rows.ts";
import { bytesOfValue } from "../../stream/values/memory_estimate.ts";
import { JsonLines, lineEnd } from "./json_lines.ts";
import type { FixedText } from "./text_bytes.ts";
import type { RowChunk, RowFormat } from "../sink.ts";

/** The options of an encoder. */
export interface EncoderOptions {
  readonly format: RowFormat;
  readonly schema: Schema;
  readonly zone: TimeZone;
  readonly query: string;
  /** How many groups have to be written together for the kernel to write them, if not as many as usual. */
  readonly packedMin?: number | undefined;
}

/** Collects rows into chunks. The caller may reuse a row as soon as it is added. */
export interface RowEncoder {
  /** Rows added since the last chunk. */
  readonly rowCount: number;
  /** What they take, about: texts and lists, of which a row may have large ones. */
  readonly byteCount: number;
  /** Whether values of its rows may be `TextView`s. */
  readonly takesViews: boolean;
  add(row: Row, batchId: number): void;
  /** Returns what adds the rows of such a result, by their groups. */
  groupAdder(result: GroupResult, batchId: number): AddGroups;
  /** Returns the rows as a chunk, and starts over. */
  take(): RowChunk;
  /** Takes back the memory of a chunk that has been written. */
  recycle(chunk: RowChunk): void;
}

/** Adds groups of a list from an index on, so many at most, or until a chunk is full; returns how many. */
export type AddGroups = (groups: Int32Array, from: number, countMax: number) => number;

/** Whether what was gathered is enough for one chunk. */
export function isFull({ rowCount, byteCount }: RowEncoder, rowsMax: number): boolean {
  return rowCount >= rowsMax || byteCount >= CHUNK_BYTES_MAX;
}

/** An encoder for a query and the format of its sink. */
export function rowEncoder(options: EncoderOptions): RowEncoder {
  return options.format.kind === "ndjson"
    ? new NdjsonEncoder(options, options.format.withBatch)
    : new ValueEncoder(options.format.rowsMax);
}

class NdjsonEncoder implements RowEncoder {
  readonly takesViews = true;
  readonly #lines: JsonLines;
  readonly #queryTag: string | undefined;
  #batchId: number | undefined;
  #end = lineEnd();

  constructor({ schema, zone, query, packedMin }: EncoderOptions, withBatch: boolean) {
    this.#lines = new JsonLines(schema, zone, packedMin);
    this.#queryTag = withBatch ? `,"query":${JSON.stringify(query)},"batchId":` : undefined;
  }

  get rowCount(): number {
    return this.#lines.rowCount;
  }

  get byteCount(): number {
    return this.#lines.byteCount;
  }

  add(row: Row, batchId: number): void {
    this.#lines.add(row, this.#endOf(batchId));
  }

  groupAdder({ columns }: GroupResult, batchId: number): AddGroups {
    const end = this.#endOf(batchId);
    return (groups, from, countMax) => {
      const to = Math.min(groups.length, from + countMax);
      return this.#lines.addGroups(columns, { groups, from, to, bytesMax: CHUNK_BYTES_MAX, end }) - from;
    };
  }

  #endOf(batchId: number): FixedText {
    if (this.#queryTag !== undefined && batchId !== this.#batchId) {
      this.#end = lineEnd(this.#queryTag + batchId);
      this.#batchId = batchId;
    }
    return this.#end;
  }

  take(): RowChunk {
    return { rowCount: this.rowCount, text: this.#lines.take() };
  }

  recycle({ text }: RowChunk): void {
    if (text !== undefined) this.#lines.recycle(text);
  }
}

class ValueEncoder implements RowEncoder {
  /** Rows that are only counted may have any values. */
  readonly takesViews: boolean;
  rowCount = 0;
  byteCount = 0;
  readonly #rowsMax: number;
  #rows: Row[] = [];

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
    this.takesViews = rowsMax === 0;
  }

  add(row: Row): void {
    this.rowCount++;
    if (this.#rows.length >= this.#rowsMax) return;
    this.#rows.push([...row]);
    for (let index = 0; index < row.length; index++) {
      const value = row[index]!;
      if (typeof value === "string") this.byteCount += value.length;
      else if (typeof value === "object") this.byteCount += bytesOfValue(value);
    }
  }

  groupAdder({ rowOf }: GroupResult): AddGroups {
    return (groups, from, countMax) => {
      const to = Math.min(groups.length, from + countMax);
      let at = from;
      do {
        if (this.#rows.length < this.#rowsMax) this.add(rowOf(groups[at]!));
        else this.rowCount++;
      } while (++at < to && this.byteCount < CHUNK_BYTES_MAX);
      return at - from;
    };
  }

  take(): RowChunk {
    const chunk = { rowCount: this.rowCount, rows: this.#rows };
    this.rowCount = 0;
    this.byteCount = 0;
    this.#rows = [];
    return chunk;
  }

  /** Sinks may keep rows. */
  recycle(): void {}
}
