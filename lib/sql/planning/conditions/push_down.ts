/**
 * Predicate pushdown: the filters that are applied before the event time is observed.
 *
 * Spark pushes conditions down to the source, below the operator that observes the event time, unless they
 * use the event time themselves. So a row that such a condition drops does not advance the watermark, while a
 * row that anything else drops does. Conditions come from WHERE, from HAVING if it uses only keys, and from
 * joins that keep only matches: what these require of a row, such as a key that is not NULL, counts as a
 * condition as well, and so does the time of a window, which cannot be NULL. A window of which a row has only one is an
 * expression of its time, so that a condition on it is one on that. In the same way conditions on the groups of
 * an aggregate move below it, if they use only keys. Source: Spark's
 * PushPredicateThroughNonJoin, PushPredicateThroughJoin, InferFiltersFromConstraints and TimeWindowing.
 */
import { usesBatchTime } from "../../functions/time/batch_time.ts";
import type { DataType } from "../../../records/data_type.ts";
import { readColumn } from "../../expressions/stream_columns.ts";
import { allOf } from "../../functions/chains.ts";
import type { Expression, SessionStep } from "../../plan.ts";
import {
  addedBy,
  type DraftAggregate,
  type DraftBranch,
  type DraftJoin,
  type DraftStep,
  windowOf,
} from "../../expressions/scope.ts";
import { eachSlot, replaceSlots } from "../../expressions/slots.ts";
import { columnOf, neededBy, neededValues, strictValues } from "./needed_values.ts";
import { sessionEnd, windowValue } from "../window_values.ts";

/** The conditions that are pushed down, over attributes, and the remaining steps. */
export interface PushedDown {
  readonly early: readonly Expression[];
  /** LEFT SEMI and LEFT ANTI joins that keep or drop all rows of a group. */
  readonly joins: readonly DraftJoin[];
  readonly steps: readonly DraftStep[];
}

/**
 * Extracts the conditions of a draft that are pushed down: before the event time of a stream is observed, or below an
 * aggregate, if they use only its keys. So groups that they exclude are never created. For a session window a condition
 * applies to the row's own session, before sessions are merged, as in Spark. There are none if a stream is deduplicated
 * or has no event time.
 */
export function pushDown(draft: DraftBranch): PushedDown {
  const { steps } = draft;
  const types = pushedTypes(draft);
  if (types.size === 0) return { early: [], joins: [], steps };
  const isOfRow = draft.input.kind === "stream";
  const early: Expression[] = [];
  /** Those of early joins. */
  const matches = new Set<number>();
  const joins: DraftJoin[] = [];
  const isEarly = (condition: Expression) => {
    const slots = slotsOf(condition);
    return (isOfRow || slots.length > 0) && slots.every((slot) => types.has(slot) || matches.has(slot));
  };
  /** The windows of a row, by their attributes, in place of the steps that add them. */
  const values = new Map<number, Expression>();
  const take = (given: Expression): boolean => {
    const condition = replaceSlots(given, (slot) => values.get(slot.slot) ?? slot);
    // To Spark's optimizer the time of the batch is not known yet, and may be any.
    if (usesBatchTime(condition)) return false;
    if (!isEarly(condition)) {
      requirePresent(neededValues(condition));
      return false;
    }
    early.push(condition);
    return true;
  };
  const windows = windowAttributes(draft);
  const isWindow = (slot: number) => windows.has(slot);
  const requirePresent = (needed: readonly Expression[]) => {
    for (const value of needed) {
      const { slot } = columnOf(value)!;
      if (types.has(slot) && !isWindow(slot)) early.push(present(value));
    }
  };
  const left = steps.flatMap((step, index): DraftStep[] => {
    if (step.kind === "join" && isOfRow && keepsRows(step) && isOfTypes(step, types)) {
      for (const id of addedBy(step)) matches.add(id);
      return [{ ...step, isEarly: true }];
    }
    if (step.kind === "filter") {
      const rest = conjuncts(step.condition).filter((condition) => !take(condition));
      return rest.length === 0 ? [] : [{ kind: "filter", condition: allOf(rest) }];
    }
    // A window drops rows without its time, and groups whose key that is.
    if (step.kind === "window" || step.kind === "session window") {
      const { time } = step;
      if (isOfRow || (time.kind === "slot" && !isWindow(time.slot))) take(present(time));
    }
    if (step.kind === "session window" && step.gap !== undefined) take(opensSession(step, step.gap));
    if (isOfRow && (step.kind === "window" || step.kind === "session window")) {
      const value = windowValue(step);
      if (value !== undefined) values.set(step.slot, value);
    }
    if (step.kind === "join" && !isOfRow && isOfGroups(step, types)) {
      joins.push(step);
      return [];
    }
    if (step.kind === "join" && keepsMatches(step, steps.slice(index + 1))) {
      requirePresent(
        step.rowKeys.flatMap((key, index) =>
          step.nullSafe?.includes(index) === true ? [] : strictValues(key)
        ),
      );
      if (step.condition !== undefined) conjuncts(step.condition).forEach(take);
    }
    return [step];
  });
  return { early, joins, steps: left };
}

