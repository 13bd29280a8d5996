/**
 * What is not supported on streams: Spark's rules, each with the position in the text and with what is
 * supported instead. The rules and their reasons are in `docs/semantics.md`.
 */
import type { SfcrimeError } from "../../base/errors.ts";
import type { QueryNode, TextRange } from "../syntax/ast.ts";
import type { OutputMode } from "../plan.ts";
import { sqlError } from "../syntax/sql_error.ts";

/** What the rules depend on. */
export interface StreamingFacts {
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly query: QueryNode;
  /** Its aggregations, each before those that its rows come from. */
  readonly aggregates: readonly AggregateFacts[];
  /** Whether two streams are joined. */
  readonly joinsStreams: boolean;
  /** The watermark column, if there is one. */
  readonly eventTime: string | undefined;
}

/** What the rules depend on in an aggregation. */
export interface AggregateFacts {
  /** The number of grouping keys, and whether one of them is a session window. */
  readonly keyCount: number;
  readonly hasSessionKey: boolean;
  /** How many different grouping keys are the event time, or a window over it. */
  readonly eventTimeKeyCount: number;
  /** Whether it is that of EXCEPT, which is none to Spark. */
  readonly isExcept: boolean;
  /** Whether it groups rows of another aggregation. */
  readonly isChained: boolean;
}

/** Makes the error for a rule. */
type Refuse = (problem: string, hint: string, at?: TextRange) => SfcrimeError;

/** Checks the rules for a statement. @throws {SfcrimeError} SQL, for the first violation. */
export function checkStreamingRules(facts: StreamingFacts): void {
  const { sql, outputMode, query, aggregates } = facts;
  const refuse: Refuse = (problem, hint, at = query.body.at) => sqlError(sql, at, problem, hint);
  if (outputMode === "complete" && aggregates.every(({ isExcept }) => isExcept)) {
    throw refuse(
      "output mode complete is not supported without an aggregation: it would keep every row forever.",
      "Use output_mode = append, or aggregate with GROUP BY.",
    );
  }
  for (const aggregate of aggregates) checkAggregate(aggregate, facts, refuse);
  if (facts.joinsStreams && outputMode !== "append") {
    throw refuse(
      `a join of two streams is not supported in output mode ${outputMode}: a row that it has returned cannot be taken back.`,
      "Use output_mode = append.",
    );
  }
}

/** What the rules for ORDER BY and LIMIT depend on, in a statement or a subquery. */
export interface EndFacts extends Pick<StreamingFacts, "sql" | "outputMode" | "query"> {
  readonly aggregates: boolean;
}

/** Checks the rules for ORDER BY and LIMIT. @throws {SfcrimeError} SQL, for the first violation. */
export function checkEnd({ sql, outputMode, query, aggregates }: EndFacts): void {
  const [first] = query.orderBy;
  if (first !== undefined && !(outputMode === "complete" && aggregates)) {
    throw sqlError(
      sql,
      first.at,
      "sorting is not supported on streams, unless it is on aggregated rows in output mode complete.",
      "Use output_mode = complete with GROUP BY, or remove ORDER BY.",
    );
  }
  if (query.offset !== null) {
    throw sqlError(
      sql,
      query.offset.at,
      "OFFSET is not supported on streams.",
      "It is, in a subquery over a static table.",
    );
  }
  if (query.limit !== null && outputMode === "update") {
    throw sqlError(
      sql,
      query.limit.at,
      "LIMIT is not supported in output mode update: a row that changes would count again.",
      "Use output_mode = append, or complete on aggregated rows.",
    );
  }
}

function checkAggregate(
  { keyCount, hasSessionKey, eventTimeKeyCount, isChained }: AggregateFacts,
  { outputMode, eventTime }: StreamingFacts,
  refuse: Refuse,
): void {
  if (isChained && outputMode !== "append") {
    throw refuse(
      `multiple streaming aggregations, one over the groups of another, are not supported in output mode ${outputMode}: groups that were aggregated may still change.`,
      "Use output_mode = append, with a watermark and a window in each GROUP BY.",
    );
  }
  if (outputMode === "append" && eventTimeKeyCount === 0) {
    throw refuse(
      "output mode append is not supported for streaming aggregations without a watermark on a grouping key: no group would ever be final.",
      eventTime === undefined
        ? "Set a watermark and group by window(its column, …), or use output mode update or complete (--output-mode, or output_mode)."
        : `Group by window(${eventTime}, …), or use output mode update or complete (--output-mode, or output_mode).`,
    );
  }
  if (eventTimeKeyCount > 1 && (outputMode !== "complete" || hasSessionKey)) {
    throw refuse(
      "grouping by both the watermark column and a window over it is not supported: only one of them can make a group final.",
      hasSessionKey ? "Group by one of them." : "Group by one of them, or use output_mode = complete.",
    );
  }
  if (!hasSessionKey) return;
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
