/** Plans a join of streams: which columns its inputs have, by which keys it joins, and when its rows are removed. */
import { allOf } from "../../functions/chains.ts";
import type { Expression, JoinExpiry, JoinSidePlan, StreamJoinPlan } from "../../plan.ts";
import type { DraftRows, DraftStep, Relation } from "../../expressions/scope.ts";
import { mapSlots, replaceSlots } from "../../expressions/slots.ts";
import { stepExpressions } from "../step_expressions.ts";
import { type JoinConditions, type JoinDraft, placeConditions } from "./join_conditions.ts";
import {
  type EventAttribute,
  type InputName,
  lateTime,
  PairAttributes,
  type Removal,
  removalOf,
  requireFinal,
  usesOf,
} from "./join_times.ts";

/** A join with its inputs. */
export interface PlannedJoin {
  readonly plan: StreamJoinPlan;
  /** The rows of the left input and the right one. */
  readonly inputs: readonly [readonly DraftRows[], readonly DraftRows[]];
  /** By slot of its rows: the attributes; undefined for keys that were computed. */
  readonly attributes: readonly (number | undefined)[];
  /** The steps that remain after it. */
  readonly steps: readonly DraftStep[];
}

/** Plans a join of streams whose rows are read by the steps of its draft, and by expressions. @throws {SfcrimeError} SQL */
export function planJoin(draft: JoinDraft, read: readonly Expression[]): PlannedJoin {
  requireFinal(draft);
  const conditions = placeConditions(draft, read);
  requireKeys(conditions, draft);
  const { type, pair: condition, keys, steps } = conditions;
  const uses = usesOf([
    ...read,
    ...steps.flatMap(stepExpressions),
    ...keys.flatMap(({ left, right }) => [left, right]),
    ...condition,
    ...conditions.left,
    ...conditions.right,
  ]);
  const pair = new PairAttributes(draft);
  const sideOf = (input: InputName): SidePlanning => {
    const columns = [...draft.attributes].sort(([left], [right]) => left - right)
      .filter(([, id]) => uses.has(id) && pair.inputOf(id) === input);
    const time = lateTime(input, { draft, pair, uses });
    return new SidePlanning(draft, {
      input,
      columns,
      time,
      removal: removalOf(input, { pair, conditions, time }),
      conditions,
    });
  };
  const [left, right] = [sideOf("left"), sideOf("right")];
  const attributes = [...left.attributes, ...right.attributes];
  return {
    plan: {
      type,
      left: left.plan(),
      right: right.plan(),
      ...(condition.length === 0
        ? {}
        : { condition: mapSlots(allOf(condition), (id) => attributes.indexOf(id)) }),
    },
    inputs: [left.rows, right.rows],
    attributes: type === "LEFT SEMI" ? left.attributes : attributes,
    steps,
  };
}

function requireKeys({ keys }: JoinConditions, { input: { refuse } }: JoinDraft): void {
  if (keys.length === 0) {
    throw refuse(
      "a join of two streams needs an equality between them: rows are kept and found by it.",
      "Add one to ON, such as left.id = right.id.",
    );
  }
}

/** An input of a join: the columns that are read, then keys that have to be computed. */
class SidePlanning {
  readonly rows: readonly DraftRows[];
  readonly attributes: readonly (number | undefined)[];
  readonly #keys: readonly number[];
  readonly #time: EventAttribute | undefined;
  readonly #removal: Removal | undefined;
  readonly #condition: Expression | undefined;

  constructor(
    { input: { sides } }: JoinDraft,
    { input, columns, conditions, time, removal }: {
      readonly input: InputName;
      readonly columns: readonly (readonly [column: number, id: number])[];
      readonly conditions: JoinConditions;
      readonly time: EventAttribute | undefined;
      readonly removal: Removal | undefined;
    },
  ) {
    const keys = conditions.keys.map((key) => key[input]);
    const computed = keys.filter(({ kind }) => kind !== "slot");
    const ids = columns.map(([, id]) => id);
    this.attributes = [...ids, ...computed.map(() => undefined)];
    this.#keys = keys.map((key) =>
      key.kind === "slot" ? ids.indexOf(key.slot) : ids.length + computed.indexOf(key)
    );
    this.rows = rowsOf(sides[input === "left" ? 0 : 1], {
      columns,
      computed,
      from: input === "left" ? 0 : sides[0].branches[0]!.columns.length,
    });
    this.#time = time;
    this.#removal = removal;
    const own = conditions[input];
    this.#condition = own.length === 0 ? undefined : mapSlots(allOf(own), (id) => ids.indexOf(id));
  }

  plan(): JoinSidePlan {
    const time = this.#time;
    const expiry = this.#expiry();
    return {
      columns: this.rows[0]!.output.map(({ type }) => type),
      keys: this.#keys,
      ...(this.#condition === undefined ? {} : { condition: this.#condition }),
      ...(time === undefined ? {} : { eventTime: { slot: this.attributes.indexOf(time.id), of: time.of } }),
      ...(expiry === undefined ? {} : { expiry }),
    };
  }

  #expiry(): JoinExpiry | undefined {
    const removal = this.#removal;
    if (removal === undefined) return undefined;
    return removal.by === "key"
      ? { slot: this.#keys[removal.key]!, of: removal.of, bounds: [{ offsetMicros: 0, exclusive: false }] }
      : { slot: this.attributes.indexOf(removal.time.id), of: removal.time.of, bounds: removal.bounds };
  }
}

/** The output of each branch of an input. */
function rowsOf({ branches }: Relation, { columns, computed, from }: {
  readonly columns: readonly (readonly [column: number, id: number])[];
  readonly computed: readonly Expression[];
  /** The column of the pair that is the first one of this input. */
  readonly from: number;
}): DraftRows[] {
  const columnOf = new Map(columns.map(([column, id]) => [id, column]));
  return branches.map((branch) => {
    const valueOf = (column: number) => branch.columns[column - from]!.value();
    return {
      draft: branch.draft,
      output: [
        ...columns.map(([column]) => valueOf(column)),
        ...computed.map((key) => replaceSlots(key, ({ slot }) => valueOf(columnOf.get(slot)!))),
      ],
    };
  });
}
