/** Decodes records whose schemas have to be known first. */
import type { RecordDecoder } from "../../record_decoder.ts";

/** See the module's description. */
export interface FormatDecoder extends RecordDecoder {
  /** The id of the schema of a value, if it has to be loaded before the value is decoded. */
  missing(bytes: Uint8Array, start: number, end: number): number | undefined;
  /** Loads a schema. Returns whether there is one; the values of one that is not there are malformed. */
  load(id: number): Promise<boolean>;
}
