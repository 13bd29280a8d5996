/** Joins of two streams, or of what is made of them: their columns, and the condition. */
import type { JoinNode, NameNode } from "../../syntax/ast.ts";
import { call } from "../../functions/signature.ts";
import { castTo, commonType } from "../../functions/coercion.ts";
import { sameType, typeName } from "../../../records/data_type.ts";
import { didYouMean } from "../../../base/text/nearest.ts";
import type { Analysis } from "../analysis.ts";
import type { Expression, StreamJoinType } from "../../plan.ts";
import { resolve, resolveCondition } from "../../expressions/resolve.ts";
import {
  attribute,
  type DraftBranch,
  lookUp,
  type Relation,
  type ScopeColumn,
} from "../../expressions/scope.ts";
import { sqlError } from "../../syntax/sql_error.ts";

const TYPES: Readonly<Record<string, StreamJoinType>> = {
  "INNER": "INNER",
  "CROSS": "INNER",
  "LEFT": "LEFT",
  "RIGHT": "RIGHT",
  "FULL": "FULL",
  "LEFT SEMI": "LEFT SEMI",
};
const NATURAL = /^NATURAL /;

/** Joins two relations that are streams. @throws {SfcrimeError} SQL */
export function joinStreams(left: Relation, right: Relation, { node, analysis }: {
  readonly node: JoinNode;
  readonly analysis: Analysis;
}): Relation {
  const type = TYPES[node.type.replace(NATURAL, "")];
  const refuse = (problem: string, hint?: string) => sqlError(analysis.sql, node.at, problem, hint);
  if (type === undefined) {
    throw refuse(
      `${node.type} join of two streams is not supported: a row that matches nothing is never final.`,
      "Use LEFT JOIN … ON with a condition that bounds the time between two rows, and WHERE right.id IS NULL.",
    );
  }
  const attributes = new Map<number, number>();
  const sides = [left, right] as const;
  const pair = pairColumns(sides, attributes, analysis);
  const names = usingNames(node, pair, analysis);
  const on = names !== undefined
    ? names.map((name) => equality(name, pair, analysis))
    : node.condition?.kind === "on"
    ? [resolveCondition(node.condition.expression, {
      ...analysis,
      columns: [...pair.left, ...pair.right],
      noAggregate: "aggregate functions are not allowed in a join condition",
    })]
    : [];
  const draft: DraftBranch = {
    input: { kind: "stream join", type, sides, on, refuse },
    attributes,
    steps: [],
    eventTime: undefined,
  };
  return { branches: [{ draft, columns: columnsOf(type, pair, names) }] };
}

/** The columns of both inputs, by attributes of the pair. */
interface Pair {
  readonly left: readonly ScopeColumn[];
  readonly right: readonly ScopeColumn[];
}

function pairColumns(
  sides: readonly [Relation, Relation],
  known: Map<number, number>,
  { attributes }: Analysis,
): Pair {
  const leftCount = sides[0].branches[0]!.columns.length;
  const columnsOfSide = ({ branches }: Relation, from: number): ScopeColumn[] =>
    branches[0]!.columns.map((column, index) => ({
      ...column,
      value: () => {
        const { type } = column.value();
        const id = known.get(from + index) ?? attributes.fresh();
        known.set(from + index, id);
        return attribute(id, type);
      },
    }));
  return { left: columnsOfSide(sides[0], 0), right: columnsOfSide(sides[1], leftCount) };
}

/** The columns of USING, or of NATURAL: those that both inputs have. */
function usingNames(
  node: JoinNode,
  { left, right }: Pair,
  { sql }: Analysis,
): readonly NameNode[] | undefined {
  if (NATURAL.test(node.type)) {
    const visible = left.filter(({ hidden }) => hidden !== true);
    return visible.filter(({ name }) => lookUp(right, name).length > 0)
      .map(({ name }) => ({ name, at: node.at }));
  }
  if (node.condition?.kind !== "using") return undefined;
  for (const { name, at } of node.condition.columns) {
    for (const [input, columns] of [["left", left], ["right", right]] as const) {
      if (lookUp(columns, name).length > 0) continue;
      const known = columns.map((column) => column.name);
      throw sqlError(
        sql,
        at,
        `the ${input} input of the join has no column ${name} for USING.`,
        didYouMean(name, known),
      );
    }
  }
  return node.condition.columns;
}

function equality({ name, at }: NameNode, { left, right }: Pair, analysis: Analysis): Expression {
  const valueIn = (columns: readonly ScopeColumn[]) =>
    resolve({ kind: "column", name, at }, { ...analysis, columns });
  const [own, other] = [valueIn(left), valueIn(right)];
  const common = commonType(own.type, other.type);
  if (common === undefined) {
    const types = `${typeName(own.type)} and ${typeName(other.type)}`;
    throw sqlError(analysis.sql, at, `column ${name} of USING cannot be compared: it is ${types}.`);
  }
  return call(
    "=",
    [own, other].map((value) => sameType(value.type, common) ? value : castTo(value, common)),
    "BOOLEAN",
  );
}

/** The columns of the join: those of USING come first, and once. */
function columnsOf(
  type: StreamJoinType,
  { left, right }: Pair,
  names: readonly NameNode[] | undefined,
): readonly ScopeColumn[] {
  if (type === "LEFT SEMI") return left;
  if (names === undefined) return [...left, ...right];
  const isUsed = ({ name }: ScopeColumn) =>
    names.some((used) => used.name.toLowerCase() === name.toLowerCase());
  const merged = names.map(({ name }): ScopeColumn => {
    const [own, other] = [lookUp(left, name)[0]!, lookUp(right, name)[0]!];
    switch (type) {
      case "RIGHT":
        return { ...other, name: own.name };
      case "FULL":
        return { name: own.name, qualifier: undefined, value: () => first(own.value(), other.value()) };
      default:
        return own;
    }
  });
  const hidden = (columns: readonly ScopeColumn[]) =>
    columns.map((column): ScopeColumn =>
      isUsed(column) && !merged.includes(column) ? { ...column, hidden: true } : column
    )
      .filter((column) => !merged.includes(column));
  return [...merged, ...hidden(left), ...hidden(right)];
}

function first(left: Expression, right: Expression): Expression {
  const type = commonType(left.type, right.type) ?? left.type;
  return call("coalesce", [castTo(left, type), castTo(right, type)], type);
}
