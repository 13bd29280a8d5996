/**
 * LATERAL subqueries: relations that are made for each row of those before them, of whose columns they are a function.
 * They are over static tables. Where all that is kept are rows with a match, the steps of a subquery without aggregates
 * follow those of the row; otherwise rows look theirs up, as those with a subquery in an expression do.
 */
import { drawsSeeds } from "../../expressions/calls/random_seeds.ts";
import {
  areStatic,
  attribute,
  type BranchView,
  type DraftRows,
  isStatic,
  type OuterRow,
  type Relation,
  type ScopeColumn,
} from "../../expressions/scope.ts";
import { requireNames } from "../../expressions/names.ts";
import { readsAny } from "../../expressions/slots.ts";
import { allOf, termsOf } from "../../functions/chains.ts";
import type { Expression } from "../../plan.ts";
import type { JoinNode, SubqueryNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { type Analysis, expressionContext, type RowSelect } from "../analysis.ts";
import { joinTerms } from "../joins/join_condition.ts";
import { adoptKeys, plainJoin } from "../joins/join_forms.ts";
import { tableJoin } from "../joins/table_join.ts";
import { choice } from "./choice.ts";
import { type Correlated, correlated } from "./correlated.ts";
import { MatchTable } from "./match_table.ts";
import { outerRow } from "./outer_row.ts";

/** A join with a LATERAL subquery. */
export type LateralJoinNode = JoinNode & { readonly right: SubqueryNode };

/** Adds the columns of a LATERAL subquery to each row of a relation. @throws {SfcrimeError} SQL */
export function joinLateral(left: Relation, node: LateralJoinNode, analysis: Analysis): Relation {
  requirePlain(node, analysis);
  return { branches: left.branches.map((branch) => new LateralJoin(branch, node, analysis).take()) };
}

/** @throws {SfcrimeError} SQL for a join that Spark does not have with LATERAL. */
function requirePlain({ type, condition, at }: JoinNode, { sql }: Analysis): void {
  const isKnown = type === "INNER" || type === "CROSS" || type === "LEFT";
  if (isKnown && condition?.kind !== "using") return;
  throw sqlError(sql, at, "a join with a LATERAL subquery is INNER, LEFT or CROSS, with ON or nothing.");
}

class LateralJoin {
  readonly #branch: BranchView;
  readonly #node: LateralJoinNode;
  readonly #analysis: Analysis;
  readonly #isLeft: boolean;
  readonly #outer: OuterRow;

  constructor(branch: BranchView, node: LateralJoinNode, analysis: Analysis) {
    this.#branch = branch;
    this.#node = node;
    this.#analysis = analysis;
    this.#isLeft = node.type === "LEFT";
    const { outer: _none, ...scope } = analysis;
    this.#outer = outerRow(expressionContext(scope, branch.columns));
  }

  take(): BranchView {
    const rows = this.#analyzed();
    const { columns: names } = rows;
    this.#requireSame(rows);
    if (!isStatic(this.#branch.draft)) this.#requireOnStream(rows);
    const values = this.#followed(rows) ?? this.#lookedUp(rows);
    const { draft, columns } = this.#branch;
    return { draft, columns: [...columns, ...this.#columnsOf(names, values)] };
  }

  /** @throws {SfcrimeError} SQL for rows that differ each time, which Spark does not have either. */
  #requireSame({ branches }: RowSelect): void {
    if (!branches.some(({ draft }) => drawsSeeds(draft.steps))) return;
    const problem = "a LATERAL subquery cannot draw random values.";
    throw sqlError(this.#analysis.sql, this.#node.right.at, problem, "Draw them in the SELECT list.");
  }

  /** What Spark would group the rows before the subquery for. @throws {SfcrimeError} SQL */
  #requireOnStream({ branches }: RowSelect): void {
    const { attributes } = this.#outer;
    const isRefused = branches.some(({ draft: { input, steps }, output }) => {
      if (input.kind === "aggregate") return input.keys.length === 0 && attributes.size > 0;
      const isOneRow = input.kind === "table" && input.table === undefined;
      return isOneRow ? steps.length > 0 : output.some((value) => readsAny(value, attributes));
    });
    if (!isRefused) return;
    throw sqlError(
      this.#analysis.sql,
      this.#node.right.at,
      "on a stream, a LATERAL subquery cannot aggregate without GROUP BY, or compute with the row before it.",
      "Use a subquery as a value, or compute in the SELECT list.",
    );
  }

  /** Steps that follow those of the row; undefined if a row without a match is kept, or if there are groups. */
  #followed({ columns: names, branches }: RowSelect): readonly Expression[] | undefined {
    const [{ draft, output }, other] = branches as [DraftRows, ...DraftRows[]];
    const { input, steps, attributes } = draft;
    if (this.#isLeft || other !== undefined || input.kind !== "table") return undefined;
    const own = this.#branch.draft;
    if (input.table !== undefined) {
      const columns = input.source.columns.map(({ name, type }) => ({ name, qualifier: undefined, type }));
      const table = { table: { name: input.table, columns }, taken: attributes, terms: [] };
      own.steps.push(tableJoin("INNER", table, this.#analysis));
    }
    for (const step of steps) {
      if (step.kind === "filter") adoptKeys(own, step.condition);
      own.steps.push(step);
    }
    const conditions = this.#on(names, output);
    if (conditions.length > 0) own.steps.push({ kind: "filter", condition: allOf(conditions) });
    return output;
  }

  #lookedUp(rows: RowSelect): readonly Expression[] {
    const { columns: names } = rows;
    const { query, at } = this.#node.right;
    const refuse = (problem: string) =>
      sqlError(
        this.#analysis.sql,
        at,
        `a LATERAL subquery ${problem}, which is not supported.`,
        "Use a join.",
      );
    const inner = correlated(rows, this.#outer.attributes, { refuse, analysis: this.#analysis });
    const table = new MatchTable(inner.draft, query.at, this.#analysis);
    const { whenEmpty } = inner;
    return whenEmpty === undefined
      ? this.#joined(names, inner, table)
      : this.#single(names, { ...inner, whenEmpty }, table);
  }

  #analyzed(): RowSelect {
    const { query, at, alias, columns } = this.#node.right;
    const { sql } = this.#analysis;
    const rows = this.#analysis.rows(query, { ...this.#analysis, outer: this.#outer });
    if (!areStatic(rows.branches)) {
      throw sqlError(sql, at, "a LATERAL subquery cannot read a stream.", "Join the stream.");
    }
    if (columns !== null) {
      requireNames(columns, rows.columns.length, { name: alias ?? "The relation", at, sql });
    }
    return rows;
  }

  /** Joins rows with their matches; returns the values of the columns. */
  #joined(
    names: RowSelect["columns"],
    { output, terms }: Correlated,
    table: MatchTable,
  ): readonly Expression[] {
    const values = output.map((value) => table.value(value));
    // What is computed of both rows is NULL as well where there is no match.
    const isMatch = this.#isLeft && !values.every((value) => table.isColumn(value))
      ? table.value({ kind: "literal", value: true, type: "BOOLEAN" })
      : undefined;
    const conditions = [...terms.flatMap(termsOf), ...this.#on(names, values)];
    this.#branch.draft.steps.push(
      tableJoin(this.#isLeft ? "LEFT" : "INNER", table.take(conditions), this.#analysis),
    );
    return isMatch === undefined
      ? values
      : values.map((value) => choice([[isMatch, value]], undefined, value.type));
  }

  /** The only group of an aggregate without keys, which is there for every row, if HAVING keeps it. */
  #single(
    names: RowSelect["columns"],
    { output, terms, whenEmpty, having }: Correlated & {
      readonly whenEmpty: (value: Expression) => Expression;
    },
    table: MatchTable,
  ): readonly Expression[] {
    const { steps } = this.#branch.draft;
    const matchSlot = this.#analysis.attributes.fresh();
    const isMatch = attribute(matchSlot, "BOOLEAN");
    const ofRow = (value: Expression) =>
      choice([[isMatch, table.value(value)]], whenEmpty(value), value.type);
    const values = output.map(ofRow);
    const conditions = [...having === undefined ? [] : [ofRow(having)], ...this.#on(names, values)];
    steps.push({
      ...tableJoin("SINGLE", table.take(terms.flatMap(termsOf)), this.#analysis),
      matchSlot,
    });
    if (conditions.length === 0) return values;
    const condition = allOf(conditions);
    if (this.#isLeft) return values.map((value) => choice([[condition, value]], undefined, value.type));
    steps.push({ kind: "filter", condition });
    return values;
  }

  /** The conditions of ON. */
  #on(names: RowSelect["columns"], values: readonly Expression[]): readonly Expression[] {
    const [left, right] = [this.#branch.columns, this.#columnsOf(names, values)];
    return joinTerms(plainJoin(this.#node, left, right).condition, { left, right }, {
      analysis: this.#analysis,
    });
  }

  #columnsOf(names: RowSelect["columns"], values: readonly Expression[]): readonly ScopeColumn[] {
    const { alias, columns } = this.#node.right;
    return values.map((value, index) => ({
      name: columns?.[index]?.name ?? names[index]!.name,
      qualifier: alias ?? undefined,
      value: () => value,
    }));
  }
}
