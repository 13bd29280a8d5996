/** A file that is written in pieces and synced at the end. */
import { writing } from "../../base/errors.ts";

/** See the module's description. */
export class TextPart {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<TextPart> {
    const file = await writing(path, () => Deno.open(path, { write: true, create: true, truncate: true }));
    return new TextPart(path, file);
  }

  /** @throws {SfcrimeError} DISK_FULL or OUTPUT */
  async write(bytes: Uint8Array): Promise<void> {
    await writing(this.#path, async () => {
      for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    });
  }

  /** @throws {SfcrimeError} DISK_FULL or OUTPUT */
  async close(): Promise<void> {
    try {
      await writing(this.#path, () => this.#file.sync());
    } finally {
      this.#file.close();
    }
  }
}
