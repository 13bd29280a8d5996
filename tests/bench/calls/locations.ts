/**
 * The locations that calls come from: 25,000 of them, skewed as in the sample, or one for nearly each call.
 *
 * The sample has 3,828 addresses in 6,802 calls: the most frequent one 71 times, and 2,655 of them once. The
 * closest that 25,000 addresses come to that is a Zipf-Mandelbrot distribution of exponent 0.9 and shift 10:
 * 3,857 addresses in as many calls, the most frequent one 53 times, and 2,933 of them once.
 */
import { type SampleCall, sampleCalls } from "../../support/calls.ts";
import { randomFrom } from "../../support/random.ts";

const LOCATIONS = 25_000;
const SEED = 25_000;
const EXPONENT = 0.9;
const SHIFT = 10;
/** So many that even the rarest location has several. */
const TICKETS = 2 ** 20;
/** Blocks of a street in the sample have numbers below that, in hundreds. */
const BLOCKS = 40;

/** Where a call is. */
export interface Location {
  readonly address: string;
  /** The members of the call that belong to its address, as JSON, up to the last quote: its text can be longer. */
  readonly members: string;
}

/** Draws locations, the more frequent ones more often. */
export function locationDraw(random: () => number): () => Location {
  const { locations, tickets } = table();
  return () => locations[tickets[Math.floor(random() * TICKETS)]!]!;
}

/** The locations, and how many of all tickets each has. */
interface LocationTable {
  readonly locations: readonly Location[];
  readonly tickets: Uint16Array;
}

let made: LocationTable | undefined;

/** The same locations for all seeds of calls. */
function table(): LocationTable {
  if (made !== undefined) return made;
  const locations = makeLocations(sampleCalls(), randomFrom(SEED));
  const weights = locations.map((_, rank) => (rank + 1 + SHIFT) ** -EXPONENT);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const tickets = new Uint16Array(TICKETS);
  let [at, share] = [0, 0];
  for (const [rank, weight] of weights.entries()) {
    share += weight / total;
    const end = Math.round(share * TICKETS);
    tickets.fill(rank, at, end);
    at = end;
  }
  return made = { locations, tickets };
}

/** All locations, the most frequent first: those of the sample, then others of their shapes. */
function makeLocations(sample: readonly SampleCall[], random: () => number): Location[] {
  const byAddress = Map.groupBy(sample, (call) => call["address"]!);
  const addresses = [...byAddress.keys()]
    .toSorted((left, right) => byAddress.get(right)!.length - byAddress.get(left)!.length);
  const locations: Location[] = addresses.map((address) => locationOf(byAddress.get(address)![0]!));
  const taken = new Set(addresses);
  const draw = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  while (locations.length < LOCATIONS) {
    const call = draw(sample);
    const block = Math.floor(random() * BLOCKS) * 100;
    const address = otherBlock(call["address"]!, block) ?? otherCrossing(call["address"]!, draw(addresses));
    if (address === undefined || taken.has(address)) continue;
    taken.add(address);
    locations.push(locationOf({ ...call, address }));
  }
  return locations;
}

function otherBlock(address: string, block: number): string | undefined {
  const [, street] = /^\d+( Bl.+)$/.exec(address) ?? [];
  return street && `${block}${street}`;
}

function otherCrossing(address: string, other: string): string | undefined {
  const [, street] = /^([^/]+\/)[^/]+$/.exec(address) ?? [];
  const [, crossing] = /^[^/]+\/([^/]+)$/.exec(other) ?? [];
  return street && crossing && street + crossing;
}

function locationOf(call: SampleCall): Location {
  const { address, city, state, agency_id, address_type, common_location } = call;
  const members = { city, state, agency_id, address_type, common_location };
  return { address: address!, members: JSON.stringify(members).slice(1, -2) };
}
