/** Adds the query, the record or group, and the expression to the failure of a query. */
import { SfcrimeError } from "../../base/errors.ts";
import { printable } from "../../base/text/printable.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Row } from "../../records/data_type.ts";
import { cellText } from "../../sinks/rows/cell_text.ts";
import { expressionText } from "../../sql/expressions/naming/expression_text.ts";
import type { Branch, QueryPlan } from "../../sql/plan.ts";
import { withBatchTime } from "../../sql/functions/time/batch_time.ts";
import { sourcesOf } from "../../sql/planning/plan_sources.ts";
import { inputNames, pipelineNames, slotNames, type TableColumns } from "../../sql/planning/slot_names.ts";
import { branchExpressions, failingPart, selectExpressions } from "../../stream/failing_part.ts";
import type { RowFailure } from "../../stream/operators/select.ts";

/** What is needed in addition to the plan. */
export interface FailureContext {
  readonly zone: TimeZone;
  readonly tableColumns: TableColumns;
}

/** The position of a record. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Longer expressions are truncated in messages. */
const EXPRESSION_LENGTH_MAX = 200;

/** A failure that names its query. */
class QueryFailure extends SfcrimeError {}

/** The failure of a query if its position is unknown. */
export function failedQuery(error: unknown, query: string): unknown {
  return failure(error, `Query ${query} failed`, undefined);
}

/** A failure on a record; `row` is the current row of the branch. */
export function failedOnRecord(
  error: unknown,
  { query, branch, row, place, zone, tableColumns }: FailureContext & {
    readonly query: string;
    readonly branch: Branch;
    readonly row: Readonly<Row>;
    readonly place: RecordPlace;
  },
): unknown {
  const part = failingPart(branchExpressions(branch), row, zone);
  const { topic, partition, offset } = place;
  return failure(
    error,
    `Query ${query} failed at offset ${offset} of ${topic}-${partition}`,
    part && expressionText(part, slotNames(branch, tableColumns)),
  );
}

/** Makes failures on the rows of an operator, such as groups, in the SELECT that follows it, by its index. */
export function selectFailures(
  plan: QueryPlan,
  { zone, tableColumns }: FailureContext,
): (operator: number) => RowFailure {
  return (operator) => (error, row) => {
    const planned = plan.operators[operator]!;
    if (planned.kind !== "select") return error;
    const input = inputNames(plan, operator, tableColumns);
    // An expression that fails at the time of its batch only is not found.
    const expressions = withBatchTime(selectExpressions(planned.select), 0);
    const part = failingPart(expressions, row, zone);
    return failure(
      error,
      `Query ${plan.name} failed on ${rowText(plan, { operator, input, row, zone })}`,
      part && expressionText(part, pipelineNames(planned.select, input, tableColumns)),
    );
  };
}

/** What an input row of an operator is, for people. */
function rowText(
  plan: QueryPlan,
  { operator, input, row, zone }: {
    readonly operator: number;
    readonly input: readonly string[];
    readonly row: Readonly<Row>;
    readonly zone: TimeZone;
  },
): string {
  const [source] = sourcesOf(plan, operator).operators;
  const from = source === undefined ? undefined : plan.operators[source];
  if (from?.kind !== "aggregate") return "a row";
  const keys = from.aggregate.keys.map((type, index) =>
    `${input[index]} = ${printable(cellText(row[index]!, type, zone))}`
  );
  return keys.length === 0 ? "its only group" : `the group ${keys.join(", ")}`;
}

function failure(error: unknown, where: string, expression: string | undefined): unknown {
  if (!(error instanceof SfcrimeError) || error instanceof QueryFailure) return error;
  const what = expression === undefined ? "" : `, in ${cut(expression)}`;
  const { code, message, hint, retriable } = error;
  return new QueryFailure(code, `${where}${what}: ${message}`, {
    retriable,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function cut(text: string): string {
  return text.length > EXPRESSION_LENGTH_MAX ? `${text.slice(0, EXPRESSION_LENGTH_MAX)}…` : text;
}
