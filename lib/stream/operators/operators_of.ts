/** The operators of a plan: the one place that knows which there are, and in which order. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { AggregatePlan, OutputMode, QueryPlan } from "../../sql/plan.ts";
import type { StateLayout } from "../state/state_store.ts";
import { AggregateOperator } from "./aggregate.ts";
import { DeduplicateOperator, deduplicationStateLayout } from "./deduplicate.ts";
import { exchangeOf } from "./exchange.ts";
import { FinishGroupsOperator, type GroupFailure } from "./finish_groups.ts";
import { groupStateLayout, KeyGrouping } from "./key_grouping.ts";
import { LIMIT_STATE_LAYOUT, LimitOperator } from "./limit.ts";
import type { Operator, StatefulOperator } from "./operator.ts";
import type { OperatorGraph, Target } from "./operator_list.ts";
import { SessionGrouping, sessionStateLayout } from "./session_grouping.ts";

/** What the operators need in addition to the plan. */
export interface OperatorContext {
  readonly zone: TimeZone;
  /** The error to throw for one in an expression over a group row; by default the same. */
  readonly failure?: GroupFailure;
}

/**
 * The operators of a plan, and how they are connected; a stateless query has none.
 *
 * ```
 * branch ─▶ deduplicate ─┬─▶ aggregate ─▶ finish groups ─▶ limit ─▶ rows of the result
 * branch ────────────────┘
 * ```
 *
 * The checkpoint stores the state of the stateful ones by their position among them.
 */
export function operatorsOf(
  plan: QueryPlan,
  { zone, failure = (error) => error }: OperatorContext,
): OperatorGraph {
  const { branches, aggregate, finish, rowsMax, outputMode } = plan;
  const deduplicated = branches.filter(({ deduplication }) => deduplication !== undefined);
  const united: Operator[] = [
    ...(aggregate === undefined
      ? []
      : [aggregateOperator(aggregate, outputMode), new FinishGroupsOperator(finish!, zone, failure)]),
    ...(rowsMax === undefined ? [] : [new LimitOperator(rowsMax)]),
  ];
  const unitedFrom = deduplicated.length;
  const targetOf = (index: number): Target | undefined =>
    index < unitedFrom + united.length ? { operator: index, port: 0 } : undefined;
  return {
    nodes: [
      ...deduplicated.map(({ deduplication, watermark }) => ({
        operator: new DeduplicateOperator(deduplication!.keyTypes, watermark!.delayMs),
        to: targetOf(unitedFrom),
      })),
      ...united.map((operator, index) => ({ operator, to: targetOf(unitedFrom + index + 1) })),
    ],
    branches: branches.map((branch) => {
      const own = deduplicated.indexOf(branch);
      return { exchange: exchangeOf(plan, branch), to: targetOf(own < 0 ? unitedFrom : own) };
    }),
  };
}

/** The layouts of the states of a plan, as the checkpoint numbers them: without the memory that operators take. */
export function stateLayoutsOf({ branches, aggregate, rowsMax }: QueryPlan): StateLayout[] {
  return [
    ...branches.flatMap(({ deduplication }) =>
      deduplication === undefined ? [] : [deduplicationStateLayout(deduplication.keyTypes)]
    ),
    ...(aggregate === undefined ? [] : [aggregateStateLayout(aggregate)]),
    ...(rowsMax === undefined ? [] : [LIMIT_STATE_LAYOUT]),
  ];
}

function aggregateStateLayout(plan: AggregatePlan): StateLayout {
  return plan.sessionKey === undefined ? groupStateLayout(plan) : sessionStateLayout(plan, plan.sessionKey);
}

/** The operator of an aggregation. */
export function aggregateOperator(plan: AggregatePlan, mode: OutputMode): StatefulOperator {
  return plan.sessionKey === undefined
    ? new AggregateOperator(plan, mode, new KeyGrouping(plan))
    : new AggregateOperator(plan, mode, new SessionGrouping(plan, plan.sessionKey));
}
