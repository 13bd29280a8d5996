/**
 * Calls made from a seed, as a stream has them: times move on, and each `crime_id` is new. The same options give
 * the same calls, and fewer calls are the beginning of more.
 *
 * - Type and disposition are those of a random call of the sample, so they have its frequencies, also jointly;
 *   some dispositions are codes that `radio_code` does not have.
 * - Calls arrive at the pace of the two days that the sample has in full, 19 and 20 November 2018, with 2,053 and
 *   2,052 calls: for each hour of the day their mean, from 0.45 a minute after 2 o'clock to 2.48 after 17 o'clock, with
 *   gaps that are exponentially distributed. The first ones arrive where the sample ends, when 2019 begins.
 * - The sample is sorted by time, so it does not say in which order calls arrive. Here 3 of 100 say a time 1 to
 *   10 minutes before they arrive, and 1 of 1,000 one to seven days before it.
 * - Times are whole minutes, as in the sample. `report_date`, `call_date`, `offense_date` and `call_time` follow from
 *   `call_date_time`, as in each of its calls.
 * - An id is year, day of the year and number within the day, as in the sample.
 * - Addresses have the skew of the sample: see `locations.ts`. City, type of address and common location belong
 *   to the address. `state` and `agency_id` are the same in all calls of the sample.
 * - With distinct addresses, each has a number of its own in front, but every 16th call has one of 1,000 addresses, each
 *   with its own type.
 *
 * To write such calls to stdout, as NDJSON:
 * `deno run -A tests/bench/calls/generated_calls.ts COUNT [--seed N] [--per-minute N] [--addresses distinct]`.
 */
import { parseArgs } from "node:util";
import { type SampleCall, sampleCalls } from "../../support/calls.ts";
import { randomFrom } from "../../support/random.ts";
import { Arrivals, timeMembers } from "./arrivals.ts";
import { LineBuffer } from "./line_buffer.ts";
import { type Location, locationDraw } from "./locations.ts";
import { CHUNK_BYTES, type MadeCall } from "./made_call.ts";

/** Which calls are made. */
export interface CallsOptions {
  readonly count: number;
  readonly seed?: number;
  /** 25,000 addresses as skewed as those of the sample, or one for nearly each call. */
  readonly addresses?: "skewed" | "distinct";
  /** The mean number of calls a minute; the sample's, which is 1.43, unless it is given. */
  readonly perMinute?: number;
  /** Bytes that each call is longer than one of the sample, in a field that no query reads. */
  readonly padBytes?: number;
}

const SEED = 2019;
const SHARED_EVERY = 16;
/** The share of calls whose address no other call has, if addresses are distinct. */
export const DISTINCT_SHARE = 1 - 1 / SHARED_EVERY;
const SHARED_ADDRESSES = 1_000;
/** Calls as lines of NDJSON, in chunks of whole lines; each call is also passed to `observe`. */
export function* generatedCalls(
  options: CallsOptions,
  observe?: (call: MadeCall) => void,
): Iterable<Uint8Array<ArrayBuffer>> {
  const { count, seed = SEED, addresses = "skewed", perMinute, padBytes = 0 } = options;
  const random = randomFrom(seed);
  const sample = sampleCalls();
  const arrivals = new Arrivals(sample, { random, perMinute });
  const kinds = sample.map((call) => new Kind(call));
  const next = addresses === "skewed" ? skewed(sample, random) : distinct(sample, random);
  const padding = "x".repeat(padBytes);
  const chunk = new LineBuffer(CHUNK_BYTES);
  for (let n = 0; n < count; n++) {
    const id = arrivals.next();
    const timeMs = arrivals.callTimeMs();
    const { kindIndex, location } = next(n);
    const kind = kinds[kindIndex]!;
    chunk.add(
      `{"crime_id":"${id}",${kind.typeMember},${timeMembers(timeMs)},${kind.dispositionMember},` +
        `"address":"${location.address}",${location.members}${padding}"}\n`,
    );
    observe?.({ id, timeMs, type: kind.type, disposition: kind.disposition, address: location.address });
    if (chunk.isFull) yield chunk.take();
  }
  yield chunk.take();
}

/** What a call is about: its members, as JSON. */
class Kind {
  readonly type: string;
  readonly disposition: string;
  readonly typeMember: string;
  readonly dispositionMember: string;

  constructor({ original_crime_type_name, disposition }: SampleCall) {
    this.type = original_crime_type_name!;
    this.disposition = disposition!;
    this.typeMember = JSON.stringify({ original_crime_type_name }).slice(1, -1);
    this.dispositionMember = JSON.stringify({ disposition }).slice(1, -1);
  }
}

/** Where the call of a number is, and which call of the sample it is like. */
type Choice = (n: number) => { readonly kindIndex: number; readonly location: Location };

function skewed(sample: readonly SampleCall[], random: () => number): Choice {
  const nextLocation = locationDraw(random);
  return () => ({ kindIndex: Math.floor(random() * sample.length), location: nextLocation() });
}

function distinct(sample: readonly SampleCall[], random: () => number): Choice {
  const nextLocation = locationDraw(random);
  return (n) => {
    const { address, members } = nextLocation();
    const randomIndex = Math.floor(random() * sample.length);
    if (n % SHARED_EVERY !== 0) {
      return { kindIndex: randomIndex, location: { address: `${n} ${address}`, members } };
    }
    const kindIndex = n / SHARED_EVERY % SHARED_ADDRESSES;
    return { kindIndex, location: { address: `${kindIndex * SHARED_EVERY} Market St`, members } };
  };
}

if (import.meta.main) {
  const { positionals: [count], values } = parseArgs({
    allowPositionals: true,
    options: {
      "seed": { type: "string", default: String(SEED) },
      "per-minute": { type: "string" },
      "addresses": { type: "string" },
    },
  });
  const perMinute = values["per-minute"];
  const calls = generatedCalls({
    count: Number(count),
    seed: Number(values.seed),
    addresses: values.addresses === "distinct" ? "distinct" : "skewed",
    ...(perMinute === undefined ? {} : { perMinute: Number(perMinute) }),
  });
  await ReadableStream.from(calls).pipeTo(Deno.stdout.writable);
}
