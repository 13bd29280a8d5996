/** Keeps records that could not be sent, one JSON object per line, with their position and the reason. */
import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { DEAD_LETTER_BYTES_MAX } from "../../base/bounds.ts";
import type { Clock } from "../../base/clock.ts";
import { SfcrimeError, writeError } from "../../base/errors.ts";
import { formatBytes } from "../../base/text/format.ts";
import { makeOwnDirectory, openToAppend } from "../../base/files/own_file.ts";
import type { InputFormat } from "../../config/values/input_values.ts";
import type { BrokenItem } from "../../records/splitting/input_item.ts";

/** A record that was not sent, the name and format of its input, and where it belongs. */
export type DeadLetter =
  & {
    readonly input: string;
    readonly topic: string;
    /** Undefined for JSON. */
    readonly format?: InputFormat | undefined;
  }
  & Pick<
    BrokenItem,
    "position" | "reason" | "bytes" | "length"
  >;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** A dead-letter file, created for the first dead letter. The bytes that one run adds are limited. */
export class DeadLetters {
  readonly path: string;
  readonly #clock: Clock;
  #file: Deno.FsFile | undefined;
  #count = 0;
  #bytes = 0;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  /** Writes a dead letter. @throws {SfcrimeError} DISK_FULL or OUTPUT; INPUT if it exceeds the limit. */
  write({ input, topic, format, position, reason, bytes, length }: DeadLetter): void {
    const line = JSON.stringify({
      time: new Date(this.#clock.nowMs()).toISOString(),
      topic,
      input,
      ...(format === undefined ? {} : { format }),
      ...position,
      reason,
      ...(bytes.length < length ? { length } : {}),
      ...contentOf(bytes),
    });
    const all = new TextEncoder().encode(`${line}\n`);
    this.#bytes += all.length;
    if (this.#bytes > DEAD_LETTER_BYTES_MAX) {
      throw new SfcrimeError(
        "INPUT",
        `Too many broken records: dead letters in ${this.path} reached ${
          formatBytes(DEAD_LETTER_BYTES_MAX)
        } at record ${position.record} of ${input} (line ${position.line}, byte ${position.offset}).`,
        { hint: "Check that this is the right input, or use --on-error skip to skip broken records." },
      );
    }
    try {
      this.#file ??= this.#open();
      for (let at = 0; at < all.length;) at += this.#file.writeSync(all.subarray(at));
    } catch (cause) {
      throw writeError(this.path, cause);
    }
    this.#count++;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #open(): Deno.FsFile {
    makeOwnDirectory(dirname(this.path));
    return openToAppend(this.path);
  }
}

/** The record as text, or as base64 if it is not UTF-8. */
function contentOf(bytes: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: strictUtf8.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64") };
  }
}
