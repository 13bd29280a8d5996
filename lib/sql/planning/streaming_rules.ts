/**
 * What is not supported on streams: Spark's rules, each with the position in the text and with what is
 * supported instead. The rules and their reasons are in `docs/semantics.md`.
 */
import type { SfcrimeError } from "../../base/errors.ts";
import type { QueryNode } from "../syntax/ast.ts";
import type { OutputMode } from "../plan.ts";
import { sqlError } from "../syntax/sql_error.ts";

/** What the rules depend on. */
export interface StreamingFacts {
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly query: QueryNode;
  readonly aggregates: boolean;
  /** The number of grouping keys, and whether one of them is a session window. */
  readonly keyCount: number;
  readonly hasSessionKey: boolean;
  /** How many different grouping keys are the event time, or a window over it. */
  readonly eventTimeKeyCount: number;
  /** The watermark column, if there is one. */
  readonly eventTime: string | undefined;
}

/** Checks all rules. @throws {SfcrimeError} SQL, for the first violation. */
export function checkStreamingRules(facts: StreamingFacts): void {
  const { sql, outputMode, query, aggregates, eventTimeKeyCount, eventTime } = facts;
  const refuse = (problem: string, hint: string, at = query.body.at) => sqlError(sql, at, problem, hint);
  if (outputMode === "complete" && !aggregates) {
    throw refuse(
      "output mode complete is not supported without an aggregation: it would keep every row forever.",
      "Use output_mode = append, or aggregate with GROUP BY.",
    );
  }
  if (outputMode === "append" && aggregates && eventTimeKeyCount === 0) {
    throw refuse(
      "output mode append is not supported for streaming aggregations without a watermark on a grouping key: no group would ever be final.",
      eventTime === undefined
        ? "Set a watermark and group by window(its column, …), or use output_mode = update or complete."
        : `Group by window(${eventTime}, …), or use output_mode = update or complete.`,
    );
  }
  if (eventTimeKeyCount > 1 && (outputMode !== "complete" || facts.hasSessionKey)) {
    throw refuse(
      "grouping by both the watermark column and a window over it is not supported: only one of them can make a group final.",
      facts.hasSessionKey ? "Group by one of them." : "Group by one of them, or use output_mode = complete.",
    );
  }
  if (facts.hasSessionKey) checkSession(facts, refuse);
  const [first] = query.orderBy;
  if (first !== undefined && !(outputMode === "complete" && aggregates)) {
    throw refuse(
      "sorting is not supported on streams, unless it is on aggregated rows in output mode complete.",
      "Use output_mode = complete with GROUP BY, or remove ORDER BY.",
      first.at,
    );
  }
  if (query.limit !== null && outputMode === "update") {
    throw refuse(
      "LIMIT is not supported in output mode update: a row that changes would count again.",
      "Use output_mode = append, or complete on aggregated rows.",
      query.limit.at,
    );
  }
}

/** Makes the error for a rule. */
type Refuse = (problem: string, hint: string) => SfcrimeError;

function checkSession({ outputMode, keyCount }: StreamingFacts, refuse: Refuse): void {
  if (outputMode === "update") {
    throw refuse(
      "output mode update is not supported for session windows: rows of sessions that are merged later would have to be retracted.",
      "Use output_mode = append with a watermark, or complete.",
    );
  }
  if (keyCount === 1) {
    throw refuse(
      "a session window as the only grouping key is not supported on streams.",
      "Group by another column as well.",
    );
  }
}
