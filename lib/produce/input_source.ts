/**
 * The inputs of `produce`: a file, stdin, or the built-in sample, plain or gzipped. The format is detected from the
 * first bytes, before the program contacts a broker.
 */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { LEADING_SPACE_BYTES_MAX } from "../base/bounds.ts";
import { concat } from "../base/text/bytes.ts";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { formatBytes } from "../base/text/format.ts";
import { isSpace } from "../records/json/json_scan.ts";
import type { BlockSource } from "../records/splitting/block_splitter.ts";
import type { InputItem, NoteRecord } from "../records/splitting/input_item.ts";
import type { RecordBlock } from "../records/splitting/record_block.ts";
import { RecordSplitter } from "../records/splitting/record_splitter.ts";

/** The built-in sample of real calls. */
const SAMPLE_FILE = new URL("../../config/police-department-calls-for-service.json.gz", import.meta.url);

/** The name of the sample on the command line. */
export const SAMPLE = "sample";

const STDIN = "-";
/** Its names as a file, for which other programs take it. */
const STDIN_FILES = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** How many bytes to read at once. */
const CHUNK_BYTES = 65_536;
/** The same for a plain file, where larger reads cost less. */
const PLAIN_CHUNK_BYTES = 262_144;

/** How to read an input. */
export interface ReadOptions<Block extends RecordBlock = never> {
  /** Ends reading early, without an error, when it is aborted. */
  readonly signal: AbortSignal;
  /** Finds many records at once. */
  readonly blocks?: BlockSource<Block> | undefined;
}

/** An input that has been opened and checked. */
export interface InputSource {
  /** For people: a path, `stdin`, or `the built-in sample`. */
  readonly name: string;
  /** The size of the file in bytes, compressed or not; undefined for stdin. */
  readonly sizeBytes: number | undefined;
  /** Bytes read so far, of those that {@link sizeBytes} counts. */
  readonly bytesRead: number;
  /** Whether records can be read again by their offset: a plain file. */
  readonly plainPath: string | undefined;
  /** Whether the input can be read from its beginning again. */
  readonly repeatable: boolean;
  /**
   * The items of the input, in chunks, with the notes that `note` takes of each record. A chunk must be consumed
   * before the next one is requested, and the bytes of its records are valid until then.
   */
  items<Notes, Block extends RecordBlock = never>(
    note: NoteRecord<Notes>,
    options: ReadOptions<Block>,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>>;
}

/**
 * Opens an input.
 *
 * @param path A file or a named pipe, `-` for stdin, or {@link SAMPLE}.
 * @param stdin Called if that is read.
 * @throws {SfcrimeError} FILE_MISSING when there is no such file; INPUT when it is empty, a directory, or
 * neither JSON nor gzip.
 */
export async function openInput(path: string, stdin: () => ReadableStream<Uint8Array>): Promise<InputSource> {
  if (path === STDIN || STDIN_FILES.includes(path)) {
    return await StreamInput.open("stdin", stdin());
  }
  const [file, name] = path === SAMPLE ? [SAMPLE_FILE, "the built-in sample"] as const : [path, path];
  const info = await statFile(file, name);
  // A pipe can be read once only.
  if (!info.isFile) return await StreamInput.open(name, (await Deno.open(file)).readable);
  const isGzip = await beginsAsGzip(file);
  const source = new FileInput(file, { name, sizeBytes: info.size, isGzip });
  await source.requireJson();
  return source;
}

async function statFile(file: string | URL, name: string): Promise<Deno.FileInfo> {
  try {
    const info = await Deno.stat(file);
    if (info.isDirectory) throw new SfcrimeError("INPUT", `${name} is a directory, not a file.`);
    return info;
  } catch (cause) {
    if (cause instanceof SfcrimeError) throw cause;
    if (cause instanceof Deno.errors.NotFound) {
      throw new SfcrimeError("FILE_MISSING", `No such file: ${name}.`, {
        hint: `Use --input FILE, --input - for stdin, or --input ${SAMPLE} for the built-in police calls.`,
        cause,
      });
    }
    throw new SfcrimeError("INPUT", `Cannot read ${name}: ${messageOf(cause)}.`, { cause });
  }
}

async function beginsAsGzip(file: string | URL): Promise<boolean> {
  using open = await Deno.open(file);
  const head = new Uint8Array(GZIP_MARK.length);
  return await open.read(head) === head.length && isGzip(head);
}

const GZIP_MARK = [0x1f, 0x8b] as const;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

function isGzip(head: Uint8Array): boolean {
  return GZIP_MARK.every((byte, at) => head[at] === byte);
}

/** Whether the first bytes of an input are only white space, or a byte order mark. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte, at) => isSpace(byte) || byte === BYTE_ORDER_MARK[at]);
}

/** Rejects input that is not JSON at all, so that a wrong file creates no topic and no dead letters. */
function requireJson(head: Uint8Array, name: string): void {
  const first = String.fromCodePoint(
    head.find((byte, at) => !isSpace(byte) && byte !== BYTE_ORDER_MARK[at])!,
  );
  if (first === "[" || first === "{") return;
  throw new SfcrimeError("INPUT", `${name} is not JSON: it starts with ${JSON.stringify(first)}.`, {
    hint: "Expected a JSON array of objects or one object per line, plain or gzipped.",
  });
}

function isEmpty(name: string): SfcrimeError {
  return new SfcrimeError("INPUT", `${name} is empty.`);
}

function unzipped(packed: Readable): AsyncIterable<Uint8Array> {
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  packed.on("error", (error) => unpacked.destroy(error));
  return packed.pipe(unpacked);
}

/** What an input's bytes are split by. */
interface SplitOptions<Notes, Block extends RecordBlock> extends ReadOptions<Block> {
  readonly name: string;
  readonly note: NoteRecord<Notes>;
}

async function* split<Notes, Block extends RecordBlock>(
  chunks: AsyncIterable<Uint8Array>,
  { name, note, signal, blocks }: SplitOptions<Notes, Block>,
): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
  const splitter = new RecordSplitter(note, blocks);
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) return;
      yield splitter.push(chunk);
      if (signal.aborted) return;
    }
  } catch (cause) {
    if (signal.aborted) return;
    // Records before the damage are valid, and are sent first.
    yield splitter.finish();
    throw inputError(name, cause);
  }
  if (signal.aborted) return;
  yield splitter.finish();
  if (!splitter.isIncomplete || signal.aborted) return;
  throw new SfcrimeError("INPUT", `${name} is incomplete: the JSON array has no closing bracket.`, {
    hint: "All records before the end were read. Is the file still being written, or was it truncated?",
  });
}

