/**
 * Generators, which make rows of each row: `LATERAL VIEW explode(items) i AS item`, or one in the SELECT list.
 */
import { guard } from "../../expressions/guard.ts";
import { requireNames } from "../../expressions/names.ts";
import { resolve, type ResolveContext } from "../../expressions/resolve.ts";
import {
  attribute,
  type Attributes,
  type BranchView,
  type DraftStep,
  isStatic,
  lookUp,
  type Relation,
  type ScopeColumn,
} from "../../expressions/scope.ts";
import { RandomSeeds } from "../../expressions/calls/random_seeds.ts";
import { requirePlainCall } from "../../functions/calls/plain_call.ts";
import { GENERATORS } from "../../functions/nested/generators.ts";
import { allOf } from "../../functions/chains.ts";
import { isNull, not } from "../../functions/operators.ts";
import { call } from "../../functions/signature.ts";
import { readsSlots } from "../../expressions/slots.ts";
import type { Expression, Generator } from "../../plan.ts";
import type {
  CallNode,
  ExpressionNode,
  FunctionNode,
  ItemNode,
  JoinNode,
  LateralViewNode,
  NameNode,
  TextRange,
} from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { unsupported } from "../../syntax/unsupported.ts";
import { type Analysis, expressionContext } from "../analysis.ts";
import type { Item } from "../select_items.ts";
import { joinTerms } from "./join_condition.ts";

/** Whether an expression is a call of a generator. */
function isGenerator(node: ExpressionNode): boolean {
  return node.kind === "call" && Object.hasOwn(GENERATORS, node.name);
}

/** Adds the columns of LATERAL VIEW to a branch. @throws {SfcrimeError} SQL */
export function lateralView(
  branch: BranchView,
  { generator: node, outer, name, columns, at }: LateralViewNode,
  analysis: Analysis,
): BranchView {
  return withRows(branch, node, {
    outer,
    qualifier: name,
    names: columns,
    at,
    sees: branch.columns,
    draws: true,
    analysis,
  });
}

/**
 * Adds the columns of a join with the rows of a generator to a branch: `JOIN LATERAL explode(…)`, or after a comma. On
 * streams, Spark takes no condition of it, and gives the rows of an INNER join for a LEFT one.
 *
 * @throws {SfcrimeError} SQL
 */
export function joinGenerator(
  branch: BranchView,
  { type, right, condition, at }: JoinNode & { readonly right: FunctionNode },
  analysis: Analysis,
): BranchView {
  const isInner = type === "INNER" || type === "CROSS";
  const isOfTable = isStatic(branch.draft) && (isInner || type === "LEFT" && condition === null) &&
    condition?.kind !== "using";
  if (!isOfTable && (!isInner || condition !== null)) {
    const problem = "a join with the rows of a generator is INNER or CROSS, and has no condition.";
    throw sqlError(analysis.sql, at, problem, "Use LATERAL VIEW OUTER in place of LEFT JOIN, and WHERE.");
  }
  const joined = withRows(branch, right.call, {
    outer: type === "LEFT",
    qualifier: right.alias ?? undefined,
    names: right.columns,
    at: right.at,
    sees: right.lateral ? branch.columns : [],
    analysis,
  });
  if (condition === null) return joined;
  const made = joined.columns.slice(branch.columns.length);
  const terms = joinTerms(condition, { left: branch.columns, right: made }, { analysis });
  if (terms.length > 0) joined.draft.steps.push({ kind: "filter", condition: allOf(terms) });
  return joined;
}

/** A branch with the rows that a generator makes of each of its own. */
function withRows(
  { draft, columns }: BranchView,
  node: CallNode,
  { outer, qualifier, names, at, sees, draws = false, analysis }: {
    readonly outer: boolean;
    readonly qualifier: string | undefined;
    readonly names: readonly NameNode[] | null;
    readonly at: TextRange;
    /** The columns that the arguments can name. */
    readonly sees: readonly ScopeColumn[];
    /** Whether they can draw random values: not in a join, as in Spark. */
    readonly draws?: boolean;
    readonly analysis: Analysis;
  },
): BranchView {
  const { sql, attributes } = analysis;
  if (!isGenerator(node)) throw unsupported(sql, node.at, "table function");
  const context: ResolveContext = {
    ...expressionContext(analysis, sees),
    noAggregate: "aggregate functions are not allowed in FROM",
    ...(draws ? { random: new RandomSeeds(draft.steps, attributes).of } : {}),
  };
  const generator = generatorOf(node, context);
  if (names !== null) {
    requireNames(names, generator.columns.length, { name: `The alias of ${node.name}`, at, sql });
  }
  const { steps, values } = generatedRows({ ...generator, outer: generator.outer || outer }, {
    isColumn: isColumn(node, columns),
    attributes,
  });
  const made = values.map((value, index): ScopeColumn => ({
    name: names?.[index]?.name ?? generator.columns[index]!.name,
    qualifier,
    value: () => value,
  }));
  draft.steps.push(...steps);
  return { draft, columns: [...columns, ...made] };
}

/** The generator that a call is, with its arguments. @throws {SfcrimeError} SQL */
export function generatorOf(node: CallNode, context: ResolveContext): Generator {
  const { sql } = context;
  requirePlainCall(node, sql);
  const args = node.args.map((arg) => {
    if (arg.kind === "star") throw sqlError(sql, arg.at, `${node.name} does not accept *.`);
    return resolve(arg, context);
  });
  return guard(context, node.at, node.name, () => GENERATORS[node.name]!(args));
}

