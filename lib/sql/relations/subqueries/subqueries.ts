/**
 * Subqueries in expressions: `(SELECT …)` as a value, IN and EXISTS. They are over static tables, so their rows are a
 * table, and the row that a subquery is for looks its matches up there, as in Spark: IN and EXISTS add to each row whether
 * there is a match, a value is that of the only match. So a value that is NULL is not IN a subquery; NOT IN holds only if
 * no comparison is NULL.
 */
import { allOf, anyOf, termsOf } from "../../functions/chains.ts";
import { BINARY_OPERATORS, isNull, not } from "../../functions/operators.ts";
import { guard } from "../../expressions/guard.ts";
import { resolve, type ResolveContext } from "../../expressions/resolve.ts";
import { areStatic, attribute, attributesOf, type DraftStep } from "../../expressions/scope.ts";
import type { Expression } from "../../plan.ts";
import type {
  ExpressionNode,
  QueryNode,
  ScalarQueryNode,
  SubqueryExpressionNode,
  TextRange,
} from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import type { Analysis, RowSelect } from "../analysis.ts";
import { equalityOf, tableJoin } from "../joins/table_join.ts";
import { syntaxText } from "../syntax_text.ts";
import { choice } from "./choice.ts";
import { type Correlated, correlated } from "./correlated.ts";
import { MatchTable } from "./match_table.ts";
import { type OuterReads, outerRow } from "./outer_row.ts";

/** The subqueries in the expressions over some rows; each is one step. */
export class Subqueries {
  readonly #steps: DraftStep[];
  readonly #analysis: Analysis;
  readonly #reads: OuterReads;
  readonly #known = new Map<string, Expression>();
  readonly #added = new Set<number>();

  /** @param steps Those of the rows. */
  constructor(steps: DraftStep[], analysis: Analysis, reads: OuterReads = {}) {
    this.#steps = steps;
    this.#analysis = analysis;
    this.#reads = reads;
  }

  /** Whether an attribute is one that a subquery adds. */
  adds(id: number): boolean {
    return this.#added.has(id);
  }

  /** The value of a subquery, or of IN or EXISTS with one. @throws {SfcrimeError} SQL */
  readonly resolve = (node: SubqueryExpressionNode, context: ResolveContext): Expression => {
    const text = syntaxText(node);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const value = node.kind === "scalarQuery" ? this.#value(node, context) : this.#match(node, context);
    this.#known.set(text, value);
    return value;
  };

  /** The value of the only row. */
  #value(node: ScalarQueryNode, context: ResolveContext): Expression {
    const { columns, inner } = this.#analyzed(node.query, context, node.at);
    if (columns.length !== 1) {
      const problem = `a subquery that is used as a value has to select one column, not ${columns.length}.`;
      throw sqlError(context.sql, node.at, problem);
    }
    const [selected] = inner.output as [Expression];
    const { whenEmpty, having } = inner;
    const table = new MatchTable(inner.draft, node.query.at, this.#analysis);
    const value = table.value(selected);
    const { type } = value;
    if (whenEmpty === undefined && table.isColumn(value)) {
      this.#add(table, inner.terms, { type: "SINGLE", matchSlot: undefined });
      return value;
    }
    const matchSlot = this.#fresh();
    const isMatch = attribute(matchSlot, "BOOLEAN");
    const kept = having === undefined ? value : choice([[table.value(having), value]], undefined, type);
    this.#add(table, inner.terms, { type: "SINGLE", matchSlot });
    if (whenEmpty === undefined) return choice([[isMatch, kept]], undefined, type);
    const none = having === undefined
      ? whenEmpty(selected)
      : choice([[whenEmpty(having), whenEmpty(selected)]], undefined, type);
    return choice([[isMatch, kept]], none, type);
  }

