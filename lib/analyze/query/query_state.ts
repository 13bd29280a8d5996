/**
 * The operators of a running query: failures name the query, the checkpoint stores and restores their state, and a
 * limit on its size is enforced.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { formatBytes, formatCount } from "../../base/text/format.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import type { LoggedState, StateChange } from "../../checkpoint/state_log.ts";
import { type ValuesCodec, valuesCodec } from "../../records/values/values_codec.ts";
import type { Row } from "../../records/data_type.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { TableColumns } from "../../sql/planning/slot_names.ts";
import type { ExchangedInput } from "../../stream/operators/exchange.ts";
import { GroupRows } from "../../stream/operators/grouping/group_rows.ts";
import { type CurrentState, OperatorList } from "../../stream/operators/operator_list.ts";
import { operatorsOf } from "../../stream/operators/operators_of.ts";
import type { KeyedState, StateEntry } from "../../stream/state/state_store.ts";
import { failedQuery, selectFailures } from "../workers/query_failure.ts";

/** The state of an operator, with the codecs of its keys and values. */
interface EncodedState {
  readonly state: KeyedState;
  readonly keys: ValuesCodec;
  readonly values: ValuesCodec;
}

/** See the module's description. */
export class QueryState {
  readonly operators: OperatorList;
  readonly #query: string;
  readonly #states: readonly EncodedState[];

  constructor(plan: QueryPlan, { zone, tables = new Map(), tableColumns = {}, monotonicMs }: {
    readonly zone: TimeZone;
    /** The rows of static tables, by name. */
    readonly tables?: ReadonlyMap<string, readonly Row[]> | undefined;
    readonly tableColumns?: TableColumns | undefined;
    readonly monotonicMs: () => number;
  }) {
    this.#query = plan.name;
    const failure = selectFailures(plan, { zone, tableColumns });
    this.operators = new OperatorList(operatorsOf(plan, { zone, tables, failure }), monotonicMs);
    this.#states = this.operators.stateful.map(({ state }) => ({
      state,
      keys: valuesCodec(state.keyTypes),
      values: valuesCodec(state.valueTypes),
    }));
  }

  /** {@link OperatorList.add} */
  add(input: ExchangedInput): void {
    try {
      this.operators.add(input);
    } catch (error) {
      throw failedQuery(error, this.#query);
    }
  }

  /** {@link OperatorList.process} */
  process(rows: Iterable<Row>): Iterable<Row> {
    return this.#named(() => this.operators.process(rows));
  }

  /** {@link OperatorList.complete} */
  complete(): Iterable<Row> {
    try {
      const rows = this.operators.complete();
      return rows instanceof GroupRows ? rows : this.#named(() => rows);
    } catch (error) {
      throw failedQuery(error, this.#query);
    }
  }

  /** {@link OperatorList.current} */
  current(): CurrentState {
    const { rows, size } = this.operators.current() ?? { rows: [], size: 0 };
    return { rows: rows instanceof GroupRows ? rows : this.#named(() => rows), size };
  }

  *#named(rows: () => Iterable<Row>): Iterable<Row> {
    try {
      yield* rows();
    } catch (error) {
      throw failedQuery(error, this.#query);
    }
  }

  /**
   * Rows that wait for a join count as well: it keeps most of them.
   *
   * @throws {SfcrimeError} QUERY_FAILED if the state exceeds its limit.
   */
  requireWithin(bytesMax: number): void {
    const { waitingBytes } = this.operators;
    const bytes = this.#states.reduce((sum, { state }) => sum + state.memoryBytes, waitingBytes);
    if (bytes <= bytesMax) return;
    const keys = `${formatCount(this.#states.reduce((sum, { state }) => sum + state.size, 0))} keys`;
    const [what, remedy] = waitingBytes === 0
      ? [keys, "Use a watermark to evict groups"]
      : [`${keys} and the rows that the batch has for a join`, "Limit batches with max_offsets_per_trigger"];
    throw new SfcrimeError(
      "QUERY_FAILED",
      `The state of ${this.#query} takes about ${formatBytes(bytes)} for ${what}, ` +
        `more than the limit of ${formatBytes(bytesMax)}.`,
      {
        hint: `${remedy}, or raise [analyze] state_memory_mb. ` +
          "The batch was not committed, and runs again when the query is restarted.",
      },
    );
  }

  /** The changes of the batch, by stateful operator, and all entries. */
  logged(): LoggedState[] {
    return this.#states.map((encoded) => ({
      changes: changesOf(encoded, encoded.state.changes()),
      entries: () => changesOf(encoded, encoded.state.entries()),
      size: encoded.state.size,
    }));
  }

  /** @throws {SfcrimeError} CHECKPOINT if the state of a key cannot be read. */
  restore(checkpoint: Checkpoint): void {
    for (const [index, { state, keys, values }] of this.#states.entries()) {
      for (const { key, value } of checkpoint.state(index)) {
        try {
          state.restore(keys.decode(key), values.decode(value));
        } catch (cause) {
          throw checkpoint.damagedState(key, cause);
        }
      }
    }
  }
}

function* changesOf({ keys, values }: EncodedState, entries: Iterable<StateEntry>): Iterable<StateChange> {
  for (const { key, value } of entries) {
    yield { key: keys.encode(key), value: value === undefined ? undefined : values.encode(value) };
  }
}
