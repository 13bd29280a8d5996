/**
 * What a query may not do because its input has no end: Spark's refusals, each with the place in the text and
 * with what is possible instead. The rules and their reasons stand in `docs/semantics.md`.
 */
import type { QueryNode } from "./ast.ts";
import type { OutputMode } from "./plan.ts";
import { sqlError } from "./sql_error.ts";

/** What a rule looks at. */
export interface StreamingFacts {
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly query: QueryNode;
  readonly aggregates: boolean;
  /** How many keys the aggregate has, and whether one of them is a session window. */
  readonly keyCount: number;
  readonly hasSessionKey: boolean;
  /** Whether a key of the aggregate is the event time, or a window over it. */
  readonly hasEventTimeKey: boolean;
  /** The column of the watermark, if there is one. */
  readonly eventTime: string | undefined;
}

/** Checks all rules. @throws {SfcrimeError} SQL, for the first one that is broken. */
export function checkStreamingRules(facts: StreamingFacts): void {
  const { sql, outputMode, query, aggregates, hasEventTimeKey, eventTime } = facts;
  const { at } = query.body;
  if (outputMode === "complete" && !aggregates) {
    throw sqlError(
      sql,
      at,
      "output mode complete is not supported when there is no aggregation: it would keep every row for ever.",
      "Use output_mode = append, or aggregate with GROUP BY.",
    );
  }
  if (outputMode === "append" && aggregates && !hasEventTimeKey) {
    throw sqlError(
      sql,
      at,
      "output mode append is not supported for an aggregation without a watermark on one of its keys: no group would ever be final.",
      eventTime === undefined
        ? "Set a watermark and group by window(its column, …), or use output_mode = update or complete."
        : `Group by window(${eventTime}, …), or use output_mode = update or complete.`,
    );
  }
  if (facts.hasSessionKey) checkSession(facts);
  const [first] = query.orderBy;
  if (first !== undefined && !(outputMode === "complete" && aggregates)) {
    throw sqlError(
      sql,
      first.at,
      "sorting is not supported, unless it is on aggregated rows in output mode complete: a stream has no last row.",
      "Use output_mode = complete with GROUP BY, or leave ORDER BY away.",
    );
  }
  if (query.limit !== null && outputMode === "update") {
    throw sqlError(
      sql,
      query.limit.at,
      "LIMIT is not supported in output mode update: a row that is changed would count again.",
      "Use output_mode = append, or complete on aggregated rows.",
    );
  }
}

function checkSession({ sql, outputMode, query, keyCount }: StreamingFacts): void {
  const { at } = query.body;
  if (outputMode === "update") {
    throw sqlError(
      sql,
      at,
      "output mode update is not supported for session windows: a session that a batch joins to another one would have to be taken back.",
      "Use output_mode = append, with a watermark, or complete.",
    );
  }
  if (keyCount === 1) {
    throw sqlError(
      sql,
      at,
      "a session window cannot be the only key of GROUP BY on a stream.",
      "Group by another column, too.",
    );
  }
}
