/**
 * Writes to stdout or another output, completely and in order, with distinct errors for the two failures that
 * users cause: the reader is gone, or the disk is full.
 */
import { SfcrimeError, writeError } from "../errors.ts";

/** The path that means stdout. */
export const STDOUT = "-";

/** Writes bytes; resolves when they are written. */
export interface Output {
  write(bytes: Uint8Array): Promise<void>;
}

/** The part of `Deno.stdout` that is used. */
interface RawWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * An output over a raw writer. Concurrent writes are serialized.
 *
 * @param name Its name in messages.
 */
export function outputTo(writer: RawWriter, name: string): Output {
  let last = Promise.resolve();
  return {
    write(bytes) {
      const turn = last.then(() => writeAll(writer, bytes, name));
      last = turn.catch(() => {});
      return turn;
    },
  };
}

async function writeAll(writer: RawWriter, bytes: Uint8Array, name: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await writer.write(bytes.subarray(at));
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) {
      throw new SfcrimeError("OUTPUT_CLOSED", `The reader of ${name} closed the pipe.`, { cause });
    }
    throw writeError(name, cause);
  }
}
