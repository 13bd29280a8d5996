/**
 * Writes the rows of a query to its sink: encoded, counted, and in chunks. A batch that the sink already has
 * runs only for its state, and its rows are not written.
 */
import { CHUNK_ROWS_MAX } from "../../base/bounds.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { type AddGroups, isFull, type RowEncoder, rowEncoder } from "../../sinks/rows/row_encoder.ts";
import type { RowChunk, Sink, SinkBatch } from "../../sinks/sink.ts";
import type { Row, Value } from "../../records/data_type.ts";
import { GroupRows } from "../../stream/operators/grouping/group_rows.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { LastGroups } from "../rows/last_groups.ts";
import type { RecentRows } from "../rows/recent_rows.ts";
import { failedQuery } from "../workers/query_failure.ts";

/** See the module's description. */
export class QueryOutput {
  readonly #sink: Sink;
  readonly #encoder: RowEncoder;
  readonly #query: string;
  readonly #recent: RecentRows | undefined;
  #writes = true;
  #batchId = 0;
  #rows = 0;
  /** The write of the last chunk; it may not have ended yet. */
  #writing = Promise.resolve();

  /**
   * @param recent Keeps the rows that were emitted last.
   * @param packedMin How many groups have to be written together for a kernel to write them, if not as many as usual.
   */
  constructor({ plan, sink, zone, recent, packedMin }: {
    readonly plan: QueryPlan;
    readonly sink: Sink;
    readonly zone: TimeZone;
    readonly recent?: RecentRows | undefined;
    readonly packedMin?: number;
  }) {
    this.#recent = recent;
    this.#sink = sink;
    this.#query = plan.name;
    this.#encoder = rowEncoder({
      format: sink.format,
      schema: plan.output,
      zone,
      query: plan.name,
      packedMin,
    });
  }

  /** The rows of the batch so far. */
  get rows(): number {
    return this.#rows;
  }

  /** @param writes Whether its rows are written; if not, they are only counted. */
  async begin(batch: SinkBatch, writes: boolean): Promise<void> {
    this.#batchId = batch.batchId;
    this.#writes = writes;
    this.#rows = 0;
    if (writes) await this.#sink.begin?.(batch);
  }

  /** Writes rows chunk by chunk: while the sink writes one, the next one is encoded. */
  async writeAll(rows: Iterable<Row>): Promise<void> {
    try {
      if (rows instanceof GroupRows) await this.#writeGroups(rows);
      else await this.#writeRows(rows);
      await this.#writeAdded();
    } finally {
      // Nothing is written any more once this has failed, either.
      await this.#writing;
    }
  }

  /** Begins to write the rows that were added, if there are any, once the chunk before is written. */
  async #writeAdded(): Promise<void> {
    await this.#writing;
    if (this.#encoder.rowCount === 0) return;
    const chunk = this.#encoder.take();
    this.#writing = this.write(chunk).then(() => this.#encoder.recycle(chunk));
    // Whoever awaits it next has the error.
    this.#writing.catch(() => {});
  }

  async #writeRows(rows: Iterable<Row>): Promise<void> {
    for (const row of rows) {
      this.#encoder.add(row, this.#batchId);
      this.#recent?.add(row);
      if (isFull(this.#encoder, CHUNK_ROWS_MAX)) await this.#writeAdded();
    }
  }

  async #writeGroups(rows: GroupRows): Promise<void> {
    const add = this.#encoder.groupAdder(rows.result, this.#batchId);
    const last = this.#recent && new LastGroups();
    for (const groups of rows.parts()) {
      last?.add(groups);
      for (let at = 0; at < groups.length;) {
        at += this.#addGroups(groups, at, add);
        if (isFull(this.#encoder, CHUNK_ROWS_MAX)) await this.#writeAdded();
      }
    }
    for (const row of last?.rows(rows.result.rowOf) ?? []) this.#recent!.add(row);
  }

  /** Adds groups from an index on, until a chunk is full; returns how many. */
  #addGroups(groups: Int32Array, from: number, add: AddGroups): number {
    try {
      return add(groups, from, CHUNK_ROWS_MAX - this.#encoder.rowCount);
    } catch (error) {
      // A value may be too large for its type.
      throw failedQuery(error, this.#query);
    }
  }

  /** Writes rows that a worker has encoded. */
  async writeEncoded(chunk: RowChunk): Promise<void> {
    this.#recent?.addChunk(chunk);
    await this.write(chunk);
  }

  async write(chunk: RowChunk): Promise<void> {
    this.#rows += chunk.rowCount;
    if (this.#writes) await this.#sink.write(chunk);
  }

  async removeGroups(keys: Iterable<readonly Value[]>): Promise<void> {
    if (this.#writes) await this.#sink.removeGroups?.(keys);
  }

  async commit(): Promise<void> {
    this.#recent?.endBatch();
    if (this.#writes) await this.#sink.commit?.();
  }
}
