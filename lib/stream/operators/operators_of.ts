/** Creates the state of an aggregation. */
import type { AggregatePlan } from "../../sql/plan.ts";
import { AggregateState } from "./aggregate.ts";
import { SessionState } from "./session_aggregate.ts";
import type { GroupState } from "./operator.ts";

/** Empty state for an aggregation. */
export function groupStateOf(plan: AggregatePlan): GroupState {
  return plan.sessionKey === undefined ? new AggregateState(plan) : new SessionState(plan, plan.sessionKey);
}
