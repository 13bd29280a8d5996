/**
 * Analyzes a SELECT that aggregates.
 *
 * The branches pass *stage rows* to the aggregate: the keys of GROUP BY, then the arguments and filters of
 * the aggregate calls. The result is a *group row*: the keys, then the results. While the SELECT list is
 * resolved, keys and results are attributes like any other, so an attribute of the stream that remains at the
 * end has no single value per group.
 */
import { typeName } from "../../../records/data_type.ts";
import type {
  CallNode,
  ExpressionNode,
  SelectNode,
  SortItem,
  SubqueryExpressionNode,
} from "../../syntax/ast.ts";
import { canCast, castTo, holdsMap } from "../../functions/coercion.ts";
import { CollectedCalls } from "./collected_calls.ts";
import { ConstantColumns } from "./constant_columns.ts";
import { expand } from "./expand.ts";
import { GroupRow } from "./group_row.ts";
import { groupingId } from "./grouping_id.ts";
import { type GroupingSets, groupingSetsOf } from "./grouping_sets.ts";
import { columnName, type NamingContext } from "../../expressions/naming/column_name.ts";
import type { Expression, SortKey } from "../../plan.ts";
import type { Analysis, RowSelect } from "../analysis.ts";
import { keyNodes, nodeOf, ordinal } from "./group_keys.ts";
import { resolve, type ResolveContext } from "../../expressions/resolve.ts";
import {
  type BranchView,
  type DraftBranch,
  type DraftStep,
  type Relation,
  type ScopeColumn,
  windowOf,
} from "../../expressions/scope.ts";
import { eventKeysOf } from "../../planning/event_keys.ts";
import { Subqueries } from "../subqueries/subqueries.ts";
import { aliasesOf, type Item, LateralAliases, type OutputColumn, sameName } from "../select_items.ts";
import { isSeeded, randomCallsIn, RandomSeeds } from "../../expressions/calls/random_seeds.ts";
import { sameExpression } from "../../expressions/same_expression.ts";
import { eachSlot } from "../../expressions/slots.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { type GeneratedRows, generatedRows, generatorOf, isGeneratorItem } from "../joins/generate.ts";
import { syntaxText } from "../syntax_text.ts";
import { wholeKeys } from "./whole_keys.ts";
import { ownNodesIn, writtenColumns } from "../../syntax/written_columns.ts";
import type { Windows } from "../windows.ts";

/** The results of the earlier analysis of the SELECT. */
export interface GroupingParts {
  readonly items: readonly Item[];
  readonly columns: readonly OutputColumn[];
  readonly relation: Relation;
  readonly windows: Windows;
  readonly analysis: Analysis;
  readonly orderBy: readonly SortItem[];
  readonly naming: NamingContext;
}

/** Nodes of constants. */
const CONSTANTS: readonly ExpressionNode["kind"][] = [
  "number",
  "string",
  "bytes",
  "boolean",
  "null",
  "typed",
];

/** Whether what is written may be a key. A constant is none that is a column, even if it has the value of one. */
function canBeKey(node: ExpressionNode, key: ExpressionNode | undefined): boolean {
  return !CONSTANTS.includes(node.kind) || (key !== undefined && CONSTANTS.includes(key.kind));
}

