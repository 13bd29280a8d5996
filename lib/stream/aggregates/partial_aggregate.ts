/**
 * The first step of an aggregation, at the workers: stage rows are aggregated into groups, which are sent as packed
 * rows, so that nothing is made of a group on the way.
 */
import { GROUPS_BY_TEXT_MAX } from "../../base/bounds.ts";
import type { Row, Value } from "../../records/data_type.ts";
import { readsAny } from "../../sql/expressions/slots.ts";
import type { AggregatePlan, Branch } from "../../sql/plan.ts";
import { type Group, PackedGroups } from "../groups/packed_groups.ts";
import { type GroupTypes, PackedRowReader, type PackedRows } from "../groups/packed_rows.ts";
import type { WindowRun } from "../time/window_steps.ts";
import { BufferLayout } from "./buffer_layout.ts";

/** Groups of a worker, each with the number of its rows as its mark. */
export interface PartialGroups {
  readonly packed: PackedRows;
  /** Where groups come from; the last key of a group is the index of its origin, if origins are separate. */
  readonly origins: readonly string[];
}

/** A partial group. */
export interface PartialGroup {
  readonly origin: string;
  readonly key: readonly Value[];
  readonly buffer: readonly Value[];
  readonly rowCount: number;
}

/**
 * Whether the rows of each origin are aggregated separately, as a task of Spark does: this is how late sessions are
 * counted, and how aggregates are merged that depend on the order of rows, or on what is in a partition.
 */
function separatesOrigins({ sessionKey }: AggregatePlan, layout: BufferLayout): boolean {
  return sessionKey !== undefined || layout.mergesByPartition;
}

/** The layout of groups, without their origin. */
export function groupTypesOf(plan: AggregatePlan, layout: BufferLayout): GroupTypes {
  return {
    keyTypes: plan.keys,
    ...(plan.windows === undefined ? {} : { windows: plan.windows }),
    valueTypes: layout.types,
    initial: layout.initial,
  };
}

function typesOf(plan: AggregatePlan, layout: BufferLayout): GroupTypes {
  const types = groupTypesOf(plan, layout);
  return separatesOrigins(plan, layout) ? { ...types, keyTypes: [...plan.keys, "INT"] } : types;
}

/** Memory is only looked at between rows, so those of a row that may be in more windows come one by one. */
const WINDOWS_AT_ONCE_MAX = 256;

/** Aggregates stage rows. */
export class PartialAggregate {
  /** See {@link useOrigin}. */
  readonly separatesOrigins: boolean;
  readonly #plan: AggregatePlan;
  readonly #layout: BufferLayout;
  readonly #groups: PackedGroups;
  /** What the objects of a new group take. */
  readonly #newObjectBytes: number;
  readonly #origins = new Map<string, number>([["", 0]]);
  #origin = 0;
  #originName = "";
  #bytes = 0;
  #rows = 0;
  readonly #buffer: Value[] = [];
  readonly #isByText: boolean;
  /** Whether each value is a number of rows: then rows wait, and are added to their groups many at a time. */
  readonly #waits: boolean;
  /**
   * By origin: the groups of texts that are the only key. Texts that repeat are often the same string, whose hash is
   * known.
   */
  readonly #groupsByText: (Map<string, Group> | undefined)[] = [];

  constructor(plan: AggregatePlan) {
    this.#plan = plan;
    this.#layout = new BufferLayout(plan);
    this.separatesOrigins = separatesOrigins(plan, this.#layout);
    this.#groups = new PackedGroups(typesOf(plan, this.#layout));
    this.#newObjectBytes = this.#layout.objectBytesOf(this.#layout.initial);
    this.#isByText = plan.keys.length === 1 && plan.keys[0] === "STRING";
    this.#waits = this.#layout.counters !== undefined && !this.#isByText;
  }

  /** Whether a slot of the rows may be a `TextView`: a key, or what only counts by being NULL or not. */
  takesViews(slot: number): boolean {
    return this.#plan.calls.every(({ name, args, filter }) =>
      filter !== slot && (name === "count" || !args.includes(slot))
    );
  }