/** Whether a join only adds something to each row: whether it has a match, or the value of a subquery. */
function keepsRows({ type }: DraftJoin): boolean {
  return type === "EXISTENCE" || type === "SINGLE";
}

/** Whether a join decides by keys of groups alone whether it keeps them: Spark's PushDownLeftSemiAntiJoin. */
function isOfGroups(
  { type, rowKeys, condition, attributes, matchSlot }: DraftJoin,
  keys: ReadonlyMap<number, DataType>,
): boolean {
  if (matchSlot !== undefined || (type !== "LEFT SEMI" && type !== "LEFT ANTI")) return false;
  const ofTable = new Set(attributes.values());
  const ofRow = [...rowKeys, ...(condition === undefined ? [] : [condition])].flatMap(slotsOf)
    .filter((slot) => !ofTable.has(slot));
  return ofRow.length > 0 && ofRow.every((slot) => keys.has(slot));
}

/** Whether a join reads only attributes of these, and columns of its table. */
function isOfTypes(step: DraftJoin, types: ReadonlyMap<number, DataType>): boolean {
  const ofTable = new Set(step.attributes.values());
  return [...step.rowKeys, ...(step.condition === undefined ? [] : [step.condition])].flatMap(slotsOf)
    .every((slot) => types.has(slot) || ofTable.has(slot));
}

/** The attributes of the input that conditions may use which are pushed down, with their types. */
function pushedTypes({ input, attributes, eventTime }: DraftBranch): ReadonlyMap<number, DataType> {
  // A join of streams places its conditions by itself.
  if (input.kind === "stream join") return new Map();
  if (input.kind === "aggregate") {
    return new Map(
      [...attributes].flatMap(([column, id]) =>
        column < input.keys.length ? [[id, input.keys[column]!] as const] : []
      ),
    );
  }
  if (input.kind !== "stream") return new Map();
  const { source: { columns, deduplicate }, unmarked } = input;
  if (eventTime === undefined || deduplicate !== undefined) return new Map();
  return new Map(
    [...attributes, ...unmarked].flatMap(([column, id]) =>
      id === eventTime.attribute ? [] : [[id, readColumn(columns[column]!).type] as const]
    ),
  );
}

/** The attributes of the input that are windows, and so never NULL. */
function windowAttributes({ input, attributes }: DraftBranch): ReadonlySet<number> {
  if (input.kind !== "aggregate") return new Set();
  const [first] = input.from;
  return new Set(
    [...attributes].flatMap(([column, id]) =>
      column < input.keys.length && windowOf(first!.output[column]!, first!.draft) !== undefined ? [id] : []
    ),
  );
}

/** Pushes what uses only the keys of an aggregate down to the rows that it groups. */
export function pushBelow(
  { from }: DraftAggregate,
  columns: ReadonlyMap<number, number>,
  { early, joins }: PushedDown,
): void {
  for (const { draft, output } of from) {
    const ofRow = (expression: Expression) =>
      replaceSlots(expression, (slot) => {
        const column = columns.get(slot.slot);
        return column === undefined ? slot : output[column]!;
      });
    for (const condition of early) draft.steps.push({ kind: "filter", condition: ofRow(condition) });
    for (const join of joins) {
      const condition = join.condition && ofRow(join.condition);
      draft.steps.push({
        ...join,
        rowKeys: join.rowKeys.map(ofRow),
        ...(condition === undefined ? {} : { condition }),
      });
    }
  }
}

/** A LEFT JOIN also keeps only matches if a later condition requires a value of the table. */
function keepsMatches({ type, attributes }: DraftJoin, later: readonly DraftStep[]): boolean {
  if (type === "INNER" || type === "LEFT SEMI") return true;
  const ofTable = new Set(attributes.values());
  return type === "LEFT" && later.some((step) =>
    step.kind === "filter" &&
    conjuncts(step.condition).some((condition) => neededBy(condition).some((slot) => ofTable.has(slot)))
  );
}

/** The conjuncts of a condition, including those of NOT (a OR b). */
export function conjuncts(condition: Expression): Expression[] {
  if (condition.kind !== "call") return [condition];
  if (condition.name === "and") return condition.args.flatMap(conjuncts);
  const [inner] = condition.args;
  if (condition.name !== "not" || inner?.kind !== "call") return [condition];
  if (inner.name === "not") return conjuncts(inner.args[0]!);
  if (inner.name !== "or") return [condition];
  return inner.args.flatMap((arg) => conjuncts({ ...condition, args: [arg] }));
}

/** The condition that a value is not NULL. */
export function present(value: Expression): Expression {
  const isNull: Expression = { kind: "call", name: "isnull", args: [value], type: "BOOLEAN" };
  return { kind: "call", name: "not", args: [isNull], type: "BOOLEAN" };
}

/** The condition that the gap of a row is longer than zero. */
function opensSession(step: SessionStep, gap: Expression): Expression {
  return { kind: "call", name: ">", args: [sessionEnd(step, gap), step.time], type: "BOOLEAN" };
}

/** The slots that an expression reads. */
export function slotsOf(expression: Expression): number[] {
  const slots: number[] = [];
  eachSlot(expression, (slot) => slots.push(slot));
  return slots;
}
