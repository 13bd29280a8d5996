/** Splits the bytes of an input as they are read. */
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { InputItem, SplitterOf } from "../../records/splitting/input_item.ts";
import type { ReadOptions } from "./input_source.ts";

/** What an input's bytes are split by. */
export interface SplitOptions<Notes, Block> extends ReadOptions {
  readonly name: string;
  readonly splitterOf: SplitterOf<Notes, Block>;
}

/** The items of chunks of bytes; see `InputSource.items`. */
export async function* splitChunks<Notes, Block>(
  chunks: AsyncIterable<Uint8Array>,
  { name, splitterOf, signal, recordsBefore = 0 }: SplitOptions<Notes, Block>,
): AsyncIterable<Iterable<InputItem<Notes, Block>>> {
  const splitter = splitterOf({ recordsBefore });
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

/** The error for an input that cannot be read to its end. */
export function inputError(name: string, cause: unknown): SfcrimeError {
  if (cause instanceof SfcrimeError) return cause;
  const { code } = cause as { code?: string };
  const [, packing] = /^(Z|ZSTD)_/.exec(code ?? "") ?? [];
  const reason = packing === undefined
    ? messageOf(cause)
    : `its ${packing === "Z" ? "gzip" : "zstd"} data is incomplete or damaged (${messageOf(cause)})`;
  return new SfcrimeError("INPUT", `Cannot read ${name} to the end: ${reason}.`, { cause });
}
