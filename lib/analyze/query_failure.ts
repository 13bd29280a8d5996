/** A query that fails on what it reads says which query it was, on which record or group, and in which expression. */
import { SfcrimeError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Row } from "../records/data_type.ts";
import { cellText } from "../sinks/cell_text.ts";
import { expressionText } from "../sql/expression_text.ts";
import type { Branch, QueryPlan } from "../sql/plan.ts";
import { groupRowNames, slotNames, type TableColumns } from "../sql/slot_names.ts";
import { branchExpressions, failingPart, finishExpressions } from "../stream/failing_part.ts";
import type { GroupFailure } from "../stream/finish.ts";

/** What the plan itself does not say about a query. */
export interface FailureContext {
  readonly zone: TimeZone;
  readonly tableColumns: TableColumns;
}

/** Where a record stands. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** An expression longer than this is cut when it is shown. */
const EXPRESSION_LENGTH_MAX = 200;

/** A failure that says its query. */
class QueryFailure extends SfcrimeError {}

/** A failure of a query, also where nothing more is known about its place. */
export function failedQuery(error: unknown, query: string): unknown {
  return failure(error, `Query ${query} failed`, undefined);
}

/** A failure on a record: `row` is what the branch has made of it so far. */
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

/** Makes failures on group rows, which have keys and then results. */
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
