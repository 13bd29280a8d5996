/**
 * CRC-32C (Castagnoli), the checksum of Kafka's record batches. The bytes are copied to the memory of its kernel, a
 * piece at a time, which costs far less than the checksum itself.
 */
import { Buffer } from "node:buffer";
import { CRC32C_KERNEL } from "./crc32c_kernel.wasm.ts";

const PAGE_BYTES = 65_536;
/** Where pieces are copied to, behind the tables of the kernel. */
const PIECE_AT = 4_096;
/** A piece fits the cache of a core. */
const PIECE_BYTES = 16_384;

interface Kernel {
  readonly memory: Uint8Array;
  readonly update: (state: number, start: number, end: number) => number;
}

/** Each thread has its own, made when it is first needed. */
let kernel: Kernel | undefined;

function makeKernel(): Kernel {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const module = new WebAssembly.Module(Buffer.from(CRC32C_KERNEL, "base64"));
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as
    & { readonly prepare: () => void }
    & Pick<Kernel, "update">;
  exports.prepare();
  return { memory: new Uint8Array(memory.buffer, 0, PAGE_BYTES), update: exports.update };
}

/**
 * The CRC-32C of `bytes[start, end)`, as an unsigned number.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
 * ```
 */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const { memory, update } = kernel ??= makeKernel();
  let state = -1;
  for (let at = start; at < end; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, Math.min(end, at + PIECE_BYTES));
    memory.set(piece, PIECE_AT);
    state = update(state, PIECE_AT, PIECE_AT + piece.length);
  }
  return ~state >>> 0;
}
