/**
 * Writing to stdout, or wherever else bytes go out: whole, in order, and with the two endings told apart that
 * a user can cause: the reader has gone away, and the disk is full.
 */
import { SfcrimeError, writeError } from "./errors.ts";

/** Takes bytes; resolves when they are handed over. */
export interface Output {
  write(bytes: Uint8Array): Promise<void>;
}

/** The part of `Deno.stdout` that is used. */
interface RawWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * An output over a raw writer. Writes are done one behind the other, whoever calls.
 *
 * @param name What it is, for messages.
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
      throw new SfcrimeError("OUTPUT_CLOSED", `The reader of ${name} has gone away.`, { cause });
    }
    throw writeError(name, cause);
  }
}
