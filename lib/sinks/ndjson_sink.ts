/**
 * Writes NDJSON to stdout, at least once: a batch that runs again after a crash is printed again.
 */
import type { Output } from "../base/files/output.ts";
import type { Sink } from "./sink.ts";

/** See the module's description. @param withBatch Whether rows include their query and batch. */
export function ndjsonSink(output: Output, withBatch: boolean): Sink {
  return {
    description: "ndjson",
    format: { kind: "ndjson", withBatch },
    async write({ text }) {
      if (text !== undefined && text.length > 0) await output.write(text);
    },
  };
}
