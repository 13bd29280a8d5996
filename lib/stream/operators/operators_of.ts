/** The operators of a plan: the one place that knows which there are, and in which order. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { AggregatePlan, OperatorPlan, OutputMode, QueryPlan } from "../../sql/plan.ts";
import type { BranchContext } from "../branch.ts";
import type { StateLayout } from "../state/state_store.ts";
import { AggregateOperator } from "./aggregate.ts";
import { DeduplicateOperator, deduplicationStateLayout } from "./deduplicate.ts";
import { crossesTagged, exchangeOf } from "./exchange.ts";
import { groupStateLayout, KeyGrouping } from "./grouping/key_grouping.ts";
import { LIMIT_STATE_LAYOUT, LimitOperator } from "./limit.ts";
import type { Operator, StatefulOperator } from "./operator.ts";
import type { OperatorGraph } from "./operator_list.ts";
import { type RowFailure, SelectOperator } from "./select.ts";
import { StreamJoinOperator, streamJoinStateLayout } from "./stream_join/stream_join.ts";
import { SessionGrouping, sessionStateLayout } from "./grouping/session_grouping.ts";

/** What the operators need in addition to the plan. */
export interface OperatorContext {
  readonly zone: TimeZone;
  /** The rows of static tables, by name. */
  readonly tables?: BranchContext["tables"];
  /** Makes the error to throw for one in an expression of a SELECT, by its index; by default it is the same. */
  readonly failure?: (operator: number) => RowFailure;
}

/**
 * The operators of a plan, connected as they are there; a stateless query has none. The checkpoint stores the state of
 * the stateful ones by their position among them.
 */
export function operatorsOf(plan: QueryPlan, context: OperatorContext): OperatorGraph {
  return {
    nodes: plan.operators.map((planned, index) => ({
      operator: operatorOf(planned, { outputMode: plan.outputMode, index, context }),
      to: planned.to,
    })),
    branches: plan.branches.map((branch) => ({ exchange: exchangeOf(plan, branch), to: branch.to })),
    isTagged: crossesTagged(plan),
  };
}

/** An operator of a table plan, which takes all rows at once. */
export function tableOperator(planned: OperatorPlan, { zone, tables }: BranchContext): Operator {
  return operatorOf(planned, { outputMode: "complete", index: 0, context: { zone, tables } });
}

function operatorOf(
  planned: OperatorPlan,
  { outputMode, index, context: { zone, tables = new Map(), failure } }: {
    readonly outputMode: OutputMode;
    readonly index: number;
    readonly context: OperatorContext;
  },
): Operator {
  switch (planned.kind) {
    case "deduplicate":
      return new DeduplicateOperator(planned.keyTypes, planned.delayMs);
    case "aggregate":
      return aggregateOperator(planned.aggregate, outputMode);
    case "stream join":
      return new StreamJoinOperator(planned.join, zone);
    case "select":
      return new SelectOperator(planned.select, {
        zone,
        tables,
        failure: failure?.(index) ?? ((error) => error),
      });
    case "limit":
      return new LimitOperator(planned.rowsMax);
  }
}

/** The layouts of the states of a plan, as the checkpoint numbers them: without the memory that operators take. */
export function stateLayoutsOf({ operators }: QueryPlan): StateLayout[] {
  return operators.flatMap((operator): StateLayout[] => {
    switch (operator.kind) {
      case "deduplicate":
        return [deduplicationStateLayout(operator.keyTypes)];
      case "aggregate":
        return [aggregateStateLayout(operator.aggregate)];
      case "stream join":
        return [streamJoinStateLayout(operator.join)];
      case "select":
        return [];
      case "limit":
        return [LIMIT_STATE_LAYOUT];
    }
  });
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