  /** How the windows of a branch's rows come at once; undefined if they have to come one by one. */
  windowsOf({ steps, output }: Branch): WindowRun | undefined {
    const { windows = [], eviction } = this.#plan;
    const step = steps.at(-1);
    if (!this.#waits || this.separatesOrigins || step?.kind !== "window") return undefined;
    const { slot, sizeMicros, slideMicros } = step;
    if (sizeMicros > WINDOWS_AT_ONCE_MAX * slideMicros) return undefined;
    const reading = output.flatMap((expression, column) =>
      readsAny(expression, new Set([slot])) ? [column] : []
    );
    const [column] = reading;
    const isKey = reading.length === 1 && output[column!]!.kind === "slot" &&
      windows.some(({ key }) => key === column) && (eviction === undefined || eviction.key === column);
    return isKey ? { step, column: column!, count: 1 } : undefined;
  }

  /** Estimated memory of the groups so far. */
  get memoryBytes(): number {
    return this.#bytes + this.#groups.gatheredBytes;
  }

  /** Aggregates the rows that follow separately from those of other origins, where that makes a difference. */
  useOrigin(origin: string): void {
    if (origin === this.#originName) return;
    this.#originName = origin;
    if (!this.#origins.has(origin)) this.#origins.set(origin, this.#origins.size);
    this.#origin = this.#origins.get(origin)!;
  }

  /** Whether most rows so far have groups of their own. */
  get isScattered(): boolean {
    return this.#rows < 2 * this.#groups.size;
  }

  /** Aggregates a row, in all of its windows if they come at once. */
  add(row: Row, windows?: WindowRun): void {
    this.#rows++;
    if (this.#waits) return this.#addWaiting(row, windows);
    const groups = this.#groups;
    const group = this.#groupOf(row);
    // The mark is the number of rows of the group, whatever its aggregates are.
    if (groups.countMark(group) === 0) this.#bytes += groups.bytesOf(group) + this.#newObjectBytes;
    if (this.#layout.counters === undefined) {
      const buffer = groups.valuesOf(group, this.#buffer);
      this.#bytes += this.#layout.update(buffer, row);
      groups.setValues(group, buffer);
      return;
    }
    this.#count(group, row);
  }

  /** Counts a row in the values that are numbers of rows. */
  #count(group: Group, row: Row): void {
    const counters = this.#layout.counters!;
    for (let index = 0; index < counters.length; index++) {
      if (counters[index]!(row)) this.#groups.add(group, index, 1);
    }
  }

  #addWaiting(row: Row, windows: WindowRun | undefined): void {
    this.#count(this.#groups.waiting(this.#keyOf(row)), row);
    if (windows === undefined || windows.count === 1) return;
    const { step: { slideMicros }, column, count } = windows;
    this.#rows += count - 1;
    const [last] = row[column] as readonly [number, number];
    for (let earlier = 1; earlier < count; earlier++) {
      this.#groups.repeatWaiting(column, last - earlier * slideMicros);
    }
  }

  #groupOf(row: Row): Group {
    const [key] = row;
    if (!this.#isByText || typeof key !== "string") return this.#groups.at(this.#keyOf(row));
    const known = this.#groupsByText[this.#origin] ??= new Map();
    let group = known.get(key);
    if (group === undefined) {
      group = this.#groups.at(this.#keyOf(row));
      if (known.size < GROUPS_BY_TEXT_MAX) known.set(key, group);
    }
    return group;
  }

  /** What begins with the values of the key. */
  #keyOf(row: Row): readonly Value[] {
    return this.separatesOrigins ? [...row.slice(0, this.#plan.keys.length), this.#origin] : row;
  }

  /** Returns the groups since the last call. */
  drain(): PartialGroups {
    this.#bytes = 0;
    this.#rows = 0;
    for (const known of this.#groupsByText) known?.clear();
    return { packed: this.#groups.drain(), origins: [...this.#origins.keys()] };
  }
}

/** Reads partial groups one by one, for operators that cannot merge them as they are. */
export class PartialGroupReader {
  readonly #keyCount: number;
  readonly #separates: boolean;
  readonly #reader: PackedRowReader;

  constructor(plan: AggregatePlan, layout = new BufferLayout(plan)) {
    this.#keyCount = plan.keys.length;
    this.#separates = separatesOrigins(plan, layout);
    this.#reader = new PackedRowReader(typesOf(plan, layout));
  }

  *read({ packed, origins }: PartialGroups): Iterable<PartialGroup> {
    for (const { key, values, mark } of this.#reader.read(packed)) {
      const origin = origins[this.#separates ? key[this.#keyCount] as number : 0]!;
      yield { origin, key: key.slice(0, this.#keyCount), buffer: values, rowCount: mark };
    }
  }
}