  /** Whether there is a row; of IN, whose columns are the values. */
  #match(
    node: SubqueryExpressionNode & { readonly kind: "inQuery" | "exists" },
    context: ResolveContext,
  ): Expression {
    const isIn = node.kind === "inQuery";
    const query = isIn ? node.query : existing(node.query);
    const { columns, inner } = this.#analyzed(query, context, node.at);
    const comparisons = isIn ? this.#comparisons(node, { columns, output: inner.output, context }) : [];
    const negated = isIn && node.negated;
    if (inner.whenEmpty !== undefined) {
      const found = this.#whenEmpty(inner, { comparisons, whenEmpty: inner.whenEmpty, at: node.query.at });
      return negated ? not(found) : found;
    }
    const table = new MatchTable(inner.draft, node.query.at, this.#analysis);
    const matchSlot = this.#fresh();
    const terms = [...inner.terms, ...comparisons];
    const own = attributesOf(inner.draft);
    const isNullAware = negated && comparisons.length === 1 &&
      terms.every((term) => equalityOf(term, own)?.isNullSafe === false);
    const all = !negated || isNullAware
      ? terms
      : [...inner.terms, anyOf([allOf(comparisons), isNull(allOf(comparisons))])];
    this.#add(table, all, { type: "EXISTENCE", matchSlot, isNullAware });
    const exists = attribute(matchSlot, "BOOLEAN");
    return negated ? not(exists) : exists;
  }

  /** IN or EXISTS over the only group of an aggregate without keys, which is there for every row. */
  #whenEmpty(inner: Correlated, { comparisons, whenEmpty, at }: {
    readonly at: TextRange;
    readonly comparisons: readonly Expression[];
    readonly whenEmpty: (value: Expression) => Expression;
  }): Expression {
    const table = new MatchTable(inner.draft, at, this.#analysis);
    const matchSlot = this.#fresh();
    const conditions = [...inner.having === undefined ? [] : [inner.having], ...comparisons];
    const yes: Expression = { kind: "literal", value: true, type: "BOOLEAN" };
    const holds = conditions.length === 0 ? yes : allOf(conditions);
    const found = table.value(holds);
    this.#add(table, inner.terms, { type: "SINGLE", matchSlot });
    return choice([[attribute(matchSlot, "BOOLEAN"), found]], whenEmpty(holds), "BOOLEAN");
  }

  /** The rows of a subquery, apart from what depends on the row that it is for. */
  #analyzed(
    query: QueryNode,
    context: ResolveContext,
    at: TextRange,
  ): { readonly columns: RowSelect["columns"]; readonly inner: Correlated } {
    const { sql } = context;
    const outer = outerRow(context, this.#reads);
    const rows = this.#analysis.rows(query, { ...this.#analysis, outer });
    if (!areStatic(rows.branches)) {
      throw sqlError(sql, at, "a subquery in an expression cannot read a stream.", "Join the stream.");
    }
    const refuse = (problem: string) =>
      sqlError(sql, at, `a subquery ${problem}, which is not supported.`, "Use a join.");
    return {
      columns: rows.columns,
      inner: correlated(rows, outer.attributes, { refuse, analysis: this.#analysis }),
    };
  }

  /** The comparisons of IN: one for each column. */
  #comparisons(
    { argument, at }: SubqueryExpressionNode & { readonly kind: "inQuery" },
    { columns, output, context }: {
      readonly columns: RowSelect["columns"];
      readonly output: readonly Expression[];
      readonly context: ResolveContext;
    },
  ): readonly Expression[] {
    const cells = cellsOf(argument);
    if (cells.length !== columns.length) {
      const problem = `a subquery of IN has to select ${
        cells.length === 1 ? "one column" : `${cells.length} columns`
      }, but selects ${columns.length}.`;
      throw sqlError(context.sql, at, problem);
    }
    return cells.map((cell, index) => {
      const value = resolve(cell, context);
      this.#reads.check?.(value, cell);
      return guard(context, at, "IN", () => BINARY_OPERATORS["="]([value, output[index]!]));
    });
  }

  #add(table: MatchTable, terms: readonly Expression[], { type, matchSlot, isNullAware = false }: {
    readonly type: "SINGLE" | "EXISTENCE";
    readonly matchSlot: number | undefined;
    readonly isNullAware?: boolean;
  }): void {
    const step = tableJoin(type, table.take(terms.flatMap(termsOf)), this.#analysis);
    for (const id of step.attributes.values()) this.#added.add(id);
    this.#steps.push({
      ...step,
      ...(matchSlot === undefined ? {} : { matchSlot }),
      ...(isNullAware ? { isNullAware } : {}),
    });
  }

  #fresh(): number {
    const id = this.#analysis.attributes.fresh();
    this.#added.add(id);
    return id;
  }
}

/** What EXISTS asks of a query: neither its order nor how many rows there are. */
function existing(query: QueryNode): QueryNode {
  const { limit } = query;
  const keepsSome = limit?.kind === "number" && /^\d*[1-9]\d*$/.test(limit.text) && query.offset === null;
  return keepsSome || limit === null && query.offset === null
    ? { ...query, orderBy: [], limit: null }
    : query;
}

/** The values of a row in parentheses. */
function cellsOf(node: ExpressionNode): readonly ExpressionNode[] {
  if (node.kind !== "call" || node.name !== "named_struct") return [node];
  return node.args.filter((_arg, index) => index % 2 === 1) as ExpressionNode[];
}
