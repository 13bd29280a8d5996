/**
 * Resolves the syntax tree of an expression to a typed expression over attributes: names are looked up,
 * literals get types, functions get signatures, and implicit casts become explicit.
 */
import { typeName } from "../../records/data_type.ts";
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../functions/aggregates/aggregates.ts";
import type {
  BinaryNode,
  CallNode,
  CaseNode,
  ExpressionNode,
  SubqueryExpressionNode,
  TextRange,
} from "../syntax/ast.ts";
import { castCall } from "./calls/cast_call.ts";
import { isRandom } from "./calls/random_seeds.ts";
import { canBeConstant, folded, type Folding } from "./calls/constants.ts";
import { element, namedPart, NoSuchPart } from "./nested/access.ts";
import { allOf, anyOf, chainOf, resolvedChain } from "../functions/chains.ts";
import { requirePlainCall } from "../functions/calls/plain_call.ts";
import { FUNCTIONS, SYNONYMS } from "../functions/functions.ts";
import {
  BINARY_OPERATORS,
  boolean,
  inList,
  isNull,
  like,
  not,
  UNARY_OPERATORS,
} from "../functions/operators.ts";
import { unify } from "../functions/signature.ts";
import { castTo } from "../functions/coercion.ts";
import { intervalPart } from "../functions/time/interval_signatures.ts";
import { isIntervalType } from "../../records/types/interval_types.ts";
import { extractedCall, EXTRACTS, fieldNamed, UNIT_FUNCTIONS, unitCall } from "./extract.ts";
import { guard } from "./guard.ts";
import { namedCall, resolveArguments, type Variables } from "./nested/arguments.ts";
import { intervalExpression, intervalLiteral } from "../syntax/interval_literal.ts";
import { numberLiteral, timeLiteral } from "../syntax/literals.ts";
import { isRelation, type NameScope, resolveColumn } from "./names.ts";
import type { Expression } from "../plan.ts";
import { attribute, lookUp } from "./scope.ts";
import { sqlError } from "../syntax/sql_error.ts";
import { EXTRACTED } from "../functions/time/calendar_signatures.ts";
import { castOf, isTypeFunction } from "../functions/calls/type_functions.ts";
import { unsupportedFunction } from "../refusals/unsupported_functions.ts";

/** The context in which an expression is resolved. */
export interface ResolveContext extends NameScope, Folding {
  /** Resolves a call of an aggregate function; absent where none is allowed. */
  readonly aggregate?: (node: CallNode) => Expression;
  /** The error for an aggregate function where none is allowed. */
  readonly noAggregate?: string;
  /** Resolves a call of `window` or `session_window`; absent where none is allowed. */
  readonly window?: (node: CallNode) => Expression;
  /** Resolves a subquery, or IN or EXISTS with one; absent where none is allowed. */
  readonly subqueryValue?: (node: SubqueryExpressionNode, context: ResolveContext) => Expression;
  /** The seed of a call such as `rand()`; absent where none is allowed. */
  readonly random?: (node: CallNode) => Expression;
  /** Replaces a resolved expression, which was written as the node: a key of GROUP BY by its result. */
  readonly replace?: (expression: Expression, node: ExpressionNode) => Expression | undefined;
  /** Resolves an expression as a whole, before its parts: a key of GROUP BY to its result. */
  readonly whole?: (node: ExpressionNode) => Expression | undefined;
  /** The parameters of the lambda functions around it. */
  readonly variables?: Variables;
  /** Cache of resolved expressions. */
  readonly known?: WeakMap<ExpressionNode, Expression>;
}

const NO_ATTRIBUTE = -1;

/** Resolves an expression. @throws {SfcrimeError} SQL, with the position of the error. */
export function resolve(node: ExpressionNode, context: ResolveContext): Expression {
  return context.known?.get(node) ?? context.whole?.(node) ??
    (node.kind === "binary"
      ? resolveChain(node, context)
      : finished(node, resolveNode(node, context), context));
}

function finished(node: ExpressionNode, resolved: Expression, context: ResolveContext): Expression {
  const replaced = context.replace?.(resolved, node) ?? resolved;
  // For an operator only the type is needed again; the last operator of a chain has many operands.
  context.known?.set(node, node.kind === "binary" ? attribute(NO_ATTRIBUTE, replaced.type) : replaced);
  return replaced;
}

