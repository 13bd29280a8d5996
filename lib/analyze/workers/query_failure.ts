/** Adds the query, the record or group, and the expression to the failure of a query. */
import { SfcrimeError } from "../../base/errors.ts";
import { printable } from "../../base/text/printable.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Row } from "../../records/data_type.ts";
import { cellText } from "../../sinks/rows/cell_text.ts";
import { expressionText } from "../../sql/expressions/expression_text.ts";
import type { Branch, QueryPlan } from "../../sql/plan.ts";
import { groupRowNames, slotNames, type TableColumns } from "../../sql/planning/slot_names.ts";
import { branchExpressions, failingPart, finishExpressions } from "../../stream/failing_part.ts";
import type { GroupFailure } from "../../stream/operators/finish_groups.ts";

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

/** Makes failures on group rows: the keys, then the results. */
export function groupFailures(plan: QueryPlan, { zone, tableColumns }: FailureContext): GroupFailure {
  return (error, row) => {
    const part = failingPart(finishExpressions(plan.finish!), row, zone);
    const { keys, calls } = groupRowNames(plan.aggregate!, plan.branches[0]!, tableColumns);
    const group = plan.aggregate!.keys.map((type, index) =>
      `${keys[index]} = ${printable(cellText(row[index]!, type, zone))}`
    );
    return failure(
      error,
      `Query ${plan.name} failed on ${
        group.length === 0 ? "its only group" : `the group ${group.join(", ")}`
      }`,
      part && expressionText(part, [...keys, ...calls]),
    );
  };
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
