/** Several inputs, one after the other, whose records are numbered as those of one. */
import type {
  InputItem,
  InputPosition,
  ItemSplitter,
  SplitterOf,
} from "../../records/splitting/input_item.ts";
import type { InputPlace, InputSource, ReadOptions } from "./input_source.ts";

/** See the module's description. */
export class SeveralInputs implements InputSource {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly repeatable: boolean;
  readonly resumable: boolean;
  readonly #sources: readonly InputSource[];
  /** The number of records before each source that has been reached. */
  readonly #before: number[] = [];

  constructor(sources: readonly InputSource[]) {
    this.#sources = sources;
    const [first, ...others] = sources;
    this.name = `${first!.name} and ${others.length === 1 ? others[0]!.name : `${others.length} others`}`;
    const sizes = sources.map(({ sizeBytes }) => sizeBytes);
    this.sizeBytes = sizes.every((size) => size !== undefined)
      ? sizes.reduce((total, size) => total + size, 0)
      : undefined;
    this.repeatable = sources.every(({ repeatable }) => repeatable);
    this.resumable = sources.every(({ resumable }) => resumable);
  }

  get bytesRead(): number {
    return this.#sources.reduce((total, { bytesRead }) => total + bytesRead, 0);
  }

  async *items<Notes, Block = never>(
    splitterOf: SplitterOf<Notes, Block>,
    { signal, recordsBefore = 0, onWaiting }: ReadOptions,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    let before = recordsBefore;
    for (const [index, source] of this.#sources.entries()) {
      if (signal.aborted) return;
      this.#before[index] = before;
      let splitter: ItemSplitter<Notes, Block> | undefined;
      yield* source.items<Notes, Block>((start) => splitter = splitterOf(start), {
        signal,
        recordsBefore: before,
        ...onWaiting === undefined ? {} : { onWaiting },
      });
      before = splitter?.records ?? before;
    }
  }

  placeOf({ record }: Pick<InputPosition, "record">): InputPlace {
    const index = Math.max(0, this.#before.findLastIndex((before) => before < record));
    return this.#sources[index]!.placeOf({ record: record - (this.#before[index] ?? 0) });
  }
}
