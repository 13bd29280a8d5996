/**
 * Rows of a data set that grows, as records: first those that are there, then new ones as they appear, until the run is
 * stopped. A data set that only has the latest rows may stand with another one that has all earlier ones, which is read
 * first, and again after a pause that was too long for the first to have everything.
 */
import { DATA_SET_WINDOW_MS } from "../../../base/bounds.ts";
import type { Clock } from "../../../base/clock.ts";
import { logger } from "../../../base/log.ts";
import { formatDuration } from "../../../base/text/duration.ts";
import { plural } from "../../../base/text/format.ts";
import type { InputItem, InputPosition, SplitterOf } from "../../../records/splitting/input_item.ts";
import type { InputPlace, InputSource, ReadOptions } from "../input_source.ts";
import { splitChunks } from "../split_chunks.ts";
import type { DataSetClient, DataSetRow } from "./data_set_client.ts";
import { unplaced } from "./data_set_failures.ts";
import { type PageBounds, pageQuery, type RowsWanted } from "./data_set_query.ts";
import { placeText, type RowPlace, timeMsOf, timeText } from "./row_place.ts";
import { type SentBefore, SentRows } from "./sent_rows.ts";

/** What a row is as a record: JSON; or why it is none, as a sentence ends. */
export type RecordOfRow = (row: DataSetRow) => string | { readonly unfit: string };

/** What is read, and how. */
export interface DataSetOptions extends RowsWanted {
  readonly client: DataSetClient;
  readonly dataSet: string;
  /** The data set with earlier rows, if there is one. */
  readonly history: string | undefined;
  /** Where to begin, if no run has before. */
  readonly beginMs: number;
  readonly overlapMs: number;
  readonly pollMs: number;
  /** Whether to end when all rows that there are were read. */
  readonly endsAtEnd: boolean;
  readonly recordOf: RecordOfRow;
  readonly clock: Clock;
  /** What the time of the column is now. */
  readonly localNowMs: () => number;
}

/** A row with its place. */
interface FoundRow extends RowPlace {
  readonly row: DataSetRow;
}

const log = logger("produce");
const utf8 = new TextEncoder();

/** See the module's description. */
export class DataSetInput implements InputSource {
  readonly name: string;
  readonly sizeBytes = undefined;
  readonly repeatable = false;
  readonly resumable = true;
  /** A later run relies on it that all rows of a page are in the topic before there is one of the next. */
  readonly confirmsChunks = true;
  bytesRead = 0;
  readonly #options: DataSetOptions;
  #sent: SentRows;

  constructor(options: DataSetOptions) {
    this.name = `${options.dataSet} of ${new URL(options.client.server.url).host}`;
    this.#options = options;
    this.#sent = new SentRows({ ...options, before: undefined });
  }

  /** Goes on where earlier runs have left off. */
  goOnAfter(before: SentBefore): void {
    this.#sent = new SentRows({ ...this.#options, before });
  }

  /** Where a later run goes on, for people. */
  get continuation(): string {
    const { seenMs } = this.#sent.place;
    return seenMs === -Infinity
      ? "a later run begins anew"
      : `a later run goes on after ${momentText(seenMs)}`;
  }

  items<Notes, Block = never>(
    splitterOf: SplitterOf<Notes, Block>,
    options: ReadOptions,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    return splitChunks(this.#chunks(options.signal), { name: this.name, splitterOf, ...options });
  }

  placeOf({ record }: Pick<InputPosition, "record">): InputPlace {
    return { name: this.name, record };
  }

  async *#chunks(signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { dataSet, history, pollMs, endsAtEnd, clock } = this.#options;
    // Ends the page that is asked for in advance.
    const ended = new AbortController();
    const stop = AbortSignal.any([signal, ended.signal]);
    try {
      for (let lookedMs = -Infinity; !signal.aborted;) {
        const nowMs = clock.nowMs();
        const needsHistory = history !== undefined && nowMs - lookedMs > DATA_SET_WINDOW_MS;
        if (needsHistory) yield* this.#newRows(history, stop);
        yield* this.#newRows(dataSet, stop);
        if (endsAtEnd) return;
        if (lookedMs === -Infinity) log.info(`Waiting for new rows: asking every ${formatDuration(pollMs)}`);
        lookedMs = nowMs;
        await clock.sleep(pollMs, signal);
      }
    } finally {
      ended.abort();
    }
  }

  /** The rows of a data set that are new, page by page. A page that is left behind is in the topic. */
  async *#newRows(dataSet: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const upToMs = this.#options.localNowMs();
    let count = 0;
    for await (const rows of this.#pages(dataSet, { upToMs, signal })) {
      const fresh = rows.filter((row) => this.#sent.add(row));
      if (fresh.length > 0) yield this.#linesOf(fresh);
      this.#sent.confirm(rows.at(-1)!.timeMs);
      count += fresh.length;
    }
    if (count === 0) return;
    log.info(`${plural(count, "new row")} of ${dataSet}, up to ${momentText(this.#sent.place.seenMs)}`);
  }

  /** The pages of a data set from the floor on; the next one is asked for while one is sent. */
  async *#pages(
    dataSet: string,
    { upToMs, signal }: { readonly upToMs: number; readonly signal: AbortSignal },
  ): AsyncIterable<readonly FoundRow[]> {
    const ask = (after: PageBounds["after"]) => this.#page(dataSet, { bounds: { after, upToMs }, signal });
    let rows = await ask({ fromMs: this.#sent.place.floorMs });
    while (rows.length > 0) {
      const next = rows.length < this.#options.pageSize ? Promise.resolve([]) : ask(rows.at(-1)!);
      // It is awaited after the page before it was sent; until then it must not count as unhandled.
      next.catch(() => {});
      yield rows;
      rows = await next;
    }
  }

  async #page(
    dataSet: string,
    { bounds, signal }: { readonly bounds: PageBounds; readonly signal: AbortSignal },
  ): Promise<FoundRow[]> {
    const { client, timeColumn, idColumn } = this.#options;
    const query = pageQuery(this.#options, bounds);
    const { rows } = await client.rows({ dataSet, query, signal });
    return rows.map((row) => {
      const timeMs = timeMsOf(row[timeColumn]);
      if (timeMs === undefined) throw unplaced({ dataSet }, { column: timeColumn, row });
      const id = row[idColumn];
      if (typeof id !== "string" && typeof id !== "number") {
        throw unplaced({ dataSet }, { column: idColumn, row });
      }
      return { timeMs, id: String(id), row };
    });
  }

  /** A line for each row, with its place. */
  #linesOf(rows: readonly FoundRow[]): Uint8Array {
    const { place } = this.#sent;
    const lines = rows.map(({ row, timeMs, id }) => {
      const made = this.#options.recordOf(row);
      const record = typeof made === "string" ? made : JSON.stringify(row);
      const unfit = typeof made === "string" ? "" : `,"unfit":${JSON.stringify(made.unfit)}`;
      return `{"place":${JSON.stringify(placeText({ timeMs, id, ...place }))},"row":${record}${unfit}}\n`;
    });
    const bytes = utf8.encode(lines.join(""));
    this.bytesRead += bytes.length;
    return bytes;
  }
}

function momentText(ms: number): string {
  return timeText(ms, { isLocal: true }).replace(/\.000$/, "");
}
