/**
 * The calls of `generated_calls.ts` as records of some 270 bytes with structures in them: the unit that took the call, in it
 * the call, in that its place, and beside them an array of the unit's last ten speeds.
 */
import { sampleCalls } from "../../support/calls.ts";
import { randomFrom } from "../../support/random.ts";
import { Arrivals, timeMembers } from "./arrivals.ts";
import { LineBuffer } from "./line_buffer.ts";
import { locationDraw } from "./locations.ts";
import { CHUNK_BYTES, type MadeCall } from "./made_call.ts";

const SEED = 2019;
const UNITS = 400;
const STATUSES = ["en route", "on scene", "available"];
const SPEEDS = 10;
const SPEED_MAX = 65;

/** The columns of the records, as both engines read them. */
export const NESTED_COLUMNS =
  "at TIMESTAMP, unit STRUCT<id: STRING, status: STRING, crew: INT, call: STRUCT<id: STRING, type: STRING, " +
  "disposition: STRING, place: STRUCT<address: STRING, lat: DOUBLE, lon: DOUBLE>>>, speeds ARRAY<INT>";

/** Records as lines of NDJSON, in chunks of whole lines; each call is also passed to `observe`. */
export function* nestedCalls(
  count: number,
  observe?: (call: MadeCall) => void,
): Iterable<Uint8Array<ArrayBuffer>> {
  const random = randomFrom(SEED);
  const sample = sampleCalls();
  const arrivals = new Arrivals(sample, { random, perMinute: undefined });
  const nextLocation = locationDraw(random);
  const below = (limit: number) => Math.floor(random() * limit);
  const chunk = new LineBuffer(CHUNK_BYTES);
  for (let n = 0; n < count; n++) {
    const id = arrivals.next();
    const timeMs = arrivals.callTimeMs();
    const { original_crime_type_name, disposition } = sample[below(sample.length)]!;
    const { address } = nextLocation();
    const [type, code] = [original_crime_type_name!, disposition!];
    const at = /"call_date_time":(".*")/.exec(timeMembers(timeMs))![1];
    const place = `{"address":"${address}","lat":37.${700_000 + below(110_000)},"lon":-122.${
      380_000 + below(130_000)
    }}`;
    const call = `{"id":"${id}","type":${JSON.stringify(type)},"disposition":"${code}","place":${place}}`;
    const status = `"status":"${STATUSES[below(STATUSES.length)]}","crew":${1 + below(2)}`;
    const speeds = Array.from({ length: SPEEDS }, () => below(SPEED_MAX)).join(",");
    chunk.add(
      `{"at":${at},"unit":{"id":"U${below(UNITS)}",${status},"call":${call}},"speeds":[${speeds}]}\n`,
    );
    observe?.({ id, timeMs, type, disposition: code, address });
    if (chunk.isFull) yield chunk.take();
  }
  yield chunk.take();
}
