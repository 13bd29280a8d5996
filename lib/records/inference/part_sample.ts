/** What the values, or the keys, of a sample of records are: their format, as far as bytes tell it, and their columns. */
import { schemaIdIn } from "../formats/schemas/wire_format.ts";
import { javaText } from "../values/java_text.ts";
import { RecordSchema } from "./record_schema.ts";

/** A format that bytes tell; `framed` begins with the id of a schema. */
export type SampledFormat = "json" | "text" | "binary" | "framed";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** See the module's description. */
export class PartSample {
  /** The columns, and how many have each field. */
  readonly schema = new RecordSchema();
  #missing = 0;
  #texts = 0;
  #framed = 0;
  #others = 0;
  #schemaId: number | undefined;

  /** Looks at a value or key; null if the record has none. */
  add(bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.#missing++;
      this.schema.add(null);
      return;
    }
    this.schema.add(javaText(bytes));
    const id = schemaIdIn(bytes, 0, bytes.length);
    if (id !== undefined) {
      this.#framed++;
      this.#schemaId = id;
    } else if (isText(bytes)) this.#texts++;
    else this.#others++;
  }

  /** Those that are there. */
  get count(): number {
    return this.#texts + this.#framed + this.#others;
  }

  /** All records. */
  get records(): number {
    return this.count + this.#missing;
  }

  /** Undefined if there are none. Some that are no JSON do not matter, as they are read as NULLs. */
  get format(): SampledFormat | undefined {
    if (this.count === 0) return undefined;
    if (this.schema.objects > 0) return "json";
    if (this.#framed === this.count) return "framed";
    return this.#texts === this.count ? "text" : "binary";
  }

  /** The id of the schema of the last one, if they begin with one. */
  get schemaId(): number | undefined {
    return this.#schemaId;
  }
}

function isText(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
