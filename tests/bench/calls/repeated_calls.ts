/**
 * The sample over and over, with the same times: what every cache likes best. Each call has an id of its own.
 */
import { sampleCalls } from "../../support/calls.ts";
import { LineBuffer } from "./line_buffer.ts";
import { CHUNK_BYTES, type MadeCall } from "./made_call.ts";

const FIRST_ID = 100_000_000;

/** Calls as lines of NDJSON, in chunks of whole lines; each call is also passed to `observe`. */
export function* repeatedCalls(
  count: number,
  observe: (call: MadeCall) => void,
): Iterable<Uint8Array<ArrayBuffer>> {
  const sample = sampleCalls().map((call) => ({
    line: JSON.stringify({ ...call, crime_id: "\0" }).split("\\u0000") as [string, string],
    made: {
      timeMs: Date.parse(`${call["call_date_time"]}Z`),
      type: call["original_crime_type_name"]!,
      disposition: call["disposition"]!,
      address: call["address"]!,
    },
  }));
  const chunk = new LineBuffer(CHUNK_BYTES);
  for (let n = 0; n < count; n++) {
    const { line: [before, after], made } = sample[n % sample.length]!;
    chunk.add(`${before}${FIRST_ID + n}${after}\n`);
    observe({ id: String(FIRST_ID + n), ...made });
    if (chunk.isFull) yield chunk.take();
  }
  yield chunk.take();
}
