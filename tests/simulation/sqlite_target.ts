/** A table in a SQLite file beside the checkpoint, written by the real sink. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UTC } from "../../lib/base/time_zone.ts";
import type { Row } from "../../lib/records/data_type.ts";
import type { Sink } from "../../lib/sinks/sink.ts";
import { PROGRESS_TABLE } from "../../lib/sinks/sink_places.ts";
import { SqliteSink } from "../../lib/sinks/sqlite_sink.ts";
import type { SinkContext, StoredBatch, Target } from "./target.ts";

/** See the module's description. */
export class SqliteTarget implements Target {
  readonly #directory: string;
  readonly #table: string;

  /** @param directory Where a run finds its files. */
  constructor(directory: string, table: string) {
    this.#directory = directory;
    this.#table = table;
  }

  get batches(): StoredBatch[] {
    const path = join(this.#directory, this.#file);
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const all = (sql: string) => database.prepare(sql).all();
      const rows = all(`SELECT * FROM "${this.#table}"`).map((row) => Object.values(row) as Row);
      return all(`SELECT batch FROM ${PROGRESS_TABLE}`).map(({ batch }) => ({
        batchId: Number(batch),
        rows,
      }));
    } finally {
      database.close();
    }
  }

  sinkOf({ plan, onWritten }: SinkContext): Sink {
    const { name, output, outputMode } = plan;
    const file = this.#file;
    const sink = new SqliteSink({
      path: join(this.#directory, file),
      table: name,
      schema: output,
      outputMode,
      zone: UTC,
      keyColumns: [],
    });
    const commit = sink.commit.bind(sink);
    sink.commit = async () => {
      await commit();
      onWritten(file);
    };
    return sink;
  }

  get #file(): string {
    return `${this.#table}.db`;
  }
}
