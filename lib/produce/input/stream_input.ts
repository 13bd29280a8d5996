/** An input that can be read only once, such as stdin or a pipe. */
import { Readable } from "node:stream";
import { LEADING_SPACE_BYTES_MAX } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { concat } from "../../base/text/bytes.ts";
import { formatBytes } from "../../base/text/format.ts";
import type { InputFormat } from "../../config/values/input_values.ts";
import type { InputItem, InputPosition, SplitterOf } from "../../records/splitting/input_item.ts";
import { BYTE_ORDER_MARK, emptyInput, isBlank, isJson, requireFormat } from "./first_bytes.ts";
import type { InputPlace, InputSource, ReadOptions } from "./input_source.ts";
import { packingOf, unpacked } from "./packed.ts";
import { splitChunks } from "./split_chunks.ts";

/** Beyond so many bytes, white space at the beginning is looked at chunk by chunk. */
const HEAD_BYTES = 65_536;

/** What is known of a stream. */
export interface StreamDetails {
  readonly name: string;
  readonly format: InputFormat | undefined;
}

/** See the module's description. */
export class StreamInput implements InputSource {
  readonly name: string;
  readonly sizeBytes = undefined;
  readonly repeatable = false;
  readonly resumable = false;
  bytesRead = 0;
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #cancel: () => void;

  private constructor(name: string, chunks: AsyncIterable<Uint8Array>, cancel: () => void) {
    this.name = name;
    this.#chunks = chunks;
    this.#cancel = cancel;
  }

  /** Waits for the first bytes, which show the format. @throws {SfcrimeError} INPUT */
  static async open(
    bytes: ReadableStream<Uint8Array>,
    { name, format }: StreamDetails,
  ): Promise<StreamInput> {
    const reader = bytes.getReader();
    const cancel = () => void reader.cancel().catch(() => {});
    const head = await headOf(reader, { name, format });
    const all = (async function* () {
      for (let chunk: Uint8Array | undefined = head; chunk !== undefined;) {
        yield chunk;
        chunk = (await reader.read()).value;
      }
    })();
    const packing = packingOf(head);
    if (packing !== undefined) {
      return new StreamInput(name, unpacked(Readable.from(all), packing), cancel);
    }
    requireFormat(head, { name, format });
    return new StreamInput(name, all, cancel);
  }

  items<Notes, Block = never>(
    splitterOf: SplitterOf<Notes, Block>,
    options: ReadOptions,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    // A reader that waits for more would otherwise not notice that the run stops.
    options.signal.addEventListener("abort", this.#cancel, { once: true });
    return splitChunks(this.#counted(), { name: this.name, splitterOf, ...options });
  }

  placeOf({ record }: Pick<InputPosition, "record">): InputPlace {
    return { name: this.name, record };
  }

  async *#counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of this.#chunks) {
      this.bytesRead += chunk.length;
      yield chunk;
    }
  }
}

/** The first bytes, up to some that show the format; a byte order mark may arrive in parts. */
async function headOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { name, format }: StreamDetails,
): Promise<Uint8Array> {
  const held: Uint8Array[] = [];
  const bytesMin = isJson(format) ? BYTE_ORDER_MARK.length : 1;
  let heldBytes = 0;
  let hasContent = false;
  while (!hasContent || heldBytes < bytesMin) {
    const { value } = await reader.read();
    if (value === undefined) break;
    held.push(value);
    heldBytes += value.length;
    hasContent ||= !isBlank(heldBytes <= HEAD_BYTES ? concat(held) : value, format);
    if (heldBytes > LEADING_SPACE_BYTES_MAX && !hasContent) {
      const size = formatBytes(LEADING_SPACE_BYTES_MAX);
      throw new SfcrimeError("INPUT", `${name} starts with more than ${size} of white space.`);
    }
  }
  if (!hasContent) throw emptyInput(name);
  return concat(held);
}
