/**
 * A file that is read as it grows, like `tail -F`: when it is replaced by another one of its name, or cut, reading goes
 * on at the beginning of that.
 */
import type { Clock } from "../../base/clock.ts";
import { ChangeWatcher } from "../../base/files/change_watcher.ts";
import { isInPlace } from "../../base/files/own_file.ts";
import { logger } from "../../base/log.ts";
import type {
  InputItem,
  InputPosition,
  ItemSplitter,
  SplitterOf,
} from "../../records/splitting/input_item.ts";
import type { InputPlace, InputSource, ReadOptions } from "./input_source.ts";
import { splitChunks } from "./split_chunks.ts";

const log = logger("produce");

const CHUNK_BYTES = 65_536;

/** See the module's description. */
export class FollowedInput implements InputSource {
  readonly name: string;
  readonly sizeBytes = undefined;
  readonly repeatable = false;
  readonly resumable = true;
  bytesRead = 0;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.name = path;
    this.#clock = clock;
  }

  async *items<Notes, Block = never>(
    splitterOf: SplitterOf<Notes, Block>,
    { signal, recordsBefore = 0, onWaiting = () => {} }: ReadOptions,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    let before = recordsBefore;
    while (!signal.aborted) {
      let splitter: ItemSplitter<Notes, Block> | undefined;
      // Each file of the name has a beginning and an end of its own.
      yield* splitChunks(this.#chunks(signal, onWaiting), {
        name: this.name,
        splitterOf: (start) => splitter = splitterOf(start),
        signal,
        recordsBefore: before,
      });
      before = splitter?.records ?? before;
    }
  }

  placeOf({ record }: Pick<InputPosition, "record">): InputPlace {
    return { name: this.name, record };
  }

  /** The bytes of the file that has the name now, up to where it is replaced or cut. */
  async *#chunks(signal: AbortSignal, onWaiting: () => void): AsyncIterable<Uint8Array> {
    using file = await this.#open(signal);
    if (file === undefined) return;
    const identity = await file.stat();
    const watcher = new ChangeWatcher(this.name, this.#clock);
    const memory = new Uint8Array(CHUNK_BYTES);
    let position = 0;
    try {
      while (!signal.aborted) {
        // Before reading, so that a change in between is not missed.
        const wait = watcher.listen(Infinity, signal);
        const isReplaced = !isInPlace(this.name, identity);
        const length = await file.read(memory);
        if (length !== null) {
          wait.cancel();
          position += length;
          this.bytesRead += length;
          yield memory.subarray(0, length);
        } else if (isReplaced) {
          wait.cancel();
          return log.info(`${this.name} was replaced: going on with the new file`);
        } else if ((await file.stat()).size < position) {
          wait.cancel();
          return log.warn(`${this.name} was cut: going on at its beginning.`);
        } else {
          onWaiting();
          await wait.changed;
        }
      }
    } finally {
      watcher.close();
    }
  }

  /** Waits for the file where there is none of its name, as between the steps of a rotation; undefined after a stop. */
  async #open(signal: AbortSignal): Promise<Deno.FsFile | undefined> {
    while (!signal.aborted) {
      try {
        return await Deno.open(this.name);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      await this.#clock.sleep(REAPPEARANCE_MS, signal);
    }
    return undefined;
  }
}

/** How often a missing file is looked for. */
const REAPPEARANCE_MS = 100;
