/** Keeps what could not be sent, one JSON object a line, with where it stood and what was wrong with it. */
import { dirname } from "node:path";
import { writeError } from "../base/errors.ts";
import { makeOwnDirectory, openToAppend } from "../base/own_file.ts";
import type { InputPosition } from "../records/input_item.ts";

/** A record that was not sent. */
export interface DeadLetter {
  readonly input: string;
  readonly position: InputPosition;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** A file of dead letters, made when the first one comes. */
export class DeadLetters {
  readonly path: string;
  #file: Deno.FsFile | undefined;
  #count = 0;

  constructor(path: string) {
    this.path = path;
  }

  get count(): number {
    return this.#count;
  }

  /** Writes one letter. @throws {SfcrimeError} DISK_FULL or OUTPUT */
  write({ input, position, reason, bytes }: DeadLetter): void {
    const line = JSON.stringify({
      time: new Date().toISOString(),
      input,
      ...position,
      reason,
      ...contentOf(bytes),
    });
    try {
      this.#file ??= this.#open();
      const all = new TextEncoder().encode(`${line}\n`);
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

/** The record as text, or as base64 where it is none. */
function contentOf(bytes: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: strictUtf8.decode(bytes) };
  } catch {
    return { base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
  }
}