/** See the module's description; one per SELECT. */
export class Grouping {
  readonly #node: SelectNode;
  readonly #parts: GroupingParts;
  readonly #keyNodes: readonly ExpressionNode[];
  /** The keys with calls such as `rand()`, and whether each of these has a seed. */
  readonly #drawnKeys: readonly {
    readonly key: number;
    readonly node: ExpressionNode;
    readonly isSeeded: boolean;
  }[];
  readonly #keys: readonly Expression[];
  readonly #stages: Expression[][];
  readonly #groupRow: GroupRow;
  readonly #calls: CollectedCalls;
  /** The steps of the groups. */
  readonly #steps: DraftStep[] = [];
  readonly #subqueries: Subqueries;
  readonly #seeds: RandomSeeds;
  readonly #constants: ConstantColumns;

  constructor(node: SelectNode, parts: GroupingParts) {
    this.#node = node;
    this.#parts = parts;
    const { items, relation, analysis } = parts;
    const { sql } = analysis;
    this.#groupRow = new GroupRow(analysis.attributes);
    this.#seeds = new RandomSeeds(this.#steps, analysis.attributes);
    this.#subqueries = new Subqueries(
      this.#steps,
      analysis,
      { check: (value, node) => void this.#finished(value, node) },
    );
    const written = keyNodes(node, { items, relation, sql });
    const resolved = relation.branches.map((branch, index) =>
      written.map((key) => resolve(key, this.#rowContext(branch, index)))
    );
    const { groupings } = node;
    const sets = groupings === null ? undefined : groupingSetsOf({ ...node, groupings }, resolved[0]!, sql);
    const kept = sets?.keys ?? written.keys().toArray();
    this.#keyNodes = kept.map((index) => written[index]!);
    this.#drawnKeys = this.#keyNodes.flatMap((node, key) => {
      const calls = randomCallsIn(node);
      return calls.length === 0 ? [] : [{ key, node, isSeeded: calls.every(isSeeded) }];
    });
    const keys = resolved.map((all) => kept.map((index) => all[index]!));
    this.#constants = new ConstantColumns({
      relation,
      attributes: analysis.attributes,
      keys: keys.map((all) => [...all]),
      resultOf: (key) => this.#groupRow.at(key),
    });
    if (node.distinct) {
      keys[0]!.forEach((key, index) => this.#requireDistinct(key, this.#keyNodes[index]!));
    }
    this.#stages = sets === undefined
      ? keys
      : relation.branches.map(({ draft }, index) => expand(draft, { keys: keys[index]!, sets, analysis }));
    if (sets !== undefined) this.#requireSessions(sets);
    // Those behind the ones that are written tell grouping sets apart.
    this.#keys = [...keys[0]!, ...this.#stages[0]!.slice(keys[0]!.length)];
    for (const { type } of this.#keys) this.#groupRow.add(type);
    this.#calls = new CollectedCalls({
      sql,
      contexts: () => relation.branches.map((branch, index) => this.#rowContext(branch, index)),
      stages: this.#stages,
      groupRow: this.#groupRow,
    });
  }

  /** @throws {SfcrimeError} SQL, for a column without a single value per group. */
  analyze(): RowSelect {
    const { items, columns, orderBy, relation } = this.#parts;
    const aliases = new LateralAliases(this.#parts.analysis.sql);
    const plain = aliases.resolve(items.filter((item) => !isGeneratorItem(item)), (item) => {
      const node = nodeOf(item, relation);
      return this.#finished(resolve(node, { ...this.#groupContext(), lateral: aliases.find }), node);
    });
    const generated = this.#generated();
    const output = plain.toSpliced(items.findIndex(isGeneratorItem), 0, ...generated.values);
    const having = this.#node.having === null ? undefined : this.#resolveHaving(this.#node.having, output);
    if (having !== undefined) this.#steps.push({ kind: "filter", condition: having });
    const sort = orderBy.map((item): SortKey => ({
      expression: this.#resolveSort(item, output),
      descending: item.descending,
      nullsFirst: item.nullsFirst,
    }));
    const stages = relation.branches.map(({ draft }, index) => ({ draft, output: this.#stages[index]! }));
    const eventKey = eventKeysOf(stages, this.#keys.length)[0];
    const { attributes } = this.#groupRow;
    const draft: DraftBranch = {
      input: {
        kind: "aggregate",
        from: stages,
        keys: this.#keys.map(({ type }) => type),
        calls: this.#calls.calls,
      },
      attributes,
      steps: [...this.#steps, ...generated.steps],
      eventTime: eventKey && { attribute: attributes.get(eventKey.key)!, of: eventKey.of },
    };
    return { columns, branches: [{ draft, output }], sort };
  }

  /** What a generator in the SELECT list makes of the groups, as its steps and its columns. */
  #generated(): GeneratedRows {
    const [item, other] = this.#parts.items.filter(isGeneratorItem);
    if (item === undefined) return { steps: [], values: [] };
    const { sql } = this.#parts.analysis;
    const { having } = this.#node;
    if (other !== undefined || having !== null) {
      const problem = "a SELECT with groups can have one generator, and no HAVING then.";
      throw sqlError(sql, (other?.node ?? having!).at, problem, "Use a subquery for the groups.");
    }
    const { expression } = item.node;
    const generator = generatorOf(expression, this.#groupContext());
    for (const arg of generator.args) this.#finished(arg, expression);
    // Spark makes a column of what is generated from, whatever it is.
    return generatedRows(generator, { isColumn: true, attributes: this.#parts.analysis.attributes });
  }

  /** Spark cannot compare MAPs in DISTINCT. */
  #requireDistinct(key: Expression, { at }: ExpressionNode): void {
    if (!holdsMap(key.type)) return;
    const problem = `SELECT DISTINCT does not support ${typeName(key.type)}, as it has a MAP.`;
    throw sqlError(this.#parts.analysis.sql, at, problem, "Use GROUP BY, or an ARRAY of its entries.");
  }

  /** A session of no row has no place among those of its key, and Spark fails on it. */
  #requireSessions({ sets }: GroupingSets): void {
    const [{ draft }] = this.#parts.relation.branches as [BranchView];
    this.#keyNodes.forEach((node, key) => {
      const isSession = windowOf(this.#stages[0]![key]!, draft)?.kind === "session window";
      if (!isSession || sets.every((set) => set.includes(key))) return;
      const problem = "a session window has to be in every grouping set.";
      throw sqlError(this.#parts.analysis.sql, node.at, problem, "Write it beside ROLLUP or CUBE.");
    });
  }

  #rowContext(branch: BranchView, index: number): ResolveContext {
    return this.#parts.windows.context(branch, index, {
      noAggregate:
        "aggregate functions are not allowed in GROUP BY or in the argument of another aggregate function",
    });
  }

  /**
   * The context in which keys of GROUP BY are replaced by their results, and aggregate calls are collected.
   */
  #groupContext(): ResolveContext {
    const context = this.#parts.windows.context(this.#parts.relation.branches[0]!, 0, {
      whole: (node) => this.#groupingId(node) ?? this.#drawnKey(node),
      random: this.#seeds.of,
      subqueryValue: (node, context) => this.#subquery(node, context),
      aggregate: (node) => this.#calls.resultOf(node),
      replace: (expression, node) => {
        if (expression.kind === "slot" && this.#constants.get(expression.slot) !== undefined) {
          return undefined;
        }
        // Parts of the expression may have been replaced already: one key may be part of another.
        const key = this.#keys.findIndex((known, index) =>
          canBeKey(node, this.#keyNodes[index]) && sameExpression(expression, known, this.#keyOf)
        );
        return key < 0 ? undefined : this.#groupRow.at(key);
      },
    });
    return {
      ...context,
      columns: context.columns.map((column, index) => ({
        ...column,
        value: () => this.#constants.valueOf(index, column),
      })),
    };
  }

  /** What an attribute represents: a key, or a column that is constant. */
  readonly #keyOf = (id: number): Expression | undefined => {
    const column = this.#groupRow.columnOf(id);
    return column === undefined ? this.#constants.get(id) : this.#keys[column];
  };

  /** A subquery of the groups, or of the rows, if it is in a key. */
  #subquery(node: SubqueryExpressionNode, context: ResolveContext): Expression {
    const text = syntaxText(node);
    const inKeys = this.#keyNodes.some((key) =>
      ownNodesIn(key).some((part) => part.kind === node.kind && syntaxText(part) === text)
    );
    return inKeys
      ? resolve(node, this.#rowContext(this.#parts.relation.branches[0]!, 0))
      : this.#subqueries.resolve(node, context);
  }

  #groupingId(node: ExpressionNode): Expression | undefined {
    const branch = this.#parts.relation.branches[0]!;
    return groupingId(node, {
      sql: this.#parts.analysis.sql,
      keys: this.#node.groupings === null ? undefined : this.#keys.slice(0, this.#keyNodes.length),
      id: () => this.#groupRow.at(this.#keyNodes.length),
      resolve: (arg) => resolve(arg, this.#rowContext(branch, 0)),
    });
  }

  /**
   * The result of a key with calls such as `rand()`: wherever the key itself stands, by its number or its alias, and
   * what is written like it, if each call has a seed. As in Spark, calls without one are never the same.
   */
  #drawnKey(node: ExpressionNode): Expression | undefined {
    const found = this.#drawnKeys.find(({ node: known, isSeeded }) =>
      node === known || isSeeded && node.kind === known.kind && syntaxText(node) === syntaxText(known)
    );
    return found && this.#groupRow.at(found.key);
  }

  /**
   * HAVING and ORDER BY see the columns of the SELECT list, which take precedence over those of the relation.
   */
  #selectedContext(output: readonly Expression[]): ResolveContext {
    return this.#namedContext(output, () => false);
  }

  /** In HAVING, unlike in ORDER BY, a column of the relation that is a key takes precedence over the SELECT list. */
  #havingContext(output: readonly Expression[]): ResolveContext {
    const keyNames = this.#keyNodes.flatMap((node) =>
      node.kind === "column" || node.kind === "field" || node.kind === "call" ? [node.name] : []
    );
    // Reading the value of a column marks the column as used, so only candidates are read.
    const context = this.#namedContext(
      output,
      ({ name, value }) =>
        keyNames.some((key) => sameName(key, name)) &&
        this.#keys.some((key) => sameExpression(value(), key, this.#keyOf)),
    );
    const { aggregate: _none, ...ofRelation } = this.#groupContext();
    const whole = wholeKeys(this.#keyNodes, {
      aliases: aliasesOf(this.#parts.items),
      keyOf: (node) => {
        const resolved = resolve(node, ofRelation);
        return resolved.kind === "slot" && this.#keyOf(resolved.slot) !== undefined ? resolved : undefined;
      },
    });
    return { ...context, whole: (node) => this.#groupingId(node) ?? this.#drawnKey(node) ?? whole(node) };
  }

  /** Names refer to the SELECT list, except for columns of the relation that take precedence. */
  #namedContext(output: readonly Expression[], precedes: (column: ScopeColumn) => boolean): ResolveContext {
    const context = this.#groupContext();
    const first = context.columns.filter((column) => column.hidden !== true && precedes(column));
    const selected = this.#parts.columns.map(({ name }, index): ScopeColumn => ({
      name,
      qualifier: undefined,
      value: () => output[index]!,
      hidden: first.some((column) => sameName(column.name, name)),
    }));
    const isSelected = (name: string) => selected.some((column) => sameName(column.name, name));
    const others = context.columns.map((column) =>
      isSelected(column.name) && !first.includes(column) ? { ...column, hidden: true } : column
    );
    return { ...context, columns: [...selected, ...others] };
  }

  /** Unlike other conditions, HAVING is cast to BOOLEAN whenever a CAST is possible. */
  #resolveHaving(node: ExpressionNode, output: readonly Expression[]): Expression {
    const condition = this.#finished(resolve(node, this.#havingContext(output)), node);
    if (canCast(condition.type, "BOOLEAN")) return castTo(condition, "BOOLEAN");
    const problem = `HAVING requires BOOLEAN, but got ${typeName(condition.type)}.`;
    throw sqlError(this.#parts.analysis.sql, node.at, problem);
  }

  /** Checks that an expression uses only keys and results. */
  #finished(expression: Expression, node: ExpressionNode): Expression {
    eachSlot(expression, (slot) => {
      if (this.#groupRow.columnOf(slot) !== undefined) return;
      if (this.#subqueries.adds(slot) || this.#seeds.adds(slot)) return;
      if (this.#parts.analysis.outer?.attributes.has(slot) === true) return;
      const hint = this.#keys.length > 0
        ? "Add it to GROUP BY, or use an aggregate function such as min."
        : "The query aggregates: add a GROUP BY clause, or use an aggregate function such as min.";
      const problem = `${
        columnName(node, this.#parts.naming)
      } is neither in the GROUP BY clause nor in an aggregate function.`;
      throw sqlError(this.#parts.analysis.sql, node.at, problem, hint);
    });
    return expression;
  }

  /** ORDER BY accepts positions in the SELECT list, names of its columns, and expressions over the groups. */
  #resolveSort({ expression }: SortItem, output: readonly Expression[]): Expression {
    const position = ordinal(expression, this.#parts.columns, this.#parts.analysis.sql);
    if (position !== undefined) return output[position]!;
    if (expression.kind === "column") {
      const index = this.#parts.columns.findIndex(({ name }) => sameName(name, expression.name));
      if (index >= 0) return output[index]!;
    }
    const context = {
      ...this.#selectedContext(output),
      aggregate: (node: CallNode) => {
        this.#requireUnselected(node);
        return this.#calls.resultOf(node);
      },
    };
    return this.#finished(resolve(expression, context), expression);
  }

  /** In ORDER BY, Spark resolves a name to the alias only, and an alias cannot be aggregated. */
  #requireUnselected(call: CallNode): void {
    const aliases = aliasesOf(this.#parts.items);
    for (const { name, at } of writtenColumns(call)) {
      if (!aliases.some((alias) => sameName(alias, name))) continue;
      const problem = `ORDER BY cannot aggregate ${name}, because it is an alias of the SELECT list.`;
      throw sqlError(this.#parts.analysis.sql, at, problem, "Use another alias.");
    }
  }
}