/** Resolves a chain of operators: the left side of each is the result of the one before. */
function resolveChain(last: BinaryNode, context: ResolveContext): Expression {
  const chain = chainOf(
    last,
    (node) => context.known?.has(node) === true || context.whole?.(node) !== undefined,
  );
  return resolvedChain(chain, (node, left) => {
    const inner = (child: ExpressionNode) =>
      child === node.left && left !== undefined ? left : resolve(child, context);
    return finished(node, resolveBinary(node, context, inner), context);
  });
}

function resolveBinary(
  node: BinaryNode,
  context: ResolveContext,
  inner: (child: ExpressionNode) => Expression,
): Expression {
  const { op, at } = node;
  return guard(context, at, op, () => BINARY_OPERATORS[op]([inner(node.left), inner(node.right)]));
}

/** Resolves an expression that must be BOOLEAN without a cast: here Spark casts neither strings nor NULL. */
export function resolveStrictCondition(node: ExpressionNode, context: ResolveContext): Expression {
  const condition = resolve(node, context);
  if (condition.type === "BOOLEAN") return condition;
  const problem = `the condition requires BOOLEAN, but got ${typeName(condition.type)}.`;
  throw sqlError(context.sql, node.at, problem);
}

/** Resolves a condition, with an implicit cast if possible. */
export function resolveCondition(node: ExpressionNode, context: ResolveContext): Expression {
  const condition = resolve(node, context);
  return guard(context, node.at, "the condition", () => boolean(condition));
}

function resolveNode(node: ExpressionNode, context: ResolveContext): Expression {
  const inner = (child: ExpressionNode) => resolve(child, context);
  switch (node.kind) {
    case "alias":
      throw sqlError(context.sql, node.at, "only a field of a STRUCT can have an alias here.");
    case "lambda":
      throw sqlError(context.sql, node.at, "a lambda function can only be an argument of a function.");
    case "column":
      return context.variables?.byName.get(node.name.toLowerCase()) ??
        resolveColumn(node.name, undefined, node.at, context);
    case "field":
      return resolveField(node, context);
    case "number":
      return numberLiteral(node.text, node.suffix, (problem) => sqlError(context.sql, node.at, problem));
    case "string":
      return { kind: "literal", value: node.value, type: "STRING" };
    case "bytes":
      return FUNCTIONS.unhex!([{ kind: "literal", value: node.digits, type: "STRING" }]);
    case "boolean":
      return { kind: "literal", value: node.value, type: "BOOLEAN" };
    case "null":
      return { kind: "literal", value: null, type: "VOID" };
    case "typed":
      return timeLiteral(node, context);
    case "call":
      return resolveCall(node, context);
    case "cast":
      return castCall(inner(node.argument), { node, sql: context.sql });
    case "case":
      return resolveCase(node, context);
    case "unary": {
      const op = node.op;
      const negated = op === "NOT" ? negatedQuery(node.argument) : undefined;
      if (negated !== undefined) return inner(negated);
      return guard(context, node.at, op, () => UNARY_OPERATORS[op]([inner(node.argument)]));
    }
    case "binary":
      return resolveChain(node, context);
    case "isNull":
      return negatedIf(node.negated, isNull(inner(node.argument)));
    case "isDistinct": {
      const same = () => BINARY_OPERATORS["<=>"]([inner(node.argument), inner(node.right)]);
      return negatedIf(!node.negated, guard(context, node.at, "IS DISTINCT FROM", same));
    }
    case "isTruth": {
      const argument = guard(context, node.at, "IS", () => boolean(inner(node.argument)));
      const value = node.value === "UNKNOWN" ? null : node.value === "TRUE";
      const literal: Expression = { kind: "literal", value, type: "BOOLEAN" };
      return negatedIf(node.negated, BINARY_OPERATORS["<=>"]([argument, literal]));
    }
    case "between": {
      const argument = inner(node.argument);
      const both = guard(context, node.at, "BETWEEN", () =>
        BINARY_OPERATORS.AND([
          BINARY_OPERATORS[">="]([argument, inner(node.low)]),
          BINARY_OPERATORS["<="]([argument, inner(node.high)]),
        ]));
      return negatedIf(node.negated, both);
    }
    case "in":
      return negatedIf(
        node.negated,
        guard(context, node.at, "IN", () => inList(inner(node.argument), node.list.map(inner))),
      );
    case "inQuery":
    case "exists":
    case "scalarQuery":
      if (context.subqueryValue !== undefined) return context.subqueryValue(node, context);
      throw sqlError(context.sql, node.at, "a subquery is not supported here.", "Use it in WHERE or SELECT.");
    case "like": {
      const args = [inner(node.argument), inner(node.pattern)];
      if (node.escape !== null) args.push({ kind: "literal", value: node.escape, type: "STRING" });
      return negatedIf(node.negated, guard(context, node.at, node.op, () => like(node.op, args)));
    }
    case "likeMany":
      return resolveLikeMany(node, context);
    case "interval": {
      const interval = intervalLiteral(node);
      if (typeof interval !== "string") return intervalExpression(interval.value, interval.type);
      throw sqlError(context.sql, node.at, `INTERVAL ${interval}.`);
    }
    case "element":
      return resolveElement(node, context);
  }
}

