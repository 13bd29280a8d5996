/**
 * The keys that were seen within the watermark: Spark's `dropDuplicatesWithinWatermark`. A key is remembered
 * until the watermark passes its event time plus the delay; until then, further rows with the key are
 * duplicates.
 */
import { add, type Micros, microsOfMillis, wrapped } from "../../records/values/micros.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";
import { ExpiryIndex } from "../state/expiry_index.ts";
import { type Group, GroupTable } from "../aggregates/group_table.ts";
import { bytesOfValues } from "../values/memory_estimate.ts";
import type { BatchWatermarks, StateEntry, StateMetrics, StateOperator } from "./operator.ts";

/** The classification of a row. */
export type Verdict = "first" | "duplicate" | "late";

/** See the module's description. */
export class DeduplicationState implements StateOperator {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[] = ["TIMESTAMP"];
  readonly #delayMicros: Micros;
  /** After its keys, a group contains its expiry time. */
  readonly #table = new GroupTable([null]);
  readonly #byExpiry = new ExpiryIndex<Group>();
  readonly #added = new Set<Group>();
  #removed: readonly Group[] = [];
  /** The memory of the keys. */
  #keyBytes = 0;
  #lateMicros: Micros = -Infinity;
  #lateRows = 0;
  #duplicates = 0;

  constructor(keyTypes: readonly DataType[], delayMs: number) {
    this.keyTypes = keyTypes;
    this.#delayMicros = microsOfMillis(delayMs);
    this.description = `keys (${keyTypes.map(typeName).join(", ")})`;
  }

  get size(): number {
    return this.#table.size;
  }

  begin({ lateMs }: BatchWatermarks): void {
    this.#added.clear();
    this.#removed = [];
    this.#lateRows = 0;
    this.#duplicates = 0;
    this.#lateMicros = lateMs === undefined ? -Infinity : microsOfMillis(lateMs);
  }

  /** Classifies a row. A row without an event time is never late. */
  take(key: readonly Value[], timeMicros: Micros | null): Verdict {
    const time = timeMicros ?? 0;
    if (timeMicros !== null && time <= this.#lateMicros) {
      this.#lateRows++;
      return "late";
    }
    const size = this.#table.size;
    const group = this.#table.groupOf(key, key.length);
    if (this.#table.size === size) {
      this.#duplicates++;
      return "duplicate";
    }
    this.#remember(group, wrapped(add(time, this.#delayMicros)));
    this.#added.add(group);
    return "first";
  }

  /** Ends a batch, and removes the keys that the watermark has passed. */
  finish({ evictionMs }: BatchWatermarks): StateMetrics {
    this.#removed = evictionMs === undefined ? [] : this.#forgetUntil(microsOfMillis(evictionMs));
    return {
      operatorName: "dedupeWithinWatermark",
      rowsTotal: this.#table.size,
      rowsUpdated: this.#added.size,
      rowsRemoved: this.#removed.length,
      groupsDropped: this.#lateRows,
      lateRows: this.#lateRows,
      duplicateRows: this.#duplicates,
      memoryBytes: this.#table.memoryBytes + this.#keyBytes + this.#byExpiry.memoryBytes,
    };
  }

  *changes(): Iterable<StateEntry> {
    const gone = new Set(this.#removed);
    for (const group of this.#added) {
      if (!gone.has(group)) yield { key: keysOf(group), value: group.values.slice(-1) };
    }
    for (const group of gone) yield { key: keysOf(group), value: undefined };
  }

  *entries(): Iterable<StateEntry> {
    for (const group of this.#table.groups()) yield { key: keysOf(group), value: group.values.slice(-1) };
  }

  restore(key: readonly Value[], value: readonly Value[]): void {
    this.#remember(this.#table.groupOf(key, key.length), value[0] as Micros);
  }

  #remember(group: Group, expiry: Micros): void {
    group.values[group.values.length - 1] = expiry;
    this.#keyBytes += bytesOfValues(group.values);
    this.#byExpiry.add(expiry, group);
  }

  #forgetUntil(watermarkMicros: Micros): Group[] {
    const forgotten = this.#byExpiry.takeUntil(watermarkMicros);
    for (const { values } of forgotten) {
      this.#table.delete(values, this.keyTypes.length);
      this.#keyBytes -= bytesOfValues(values);
    }
    return forgotten;
  }
}

/** The keys of a group; its last value is the expiry time. */
function keysOf({ values }: Group): readonly Value[] {
  return values.slice(0, -1);
}
