/** A file that is written in pieces and synced at the end. */
import { writeError } from "../../base/errors.ts";

/** See the module's description. */
export class TextPart {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<TextPart> {
    try {
      return new TextPart(path, await Deno.open(path, { write: true, create: true, truncate: true }));
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  /** @throws {SfcrimeError} DISK_FULL or OUTPUT */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
  }

  /** @throws {SfcrimeError} DISK_FULL or OUTPUT */
  async close(): Promise<void> {
    try {
      await this.#file.sync();
    } catch (cause) {
      throw writeError(this.#path, cause);
    } finally {
      this.#file.close();
    }
  }
}