function inputError(name: string, cause: unknown): SfcrimeError {
  if (cause instanceof SfcrimeError) return cause;
  const { code } = cause as { code?: string };
  const reason = code?.startsWith("Z_")
    ? `its gzip data is incomplete or damaged (${messageOf(cause)})`
    : messageOf(cause);
  return new SfcrimeError("INPUT", `Cannot read ${name} to the end: ${reason}.`, { cause });
}

class FileInput implements InputSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly plainPath: string | undefined;
  readonly repeatable = true;
  bytesRead = 0;
  readonly #file: string | URL;
  readonly #isGzip: boolean;

  constructor(
    file: string | URL,
    { name, sizeBytes, isGzip }: Pick<InputSource, "name"> & { sizeBytes: number; isGzip: boolean },
  ) {
    this.#file = file;
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.#isGzip = isGzip;
    this.plainPath = isGzip || typeof file !== "string" ? undefined : file;
  }

  items<Notes, Block extends RecordBlock = never>(
    note: NoteRecord<Notes>,
    options: ReadOptions<Block>,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    this.bytesRead = 0;
    return split(this.#chunks(), { name: this.name, note, ...options });
  }

  /** @throws {SfcrimeError} INPUT if it cannot contain records */
  async requireJson(): Promise<void> {
    try {
      for await (const chunk of this.#chunks()) {
        if (!isBlank(chunk)) return requireJson(chunk, this.name);
      }
    } catch (cause) {
      throw inputError(this.name, cause);
    }
    throw isEmpty(this.name);
  }

  /** The decompressed bytes; each chunk is valid until the next one is requested. */
  async *#chunks(): AsyncIterable<Uint8Array> {
    if (!this.#isGzip) {
      yield* this.#plainChunks();
      return;
    }
    const bytes = createReadStream(this.#file, { highWaterMark: CHUNK_BYTES });
    bytes.on("data", (chunk) => this.bytesRead += chunk.length);
    yield* unzipped(bytes);
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

class StreamInput implements InputSource {
  readonly name: string;
  readonly sizeBytes = undefined;
  readonly plainPath = undefined;
  readonly repeatable = false;
  bytesRead = 0;
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #cancel: () => void;

  private constructor(name: string, chunks: AsyncIterable<Uint8Array>, cancel: () => void) {
    this.name = name;
    this.#chunks = chunks;
    this.#cancel = cancel;
  }

  /** Waits for the first bytes that show the format. */
  static async open(name: string, bytes: ReadableStream<Uint8Array>): Promise<StreamInput> {
    const reader = bytes.getReader();
    const cancel = () => void reader.cancel().catch(() => {});
    const held: Uint8Array[] = [];
    let heldBytes = 0;
    let hasContent = false;
    // The first bytes show the format; a byte order mark may arrive in parts.
    while (!hasContent || heldBytes < BYTE_ORDER_MARK.length) {
      const { value } = await reader.read();
      if (value === undefined) break;
      held.push(value);
      heldBytes += value.length;
      hasContent ||= heldBytes <= CHUNK_BYTES ? !isBlank(concat(held)) : !isBlank(value);
      if (heldBytes > LEADING_SPACE_BYTES_MAX && !hasContent) {
        const size = formatBytes(LEADING_SPACE_BYTES_MAX);
        throw new SfcrimeError("INPUT", `${name} starts with more than ${size} of white space.`);
      }
    }
    const head = concat(held);
    if (!hasContent) throw isEmpty(name);
    const all = (async function* () {
      for (let chunk: Uint8Array | undefined = head; chunk !== undefined;) {
        yield chunk;
        chunk = (await reader.read()).value;
      }
    })();
    if (!isGzip(head)) {
      requireJson(head, name);
      return new StreamInput(name, all, cancel);
    }
    return new StreamInput(name, unzipped(Readable.from(all)), cancel);
  }

  items<Notes, Block extends RecordBlock = never>(
    note: NoteRecord<Notes>,
    options: ReadOptions<Block>,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
    // A reader that waits for more would otherwise not notice that the run stops.
    options.signal.addEventListener("abort", this.#cancel, { once: true });
    return split(this.#counted(), { name: this.name, note, ...options });
  }

  async *#counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of this.#chunks) {
      this.bytesRead += chunk.length;
      yield chunk;
    }
  }
}
