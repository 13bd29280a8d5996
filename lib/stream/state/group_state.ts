/** Creates the state of an aggregation. */
import type { AggregatePlan } from "../../sql/plan.ts";
import { AggregateState } from "./aggregate_state.ts";
import { SessionState } from "./session_state.ts";
import type { GroupState } from "./state_operator.ts";

/** Empty state for an aggregation. */
export function groupStateOf(plan: AggregatePlan): GroupState {
  return plan.sessionKey === undefined ? new AggregateState(plan) : new SessionState(plan, plan.sessionKey);
}