/**
 * The negation of a condition with IN and a subquery in it, brought to the IN: as in Spark, `NOT (a OR b IN (…))` is
 * `NOT a AND b NOT IN (…)`, which is not true if a comparison is NULL. Undefined if there is none.
 */
function negatedQuery(node: ExpressionNode): ExpressionNode | undefined {
  if (node.kind === "inQuery") return { ...node, negated: !node.negated };
  if (node.kind === "unary" && node.op === "NOT") {
    return negatedQuery(node.argument) === undefined ? undefined : node.argument;
  }
  if (node.kind !== "binary" || (node.op !== "AND" && node.op !== "OR")) return undefined;
  const [left, right] = [negatedQuery(node.left), negatedQuery(node.right)];
  if (left === undefined && right === undefined) return undefined;
  const not = (side: ExpressionNode): ExpressionNode => ({
    kind: "unary",
    op: "NOT",
    argument: side,
    at: side.at,
  });
  return {
    ...node,
    op: node.op === "AND" ? "OR" : "AND",
    left: left ?? not(node.left),
    right: right ?? not(node.right),
  };
}

/** LIKE ANY and LIKE ALL: each pattern by itself, negated by itself, then OR or AND. */
function resolveLikeMany(node: ExpressionNode & { kind: "likeMany" }, context: ResolveContext): Expression {
  const { op, all, negated, at } = node;
  const argument = resolve(node.argument, context);
  const terms = node.patterns.map((pattern) =>
    negatedIf(negated, guard(context, at, op, () => like(op, [argument, resolve(pattern, context)])))
  );
  return all ? allOf(terms) : anyOf(terms);
}

function negatedIf(negated: boolean, condition: Expression): Expression {
  return negated ? not(condition) : condition;
}

function resolveField(node: ExpressionNode & { kind: "field" }, context: ResolveContext): Expression {
  const { argument, name } = node;
  // If a column has the name of its relation, `t.i` is the column i of t, if there is one.
  const isQualifier = argument.kind === "column" &&
    context.variables?.byName.has(argument.name.toLowerCase()) !== true &&
    (lookUp(context.columns, name, argument.name).length > 0 ||
      isRelation(argument.name, context) && lookUp(context.columns, argument.name).length === 0);
  if (isQualifier) return resolveColumn(name, argument.name, node.at, context);
  if (argument.kind === "column" && lookUp(context.columns, argument.name).length === 0) {
    const ofOuter = context.outer?.find(name, argument.name, node.at);
    if (ofOuter !== undefined) return ofOuter;
  }
  return partOf(resolve(argument, context), node, context);
}

/** The part of a structure with a name. */
function partOf(
  structure: Expression,
  { name, at }: { readonly name: string; readonly at: TextRange },
  { sql }: ResolveContext,
): Expression {
  try {
    return namedPart(structure, name);
  } catch (error) {
    if (error instanceof NoSuchPart) throw sqlError(sql, at, error.message, error.hint);
    throw error;
  }
}

/** `struct['field']`, `map['key']`, or an element of an ARRAY. */
function resolveElement(node: ExpressionNode & { kind: "element" }, context: ResolveContext): Expression {
  const { argument, index, at } = node;
  const structure = resolve(argument, context);
  const isMap = typeof structure.type !== "string" && structure.type.kind === "MAP";
  if (index.kind === "string" && !isMap) return partOf(structure, { name: index.value, at }, context);
  return guard(context, at, "[ ]", () => element(structure, resolve(index, context)));
}

const WINDOWS: readonly string[] = ["window", "session_window"];