/** The rows that a generator makes: the steps that make them, and their columns. */
export interface GeneratedRows {
  readonly steps: readonly DraftStep[];
  readonly values: readonly Expression[];
}

/** Plans a generator. @param isColumn Whether it generates from a column, by Spark's measure. */
export function generatedRows(
  generator: Generator,
  { isColumn, attributes }: { readonly isColumn: boolean; readonly attributes: Attributes },
): GeneratedRows {
  const inferred = isColumn ? inferredFilter(generator) : undefined;
  const slots = generator.columns.map(() => attributes.fresh());
  return {
    steps: [
      ...(inferred === undefined ? [] : [{ kind: "filter" as const, condition: inferred }]),
      { kind: "generate", generator, slots },
    ],
    values: generator.columns.map(({ type }, index) => attribute(slots[index]!, type)),
  };
}

/**
 * A list that is NULL or empty makes no rows, so Spark filters such rows before, where it can: then they do not advance
 * the watermark. Source: Spark's InferFiltersFromGenerate, which does so for columns only.
 */
function inferredFilter({ name, args: [list], outer }: Generator): Expression | undefined {
  if (outer || name === "stack" || name === "json_tuple" || !readsSlots(list!)) return undefined;
  const zero: Expression = { kind: "literal", value: 0, type: "INT" };
  return allOf([call(">", [call("size", [list!], "INT"), zero], "BOOLEAN"), not(isNull(list!))]);
}

/** Whether the argument of a generator is a column of its input. */
export function isColumn({ args: [arg] }: CallNode, columns: BranchView["columns"]): boolean {
  if (arg?.kind === "column") return true;
  const qualifier = arg?.kind === "field" && arg.argument.kind === "column" ? arg.argument.name : undefined;
  return qualifier !== undefined &&
    columns.some((column) => column.qualifier?.toLowerCase() === qualifier.toLowerCase());
}

/** A generator in the SELECT list. */
export type GeneratorItem = Item & {
  readonly kind: "item";
  readonly node: ItemNode & { readonly expression: CallNode };
};

/** Whether an item of the SELECT list is a generator. */
export function isGeneratorItem(item: Item): item is GeneratorItem {
  return item.kind === "item" && isGenerator(item.node.expression);
}

/** Checks that only generators have several names. @throws {SfcrimeError} SQL */
export function requireAliases(items: readonly Item[], sql: string): void {
  for (const item of items) {
    if (item.kind === "star" || item.node.aliases === undefined || isGeneratorItem(item)) continue;
    const problem = "an alias with several names needs a generator, such as explode.";
    throw sqlError(sql, item.node.at, problem, "Use one name.");
  }
}

/** The names of the columns of a generator in the SELECT list. @throws {SfcrimeError} SQL, if they are not as many. */
export function generatedNames(
  { alias, aliases, expression: { name }, at }: GeneratorItem["node"],
  { columns }: Generator,
  sql: string,
): readonly NameNode[] {
  const names = aliases ??
    (alias === null ? columns.map((column) => ({ ...column, at })) : [{ name: alias, at }]);
  requireNames(names, columns.length, { name: `The alias of ${name}`, at, sql });
  return names;
}

/** A SELECT list over the rows of its relation. */
export interface Selected {
  readonly relation: Relation;
  readonly items: readonly Item[];
}

/** The relation of the columns that a generator adds: no statement can name it. */
const GENERATED = " generated";

/**
 * A SELECT list over the rows that its generators make, one after the other: columns of the relation take their place.
 */
export function withGenerators(
  selected: Selected,
  contextOf: (branch: BranchView, index: number) => ResolveContext,
  analysis: Analysis,
): Selected {
  const { items, relation } = selected;
  const place = items.findIndex(isGeneratorItem);
  if (place < 0) return selected;
  const { node } = items[place] as GeneratorItem;
  const branches = relation.branches.map((branch, index) =>
    withItem(branch, node, contextOf(branch, index), analysis)
  );
  const before = relation.branches[0]!.columns.length;
  const made = branches[0]!.columns.slice(before).map(({ name }, index): Item => ({
    kind: "star",
    column: before + index,
    name,
    at: node.at,
    isAlias: true,
  }));
  return withGenerators(
    { relation: { branches }, items: items.toSpliced(place, 1, ...made) },
    contextOf,
    analysis,
  );
}

/** A branch with the rows of a generator in the SELECT list. */
function withItem(
  { draft, columns }: BranchView,
  node: GeneratorItem["node"],
  context: ResolveContext,
  { sql, attributes }: Analysis,
): BranchView {
  const generator = generatorOf(node.expression, {
    ...context,
    lateral: (name) => lookUp(columns, name, GENERATED)[0]?.value(),
  });
  const names = generatedNames(node, generator, sql);
  const { steps, values } = generatedRows(generator, {
    isColumn: isColumn(node.expression, columns),
    attributes,
  });
  draft.steps.push(...steps);
  const made = values.map((value, column): ScopeColumn => ({
    name: names[column]!.name,
    qualifier: GENERATED,
    value: () => value,
    hidden: true,
  }));
  return { draft, columns: [...columns, ...made] };
}
