/**
 * The rows that a query has emitted last, for whoever asks. Rows that workers have encoded stay as they are: only the
 * end of their text is kept after a batch, and it is read when somebody asks.
 */
import { RECENT_BYTES_MAX, RECENT_ROWS_MAX } from "../../base/bounds.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import type { RowChunk, RowFormat } from "../../sinks/sink.ts";
import { jsonRowReader } from "./json_values.ts";
import { LastRows } from "./last_rows.ts";

/** The options of recent rows. */
export interface RecentRowsOptions {
  readonly schema: Schema;
  readonly zone: TimeZone;
  readonly query: string;
  readonly format: RowFormat;
}

/** The last lines of a chunk. */
interface Lines {
  readonly text: Uint8Array;
  readonly count: number;
}

const LINE_BREAK = 10;

/** See the module's description. */
export class RecentRows {
  readonly #options: RecentRowsOptions;
  readonly #last = new LastRows();
  /** What was emitted after these. */
  #lines: Lines[] = [];
  #read: ((line: string) => Row) | undefined;

  constructor(options: RecentRowsOptions) {
    this.#options = options;
  }

  /** Adds a row. */
  add(row: Readonly<Row>): void {
    if (this.#lines.length > 0) this.#readLines();
    this.#last.add(row);
  }

  /** Adds rows from a worker, whose memory nobody changes any more. */
  addChunk({ rowCount, text, rows = [], last }: RowChunk): void {
    if (rowCount === 0 && last === undefined) return;
    if (text !== undefined) {
      this.#lines.push({ text, count: rowCount });
      this.#dropLines();
      return;
    }
    const all = last ?? rows;
    for (let index = Math.max(0, all.length - RECENT_ROWS_MAX); index < all.length; index++) {
      this.add(all[index]!);
    }
  }

  /** Ends a batch: of its text, only what is needed stays in memory. */
  endBatch(): void {
    let rowsLeft = RECENT_ROWS_MAX;
    let bytesLeft = RECENT_BYTES_MAX;
    const kept: Lines[] = [];
    for (const lines of this.#lines.toReversed()) {
      const end = endOf(lines, { rowsMax: rowsLeft, bytesMax: bytesLeft });
      if (end.count === 0) break;
      // A part of a buffer would keep all of it.
      kept.push(end.text.length === end.text.buffer.byteLength ? end : { ...end, text: end.text.slice() });
      rowsLeft -= end.count;
      bytesLeft -= end.text.length;
    }
    this.#lines = kept.reverse();
  }

  /** The rows, newest first. */
  rows(): Row[] {
    this.#readLines();
    return this.#last.rows().reverse();
  }

  /** Drops what is followed by enough. */
  #dropLines(): void {
    let rows = 0;
    let bytes = 0;
    let first = this.#lines.length;
    while (first > 0 && rows < RECENT_ROWS_MAX && bytes < RECENT_BYTES_MAX) {
      const { count, text } = this.#lines[--first]!;
      rows += count;
      bytes += text.length;
    }
    if (first > 0) this.#lines.splice(0, first);
  }

  #readLines(): void {
    const { schema, zone, query, format } = this.#options;
    const read = this.#read ??= jsonRowReader(schema, zone);
    // A column may have the name of a member that is added to each row.
    const tag = format.kind === "ndjson" && format.withBatch
      ? `,"query":${JSON.stringify(query)},`
      : undefined;
    for (const lines of this.#lines) {
      const { text } = endOf(lines, { rowsMax: RECENT_ROWS_MAX, bytesMax: RECENT_BYTES_MAX });
      for (const line of new TextDecoder().decode(text).split("\n").slice(0, -1)) {
        const end = tag === undefined ? -1 : line.lastIndexOf(tag);
        this.#last.add(read(end < 0 ? line : `${line.slice(0, end)}}`));
      }
    }
    this.#lines = [];
  }
}

/** The last lines of some, within bounds. */
function endOf(
  { text, count }: Lines,
  { rowsMax, bytesMax }: { readonly rowsMax: number; readonly bytesMax: number },
): Lines {
  if (count <= rowsMax && text.length <= bytesMax) return { text, count };
  let from = text.length;
  let kept = 0;
  while (kept < rowsMax && from > 0) {
    const start = from < 2 ? 0 : text.lastIndexOf(LINE_BREAK, from - 2) + 1;
    if (text.length - start > bytesMax) break;
    from = start;
    kept++;
  }
  return { text: text.subarray(from), count: kept };
}
