/** The values of all aggregates of a query in one buffer: where those of each are, and what they take. */
import type { DataType, Row, Value } from "../../records/data_type.ts";
import type { AggregatePlan } from "../../sql/plan.ts";
import { isPacked } from "../groups/value_codec.ts";
import { BufferMeter } from "../values/memory_estimate.ts";
import type { Accumulator } from "./accumulator.ts";
import { accumulatorOf } from "./aggregate_functions.ts";

/** See the module's description. */
export class BufferLayout {
  readonly accumulators: readonly Accumulator[];
  /** The position of the values of each aggregate. */
  readonly starts: readonly number[];
  readonly initial: readonly Value[];
  readonly types: readonly DataType[];
  /** Whether merging adds up all values, which are numbers. */
  readonly adds: boolean;
  /** If each value is a number of rows: for each, whether a row is counted. */
  readonly counters: readonly ((row: Readonly<Row>) => boolean)[] | undefined;
  readonly #meter: BufferMeter;
  /** Whether some values are objects where groups are packed. */
  readonly hasObjects: boolean;
  /** Of these values. */
  readonly #objectMeter: BufferMeter;

  constructor({ calls, keys }: AggregatePlan) {
    this.accumulators = calls.map((call) => accumulatorOf(call, keys.length > 0));
    let next = 0;
    this.starts = this.accumulators.map(({ types }) => {
      const start = next;
      next += types.length;
      return start;
    });
    this.types = this.accumulators.flatMap(({ types }) => types);
    this.initial = this.accumulators.flatMap(({ initial }) => initial);
    this.adds = this.accumulators.every(({ adds }) => adds === true);
    const counters = this.accumulators.flatMap(({ counts }) => counts ?? []);
    this.counters = counters.length === this.accumulators.length ? counters : undefined;
    const slots = this.accumulators.flatMap(({ types, elementBytes = 0 }, index) =>
      types.map((type, value) => ({ at: this.starts[index]! + value, type, elementBytes }))
    );
    this.#meter = new BufferMeter(slots);
    const objects = slots.filter(({ type }) => !isPacked(type));
    this.hasObjects = objects.length > 0;
    this.#objectMeter = new BufferMeter(objects);
  }

  /** Updates the buffer with a row; returns its estimated growth in bytes. */
  update(buffer: Value[], row: Readonly<Row>): number {
    if (!this.#meter.isFixedSize) this.#meter.measure(buffer);
    for (let index = 0; index < this.accumulators.length; index++) {
      this.accumulators[index]!.update(buffer, this.starts[index]!, row);
    }
    return this.#meter.isFixedSize ? 0 : this.#meter.growth(buffer);
  }

  /** Merges another buffer; returns the estimated growth of this one in bytes. */
  merge(buffer: Value[], other: readonly Value[]): number {
    if (!this.#meter.isFixedSize) this.#meter.measure(buffer);
    for (let index = 0; index < this.accumulators.length; index++) {
      this.accumulators[index]!.merge(buffer, this.starts[index]!, other);
    }
    return this.#meter.isFixedSize ? 0 : this.#meter.growth(buffer);
  }

  /** Whether the buffers of a batch are merged in the order of partitions, each once it is sealed. */
  get mergesByPartition(): boolean {
    return this.accumulators.some(({ isOrdered, seal }) => isOrdered === true || seal !== undefined);
  }

  /** Ends the buffer of a partition or of a batch. */
  seal(buffer: Value[]): void {
    this.accumulators.forEach(({ seal }, index) => seal?.(buffer, this.starts[index]!));
  }

  /** Merges the buffer of a batch into one of the state; returns the estimated growth of this one in bytes. */
  mergeSealed(buffer: Value[], other: readonly Value[]): number {
    const grownBytes = this.merge(buffer, other);
    this.seal(buffer);
    return grownBytes;
  }

  /** Estimated memory of a buffer. */
  bytesOf(buffer: readonly Value[]): number {
    return this.#meter.bytesOf(buffer);
  }

  /** Estimated memory of its values that are objects, where groups are packed. */
  objectBytesOf(buffer: readonly Value[]): number {
    return this.#objectMeter.bytesOf(buffer);
  }

  /** Adds the results of the aggregates to a row. */
  addResults(row: Row, buffer: readonly Value[]): void {
    for (let index = 0; index < this.accumulators.length; index++) {
      row.push(this.accumulators[index]!.result(buffer, this.starts[index]!));
    }
  }
}
