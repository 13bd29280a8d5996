/**
 * `histogram_numeric`: a histogram of a fixed number of bins at any place (Ben-Haim and Tom-Tov, "A Streaming Parallel
 * Decision Tree Algorithm", 2010). A value is a bin of its own until there are too many; then the two closest bins
 * become one. Between pairs that are equally close chance decides: that of a generator with a seed, as in Spark, so
 * that the bins are Spark's as well.
 */
import type { DataType, Value } from "../../../records/data_type.ts";
import type { AggregateCall } from "../../../sql/plan.ts";
import type { Accumulator } from "../accumulator.ts";
import { collectList } from "../collections/lists.ts";
import { fromDouble } from "./from_double.ts";
import { JavaRandom } from "./java_random.ts";

/** A bin: its centre, and the number of values in it. */
interface Bin {
  x: number;
  y: number;
}

const SEED = 31_183n;

/** Where each is in the buffer, counted from the aggregate's position, where the values of a partition are. */
const AT = { bins: 1, chance: 2 } as const;
const DOUBLES = { kind: "ARRAY", element: "DOUBLE" } as const;

/** The aggregate over a slot with DOUBLEs, whose centres are of the type of the argument. */
export function histogram({ args: [slot], type, parameters }: AggregateCall): Accumulator {
  const most = parameters!.bins as number;
  const centre = centreOf(type);
  const values = collectList(slot!, "DOUBLE");
  return {
    types: [...values.types, DOUBLES, "BIGINT"],
    initial: [...values.initial, null, null],
    update: values.update,
    merge: (buffer, at, other) => {
      values.merge(buffer, at, other);
      const more = binsAt(other, at);
      if (more.length === 0) return;
      const bins = binsAt(buffer, at);
      const all = bins.length === 0 ? more : [...bins, ...more].sort(byCentre);
      const chance = new JavaRandom(buffer[at + AT.chance] as bigint | null ?? JavaRandom.stateOf(SEED));
      if (bins.length > 0) trim(all, most, chance);
      buffer[at + AT.bins] = all.flatMap(({ x, y }) => [x, y]);
      buffer[at + AT.chance] = chance.state;
    },
    // Each step begins with the same chances.
    seal: (buffer, at) => {
      buffer[at + AT.chance] = null;
      const added = buffer[at] as readonly number[] | null;
      if (added === null) return;
      const bins = binsAt(buffer, at);
      const chance = new JavaRandom(JavaRandom.stateOf(SEED));
      for (const value of added) add(bins, value, { most, chance });
      buffer[at + AT.bins] = bins.flatMap(({ x, y }) => [x, y]);
      buffer[at] = null;
    },
    result: (buffer, at) => {
      const bins = binsAt(buffer, at);
      return bins.length === 0 ? null : bins.map(({ x, y }) => [centre(x), y]);
    },
  };
}

/** Makes a centre of the type that the result has. */
function centreOf(type: DataType): (x: number) => Value {
  const bin = typeof type !== "string" && type.kind === "ARRAY" ? type.element : type;
  const to = typeof bin !== "string" && bin.kind === "STRUCT" ? bin.fields[0]!.type : bin;
  return fromDouble(to);
}

function binsAt(buffer: readonly Value[], at: number): Bin[] {
  const numbers = (buffer[at + AT.bins] ?? []) as readonly number[];
  return Array.from({ length: numbers.length / 2 }, (_, index) => ({
    x: numbers[2 * index]!,
    y: numbers[2 * index + 1]!,
  }));
}

function byCentre(left: Bin, right: Bin): number {
  if (left.x !== right.x) {
    return left.x - right.x || Number(Number.isNaN(left.x)) - Number(Number.isNaN(right.x));
  }
  return 0;
}

/** Adds a value to the bin at its place, or as a new one. */
function add(
  bins: Bin[],
  value: number,
  { most, chance }: { readonly most: number; readonly chance: JavaRandom },
): void {
  let [place, from, to] = [0, 0, bins.length];
  while (from < to) {
    place = (from + to) >> 1;
    const { x } = bins[place]!;
    if (x > value) to = place;
    else if (x < value) from = ++place;
    else break;
  }
  if (place < bins.length && bins[place]!.x === value) bins[place]!.y++;
  else {
    bins.splice(place, 0, { x: value, y: 1 });
    trim(bins, most, chance);
  }
}

/** Merges the closest bins until there are no more than wanted. */
function trim(bins: Bin[], most: number, chance: JavaRandom): void {
  while (bins.length > most) {
    let [closest, distance, ties] = [0, bins[1]!.x - bins[0]!.x, 1];
    for (let index = 1; index < bins.length - 1; index++) {
      const other = bins[index + 1]!.x - bins[index]!.x;
      if (other < distance) [closest, distance, ties] = [index, other, 1];
      else if (other === distance && chance.nextDouble() <= 1 / ++ties) closest = index;
    }
    const [left, right] = [bins[closest]!, bins[closest + 1]!];
    const sum = left.y + right.y;
    left.x = left.x * (left.y / sum) + right.x / sum * right.y;
    left.y = sum;
    bins.splice(closest + 1, 1);
  }
}
