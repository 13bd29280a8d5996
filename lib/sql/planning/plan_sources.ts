/** Questions about the graph of a plan: what stands before an operator, and what the rows of the result are. */
import type {
  AggregatePlan,
  Branch,
  Expression,
  OperatorPlan,
  QueryPlan,
  RowSource,
  RowStep,
  StreamJoinPlan,
  TableBranch,
  TablePlan,
} from "../plan.ts";
import { replaceSlots } from "../expressions/slots.ts";

/** The graph of a query, or of a table. */
export type AnyPlan = Pick<QueryPlan, "branches" | "operators"> | Pick<TablePlan, "branches" | "operators">;

/** The aggregations of a plan, in order. */
export function aggregatesOf({ operators }: Pick<QueryPlan, "operators">): AggregatePlan[] {
  return operators.flatMap((operator) => operator.kind === "aggregate" ? [operator.aggregate] : []);
}

/** The joins of streams of a plan, in order. */
export function streamJoinsOf({ operators }: Pick<QueryPlan, "operators">): StreamJoinPlan[] {
  return operators.flatMap((operator) => operator.kind === "stream join" ? [operator.join] : []);
}

/** All steps of a plan: those of its branches, then those of what follows. */
export function stepsOf({ branches, operators }: AnyPlan): RowStep[] {
  return [
    ...branches.flatMap(({ steps }) => steps),
    ...operators.flatMap((operator) => operator.kind === "select" ? operator.select.steps : []),
  ];
}

/** The static tables that a plan reads, also to compute others of them. */
export function declaredTablesOf(plan: QueryPlan): string[] {
  const { tables = [] } = plan;
  const read = [plan, ...tables].flatMap(stepsOf).flatMap((step) => step.kind === "join" ? [step.table] : []);
  const first = tables.flatMap(({ branches }) => branches.flatMap(({ table }) => table ?? []));
  return [...new Set([...read, ...first])].filter((name) => !tables.some((derived) => derived.name === name));
}

/** The operator that the rows of a branch go to, once they are deduplicated; undefined for rows of the result. */
export function targetOf({ operators }: Pick<QueryPlan, "operators">, { to }: Branch): number | undefined {
  const first = to && operators[to.operator];
  return (first?.kind === "deduplicate" ? first.to : to)?.operator;
}

/** Whether the rows of a branch are grouped. */
export function isGrouped(plan: Pick<QueryPlan, "operators">, branch: Branch): boolean {
  const target = targetOf(plan, branch);
  return target !== undefined && plan.operators[target]!.kind === "aggregate";
}

/** Whether the rows of a branch are joined with those of another stream. */
export function isJoined(plan: Pick<QueryPlan, "operators">, branch: Branch): boolean {
  const target = targetOf(plan, branch);
  return target !== undefined && plan.operators[target]!.kind === "stream join";
}

/** What the rows of an operator come from directly. */
export interface Sources {
  readonly branches: readonly (Branch | TableBranch)[];
  /** By index. */
  readonly operators: readonly number[];
}

/** What the input of an operator comes from, or, without one, the rows of the result; with a port, that one's. */
export function sourcesOf(
  { branches, operators }: AnyPlan,
  target: number | undefined,
  port?: number,
): Sources {
  const isSource = ({ to }: RowSource) =>
    to?.operator === target && (port === undefined || to?.port === port);
  return {
    branches: branches.filter(isSource),
    operators: operators.flatMap((operator, index) => isSource(operator) ? [index] : []),
  };
}

/** The groups that the rows of a result are, and the rows as expressions over those of the groups. */
export interface ResultGroups {
  readonly aggregate: AggregatePlan;
  readonly output: readonly Expression[];
}

/** The groups that the rows of the result are, each at most once; undefined if they are anything else. */
export function resultGroups(plan: QueryPlan): ResultGroups | undefined {
  let output: readonly Expression[] | undefined;
  for (let target: number | undefined = undefined;;) {
    const { branches, operators }: Sources = sourcesOf(plan, target);
    const [index] = operators;
    if (branches.length > 0 || operators.length !== 1 || index === undefined) return undefined;
    const operator: OperatorPlan = plan.operators[index]!;
    switch (operator.kind) {
      case "deduplicate":
      case "stream join":
        return undefined;
      case "aggregate":
        return output && { aggregate: operator.aggregate, output };
      case "select": {
        const { select } = operator;
        // A seed is drawn for each row that comes, and is no expression over it.
        if (select.steps.some((step) => addsRows(step) || step.kind === "random")) return undefined;
        output = output?.map((outer) => replaceSlots(outer, ({ slot }) => select.output[slot]!)) ??
          select.output;
        break;
      }
      case "limit":
        break;
    }
    target = index;
  }
}

/** Whether a step may make several rows of one. */
function addsRows(step: RowStep): boolean {
  return step.kind === "window" || step.kind === "generate" ||
    step.kind === "join" && (step.type === "INNER" || step.type === "LEFT");
}