function resolveCall(node: CallNode, context: ResolveContext): Expression {
  const { sql } = context;
  if (WINDOWS.includes(node.name)) {
    if (context.window !== undefined) return context.window(node);
    throw sqlError(sql, node.at, `${node.name} is not allowed here.`, "Use it in GROUP BY.");
  }
  const withUnit = unitCall(node);
  if (withUnit !== undefined) return resolveFunction(withUnit, context);
  if (node.name in UNIT_FUNCTIONS && node.args.length > 0) {
    throw sqlError(
      sql,
      node.at,
      `${node.name} requires a unit, a number or time, and a time.`,
      UNIT_FUNCTIONS[node.name],
    );
  }
  if (node.name === "current_timezone" && node.args.length === 0) {
    return { kind: "literal", value: context.zone.id, type: "STRING" };
  }
  if (node.name === "convert_timezone" && node.args.length === 2) {
    const zone: CallNode = { ...node, name: "current_timezone", args: [] };
    return resolveFunction({ ...node, args: [zone, ...node.args] }, context);
  }
  if (EXTRACTS.includes(node.name)) return resolveExtract(node, context);
  if (isTypeFunction(node.name)) return resolve(castOf(node, sql), context);
  return resolveFunction(node, context);
}

/** A field of a time, or of an INTERVAL. */
function resolveExtract(node: CallNode, context: ResolveContext): Expression {
  const [field, source, ...more] = node.args;
  if (field?.kind === "null" && source !== undefined && source.kind !== "star" && more.length === 0) {
    resolve(source, context);
    return { kind: "literal", value: null, type: "DOUBLE" };
  }
  const isCall = field?.kind === "string" && source !== undefined && source.kind !== "star" &&
    more.length === 0;
  const value = isCall ? resolve(source, context) : undefined;
  if (value === undefined || !isIntervalType(value.type)) {
    // It is not resolved once more.
    const resolved: ResolveContext = value === undefined
      ? context
      : { ...context, whole: (part) => part === source ? value : context.whole?.(part) };
    return resolveFunction(extractedCall(node, context.sql), resolved);
  }
  return guard(
    context,
    node.at,
    node.name,
    () => intervalPart(fieldNamed((field as { value: string }).value), value),
  );
}

/** A call that is of the function that it names. */
function resolveFunction(node: CallNode, context: ResolveContext): Expression {
  const { sql } = context;
  const aggregate = AGGREGATE_SYNONYMS[node.name] ?? node.name;
  if (Object.hasOwn(AGGREGATES, aggregate)) {
    if (context.aggregate !== undefined) return context.aggregate(node);
    throw sqlError(sql, node.at, `${context.noAggregate ?? "aggregate functions are not allowed here"}.`);
  }
  const name = SYNONYMS[node.name] ?? node.name;
  const signature = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : EXTRACTED[name];
  if (signature === undefined) throw unsupportedFunction(sql, node);
  requirePlainCall(node, sql);
  const args = resolveArguments(node, {
    name,
    scope: context,
    resolve: (arg, variables) =>
      resolve(arg, variables === context.variables ? context : { ...context, variables: variables! }),
  }).map((arg, index) => canBeConstant(arg, { name, index }) ? folded(arg, context) : arg);
  const seeds = isRandom(name) ? [seedOf(node, context)] : [];
  return guard(context, node.at, node.name, () => namedCall(node, args) ?? signature([...seeds, ...args]));
}

function seedOf(node: CallNode, { random, variables, sql }: ResolveContext): Expression {
  const { name, at } = node;
  if (variables !== undefined) {
    const problem = `${name} is not supported in a lambda function.`;
    throw sqlError(sql, at, problem, "Use explode, and collect_list.");
  }
  if (random !== undefined) return random(node);
  throw sqlError(
    sql,
    at,
    `${name} is not allowed here.`,
    "Use it in SELECT or WHERE of a query over a stream.",
  );
}

function resolveCase(node: CaseNode, context: ResolveContext): Expression {
  const operand = node.operand === null ? undefined : resolve(node.operand, context);
  const whens = node.whens.map(({ condition, result }) => {
    if (operand === undefined) {
      return { condition: resolveStrictCondition(condition, context), result: resolve(result, context) };
    }
    const value = resolve(condition, context);
    const equal = guard(context, condition.at, "CASE", () => BINARY_OPERATORS["="]([operand, value]));
    return { condition: equal, result: resolve(result, context) };
  });
  const otherwise: Expression = node.otherwise === null
    ? { kind: "literal", value: null, type: "VOID" }
    : resolve(node.otherwise, context);
  const results = [...whens.map(({ result }) => result), otherwise];
  const { type } = guard(context, node.at, "CASE", () => unify(results));
  return {
    kind: "case",
    whens: whens.map(({ condition, result }) => ({ condition, result: castTo(result, type) })),
    otherwise: castTo(otherwise, type),
    type,
  };
}
