/** An input that is a file, plain or compressed; it can be read repeatedly. */
import { createReadStream } from "node:fs";
import type { InputFormat } from "../../config/values/input_values.ts";
import type { InputItem, InputPosition, SplitterOf } from "../../records/splitting/input_item.ts";
import { emptyInput, isBlank, requireFormat } from "./first_bytes.ts";
import type { InputPlace, InputSource, ReadOptions } from "./input_source.ts";
import { MARK_BYTES_MAX, type Packing, packingOf, unpacked } from "./packed.ts";
import { inputError, splitChunks } from "./split_chunks.ts";

/** How many bytes of a compressed file to read at once. */
const CHUNK_BYTES = 65_536;
/** The same for a plain file, where larger reads cost less. */
const PLAIN_CHUNK_BYTES = 262_144;

/** What is known of a file. */
export interface FileDetails {
  readonly name: string;
  readonly sizeBytes: number;
  readonly packing: Packing | undefined;
}

/** See the module's description. */
export class FileInput implements InputSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly repeatable = true;
  readonly resumable = true;
  bytesRead = 0;
  readonly #file: string | URL;
  readonly #packing: Packing | undefined;

  constructor(file: string | URL, { name, sizeBytes, packing }: FileDetails) {
    this.#file = file;
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.#packing = packing;
  }

  items<Notes, Block = never>(
    splitterOf: SplitterOf<Notes, Block>,
    options: ReadOptions,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    this.bytesRead = 0;
    return splitChunks(this.#chunks(), { name: this.name, splitterOf, ...options });
  }

  placeOf({ record }: Pick<InputPosition, "record">): InputPlace {
    return { name: this.name, record };
  }

  /** @throws {SfcrimeError} INPUT if it cannot contain records of the format. */
  async requireFormat(format: InputFormat | undefined): Promise<void> {
    try {
      for await (const chunk of this.#chunks()) {
        if (!isBlank(chunk, format)) return requireFormat(chunk, { name: this.name, format });
      }
    } catch (cause) {
      throw inputError(this.name, cause);
    }
    throw emptyInput(this.name);
  }

  /** The decompressed bytes; each chunk is valid until the next one is requested. */
  async *#chunks(): AsyncIterable<Uint8Array> {
    if (this.#packing === undefined) {
      yield* this.#plainChunks();
      return;
    }
    const bytes = createReadStream(this.#file, { highWaterMark: CHUNK_BYTES });
    bytes.on("data", (chunk) => this.bytesRead += chunk.length);
    yield* unpacked(bytes, this.#packing);
  }

  /** Without a stream, which allocates memory for each chunk. The next chunk is read while one is processed. */
  async *#plainChunks(): AsyncIterable<Uint8Array> {
    using file = await Deno.open(this.#file);
    let [memory, next] = [new Uint8Array(PLAIN_CHUNK_BYTES), new Uint8Array(PLAIN_CHUNK_BYTES)];
    for (let length = await file.read(memory); length !== null;) {
      const reading = file.read(next);
      // A failure is thrown when the next chunk is requested; until then it must not count as unhandled.
      reading.catch(() => {});
      this.bytesRead += length;
      yield memory.subarray(0, length);
      length = await reading;
      [memory, next] = [next, memory];
    }
  }
}

/** How a file is compressed. */
export async function packingOfFile(file: string | URL): Promise<Packing | undefined> {
  using open = await Deno.open(file);
  const head = new Uint8Array(MARK_BYTES_MAX);
  const length = await open.read(head) ?? 0;
  return packingOf(head.subarray(0, length));
}
