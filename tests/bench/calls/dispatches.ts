/** Dispatches: to each call that was made a unit, some minutes later; and what a join with the calls has to give. */
import { equal } from "assert";
import { generatedCalls } from "./generated_calls.ts";
import { LineBuffer } from "./line_buffer.ts";
import { CHUNK_BYTES } from "./made_call.ts";

const UNITS = 40;
const MINUTE_MS = 60_000;
const MINUTES_MAX = 45;

/** A call with its unit, as a join returns it. */
export interface Dispatched {
  readonly crime_id: string;
  readonly unit: string;
  readonly dispatched_at: string;
}

/** Dispatches to so many calls as lines of NDJSON, in chunks of whole lines, in the order of the calls. */
export function* dispatchLines(
  count: number,
  observe: (dispatched: Dispatched) => void,
): Iterable<Uint8Array<ArrayBuffer>> {
  const chunk = new LineBuffer(CHUNK_BYTES);
  let number = 0;
  const calls = generatedCalls({ count }, ({ id, timeMs }) => {
    const minutes = 1 + number * 7 % MINUTES_MAX;
    const dispatched: Dispatched = {
      crime_id: id,
      unit: `E${1 + number++ % UNITS}`,
      dispatched_at: new Date(timeMs + minutes * MINUTE_MS).toISOString(),
    };
    chunk.add(`${JSON.stringify(dispatched)}\n`);
    observe(dispatched);
  });
  // A dispatch is shorter than its call.
  for (const _lines of calls) yield chunk.take();
}

/** Rows in any order, as their number and the sum of a hash of each. */
export class DispatchedSum {
  #count = 0;
  #sum = 0;

  add({ crime_id: id, unit, dispatched_at: at }: Dispatched): void {
    this.#count++;
    this.#sum += hashOf(`${id} ${unit} ${Date.parse(at)}`);
  }

  /** Holds the rows of a join against these. */
  check(rows: Iterable<string>): void {
    const joined = new DispatchedSum();
    for (const row of rows) joined.add(JSON.parse(row) as Dispatched);
    equal(joined.#count, this.#count, "not as many rows as dispatches");
    equal(joined.#sum, this.#sum, "other rows than those that belong together");
  }
}

/** FNV-1a, of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
