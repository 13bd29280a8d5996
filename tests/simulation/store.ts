/**
 * Where the rows of a simulation go: a store with atomic batches, which outlives the processes. It refuses a writer
 * whose place was taken, whose last request may arrive at any time.
 */
import { SfcrimeError } from "../../lib/base/errors.ts";
import type { RowChunk, RowFormat, Sink, SinkBatch } from "../../lib/sinks/sink.ts";
import type { Row } from "../../lib/records/data_type.ts";
import type { Process } from "./process.ts";
import type { SinkContext, StoredBatch, Target } from "./target.ts";

/** See the module's description. */
export class Store implements Target {
  readonly batches: StoredBatch[] = [];
  readonly #fails: () => boolean;
  #writer = 0;

  /** @param fails Whether the next request fails, after it was done or without. */
  constructor(fails: () => boolean) {
    this.#fails = fails;
  }

  sinkOf({ process }: SinkContext): Sink {
    return new StoreSink(process, {
      open: () => {
        this.#fail();
        return { writer: ++this.#writer, last: this.batches.at(-1) };
      },
      look: () => this.batches.at(-1),
      write: () => this.#fail(),
      commit: (writer, batch) => {
        this.#fail();
        if (writer !== this.#writer) throw new SfcrimeError("BROKER", "Another run is writing.");
        // A request that comes twice is carried out once.
        if (this.batches.includes(batch)) return;
        this.batches.push(batch);
        this.#fail();
      },
    });
  }

  #fail(): void {
    if (this.#fails()) throw new SfcrimeError("OUTPUT", "The store failed.");
  }
}

/** The requests of the store. */
interface Requests {
  open(): { readonly writer: number; readonly last: SinkBatch | undefined };
  look(): SinkBatch | undefined;
  /** The rows themselves come with the commit. */
  write(): void;
  commit(writer: number, batch: StoredBatch): void;
}

class StoreSink implements Sink {
  readonly description = "store";
  readonly place = "store";
  readonly exactlyOnce = true;
  readonly format: RowFormat = { kind: "values", rowsMax: Infinity };
  readonly #process: Process;
  readonly #requests: Requests;
  #writer = 0;
  #batch: SinkBatch | undefined;
  #rows: Row[] = [];

  constructor(process: Process, requests: Requests) {
    this.#process = process;
    this.#requests = requests;
  }

  async look(): Promise<SinkBatch | undefined> {
    return batchOf(await this.#process.call("looks at the store", () => this.#requests.look()));
  }

  async open(): Promise<SinkBatch | undefined> {
    const { writer, last } = await this.#process.call("opens the store", () => this.#requests.open());
    this.#writer = writer;
    return batchOf(last);
  }

  begin(batch: SinkBatch): void {
    this.#batch = batch;
    this.#rows = [];
  }

  async write({ rows = [] }: RowChunk): Promise<void> {
    const kept = rows.map((row) => [...row]);
    await this.#process.call(`writes ${rows.length} rows`, () => this.#requests.write());
    this.#rows.push(...kept);
  }

  async commit(): Promise<void> {
    const batch = { ...this.#batch!, rows: this.#rows };
    await this.#process.call(
      `commits batch ${batch.batchId} with ${batch.rows.length} rows`,
      () => this.#requests.commit(this.#writer, batch),
    );
  }
}

function batchOf(stored: SinkBatch | undefined): SinkBatch | undefined {
  if (stored === undefined) return undefined;
  const { batchId, offsets } = stored;
  return offsets === undefined ? { batchId } : { batchId, offsets };
}
