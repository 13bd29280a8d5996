/** The files of the page, which are part of the program: with a tag by which browsers keep them, and compressed. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** The form of a file that is sent. */
interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly tag: string;
}

/** See the module's description. */
export class Assets {
  readonly #files: Readonly<Record<string, Asset>>;
  /** By name; a file is compressed when it is first asked for. */
  readonly #encoded = new Map<string, { readonly plain: Encoded; readonly gzip: Encoded }>();

  constructor(files: Readonly<Record<string, Asset>>) {
    this.#files = files;
  }

  /** The types of the files. */
  get types(): readonly [string, ...string[]] {
    const [first = "", ...others] = new Set(Object.values(this.#files).map(({ type }) => type));
    return [first, ...others];
  }

  /** The answer to a request for a file; undefined if there is no such file. */
  answer(name: string, headers: Headers): Response | undefined {
    if (!Object.hasOwn(this.#files, name)) return undefined;
    const asset = this.#files[name]!;
    const forms = this.#formsOf(name, asset);
    const isCompressed = acceptsGzip(headers.get("accept-encoding") ?? "");
    const { bytes, tag } = isCompressed ? forms.gzip : forms.plain;
    const shared = { etag: tag, "cache-control": "no-cache", vary: "accept-encoding" };
    const known = (headers.get("if-none-match") ?? "").split(",").map((each) =>
      each.trim().replace(/^W\//, "")
    );
    if (known.includes(tag) || known.includes("*")) {
      return new Response(null, { status: 304, headers: shared });
    }
    return new Response(bytes, {
      headers: {
        ...shared,
        "content-type": `${asset.type}; charset=utf-8`,
        "content-length": String(bytes.length),
        ...(isCompressed ? { "content-encoding": "gzip" } : {}),
      },
    });
  }

  #formsOf(name: string, { body }: Asset): { readonly plain: Encoded; readonly gzip: Encoded } {
    const found = this.#encoded.get(name);
    if (found !== undefined) return found;
    const bytes = new TextEncoder().encode(body);
    const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
    const forms = {
      plain: { bytes, tag: `"${hash}"` },
      gzip: { bytes: new Uint8Array(gzipSync(bytes, { level: 9 })), tag: `"${hash}-gzip"` },
    };
    this.#encoded.set(name, forms);
    return forms;
  }
}

function acceptsGzip(header: string): boolean {
  return header.split(",").some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$)|$)/i.test(coding));
}
