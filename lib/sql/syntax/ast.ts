/**
 * The syntax tree that `grammar.peggy` makes of a statement: as written, with names unresolved and without
 * types.
 */

/**
 * The position of a node in the text: the offset of its first character, and the offset after its last one.
 */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly at: TextRange;
}

/** A SELECT, or several combined by set operators, with ORDER BY and LIMIT. */
export interface QueryNode extends Node {
  readonly kind: "query";
  /** The queries of WITH, in order. */
  readonly queries: readonly NamedQueryNode[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly limit: ExpressionNode | null;
  readonly offset: ExpressionNode | null;
}

/** `name [(columns)] AS (query)` */
export interface NamedQueryNode extends Node {
  readonly name: string;
  readonly columns: readonly NameNode[] | null;
  readonly query: QueryNode;
}

export type QueryBody = SelectNode | SetNode | NestedNode | ValuesNode;

/** `VALUES (1, 'a'), (2, 'b')`: the cells of each row. */
export interface ValuesNode extends Node {
  readonly kind: "values";
  readonly rows: readonly (readonly ExpressionNode[])[];
}

export interface SetNode extends Node {
  readonly kind: "set";
  readonly operator: "UNION" | "INTERSECT" | "EXCEPT" | "MINUS";
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export interface NestedNode extends Node {
  readonly kind: "nested";
  readonly query: QueryNode;
}

export interface SelectNode extends Node {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: FromNode | null;
  readonly where: ExpressionNode | null;
  /** All keys, as they are written. `ALL` is a column of this name. */
  readonly groupBy: readonly ExpressionNode[];
  /** The parts of a GROUP BY with ROLLUP, CUBE or GROUPING SETS, whose keys are those of `groupBy`. */
  readonly groupings: readonly GroupingNode[] | null;
  readonly having: ExpressionNode | null;
  /** The operator after `|>` that it stands for; absent for a SELECT that is written as such. */
  readonly pipe?: "FROM" | "SELECT" | "EXTEND" | "SET" | "DROP" | "AGGREGATE";
}

/** A part of GROUP BY. */
export type GroupingNode = { readonly kind: "key"; readonly expression: ExpressionNode } | GroupingsNode;

/** ROLLUP, CUBE or GROUPING SETS. */
export interface GroupingsNode {
  readonly kind: "rollup" | "cube" | "sets";
  /** Whether it stands after the keys, of which it makes sets: `GROUP BY a, b WITH ROLLUP`. */
  readonly ofKeys: boolean;
  readonly sets: readonly (readonly ExpressionNode[] | GroupingsNode)[];
}

export interface StarNode extends Node {
  readonly kind: "star";
  /** What stands before it: a relation, a column, or a column and its fields; nothing for all columns. */
  readonly path: readonly string[];
  /** The columns of EXCEPT (…), which are omitted. */
  readonly except: readonly NameNode[];
  /** The column that `|> SET` gives another value. */
  readonly replace?: NameNode & { readonly expression: ExpressionNode };
}

export interface ItemNode extends Node {
  readonly kind: "item";
  readonly expression: ExpressionNode;
  readonly alias: string | null;
  /** The names of the columns of a generator, if they are written: `AS (key, value)`. */
  readonly aliases?: readonly NameNode[];
}

export type SelectItem = StarNode | ItemNode;

export interface FromNode {
  readonly first: RelationNode;
  readonly joins: readonly JoinNode[];
  readonly views: readonly LateralViewNode[];
}

/** `LATERAL VIEW [OUTER] generator(…) name [AS columns]`: the rows that a generator makes of each row. */
export interface LateralViewNode extends Node {
  readonly outer: boolean;
  readonly generator: CallNode;
  readonly name: string;
  readonly columns: readonly NameNode[] | null;
}

export interface TableNode extends Node {
  readonly kind: "table";
  readonly name: string;
  readonly alias: string | null;
  /** The names of its columns after an alias: `calls AS c (id, city)`. */
  readonly columns: readonly NameNode[] | null;
}

export interface SubqueryNode extends Node {
  readonly kind: "subquery";
  /** Whether it can read the columns of what stands before it. */
  readonly lateral?: true;
  readonly query: QueryNode;
  readonly alias: string | null;
  readonly columns: readonly NameNode[] | null;
}

/** A relation with its joins, in parentheses. */
export interface JoinedNode extends Node {
  readonly kind: "joined";
  readonly from: FromNode;
  readonly alias: string | null;
  readonly columns: readonly NameNode[] | null;
}

/** `[LATERAL] explode(items) AS t (item)`: the rows of a generator. */
export interface FunctionNode extends Node {
  readonly kind: "function";
  /** Whether its arguments can be columns of what stands before it. */
  readonly lateral: boolean;
  readonly call: CallNode;
  readonly alias: string | null;
  readonly columns: readonly NameNode[] | null;
}

export type RelationNode = TableNode | SubqueryNode | JoinedNode | FunctionNode;

export interface JoinNode extends Node {
  /**
   * `INNER`, `LEFT`, `LEFT SEMI`, `LEFT ANTI`, `RIGHT`, `FULL`, `CROSS`, or one of these after `NATURAL `.
   */
  readonly type: string;
  readonly right: RelationNode;
  readonly condition: JoinCondition | null;
}

export type JoinCondition =
  | { readonly kind: "on"; readonly expression: ExpressionNode }
  | { readonly kind: "using"; readonly columns: readonly NameNode[] };

export interface NameNode extends Node {
  readonly name: string;
}

export interface SortItem extends Node {
  readonly expression: ExpressionNode;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A function call; `filter` is its FILTER (WHERE …). */
export interface CallNode extends Node {
  readonly kind: "call";
  /** In lower case. */
  readonly name: string;
  readonly args: readonly (ExpressionNode | StarNode)[];
  readonly distinct: boolean;
  readonly filter: ExpressionNode | null;
  /** The order of its WITHIN GROUP. */
  readonly order?: readonly SortItem[];
  /** Whether IGNORE NULLS is said. */
  readonly ignoreNulls?: boolean;
}

/** The name of a type, as written. */
export interface TypeNode extends Node {
  readonly text: string;
}

export interface CastNode extends Node {
  readonly kind: "cast";
  readonly argument: ExpressionNode;
  readonly type: TypeNode;
  /** Whether it is TRY_CAST, which returns NULL where CAST fails. */
  readonly safe: boolean;
}

export interface CaseNode extends Node {
  readonly kind: "case";
  readonly operand: ExpressionNode | null;
  readonly whens: readonly { readonly condition: ExpressionNode; readonly result: ExpressionNode }[];
  readonly otherwise: ExpressionNode | null;
}

export interface BinaryNode extends Node {
  readonly kind: "binary";
  readonly op: BinaryOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export type BinaryOperator =
  | "OR"
  | "AND"
  | ComparisonOperator
  | ArithmeticOperator
  | "||"
  | "|"
  | "^"
  | "&"
  | "<<"
  | ">>"
  | ">>>";
export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "<=>";
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "DIV";

/** `value IN (SELECT …)` */
export interface InQueryNode extends Negatable {
  readonly kind: "inQuery";
  readonly query: QueryNode;
}

/** `EXISTS (SELECT …)` */
export interface ExistsNode extends Node {
  readonly kind: "exists";
  readonly query: QueryNode;
}

/** `(SELECT …)` as a value */
export interface ScalarQueryNode extends Node {
  readonly kind: "scalarQuery";
  readonly query: QueryNode;
}

/** A subquery in an expression. */
export type SubqueryExpressionNode = InQueryNode | ExistsNode | ScalarQueryNode;

/**
 * An INTERVAL literal: a text of numbers and units, or, with `fields`, what is between the quotes of a literal such as
 * `INTERVAL '1 2:3' DAY TO MINUTE`, with the sign before them.
 */
export interface IntervalNode extends Node {
  readonly kind: "interval";
  readonly text: string;
  readonly fields: readonly [first: string, last: string] | null;
}

interface WithArgument extends Node {
  readonly argument: ExpressionNode;
}

interface Negatable extends WithArgument {
  readonly negated: boolean;
}

export type ExpressionNode =
  | BinaryNode
  | CallNode
  | CastNode
  | CaseNode
  | (Node & { readonly kind: "column"; readonly name: string })
  /** `(a, b) -> body` */
  | (Node & {
    readonly kind: "lambda";
    readonly parameters: readonly NameNode[];
    readonly body: ExpressionNode;
  })
  /** `argument AS name`, in a list of fields. */
  | (Node & { readonly kind: "alias"; readonly argument: ExpressionNode; readonly name: string })
  | (Node & { readonly kind: "number"; readonly text: string; readonly suffix: string })
  | (Node & { readonly kind: "string"; readonly value: string })
  | (Node & { readonly kind: "bytes"; readonly digits: string })
  | (Node & { readonly kind: "boolean"; readonly value: boolean })
  | (Node & { readonly kind: "null" })
  | (Node & { readonly kind: "typed"; readonly type: string; readonly value: string })
  | IntervalNode
  | (WithArgument & { readonly kind: "unary"; readonly op: "NOT" | "+" | "-" | "~" })
  | (WithArgument & { readonly kind: "field"; readonly name: string })
  | (WithArgument & { readonly kind: "element"; readonly index: ExpressionNode })
  | (Negatable & { readonly kind: "isNull" })
  | (Negatable & { readonly kind: "isDistinct"; readonly right: ExpressionNode })
  | (Negatable & { readonly kind: "isTruth"; readonly value: "TRUE" | "FALSE" | "UNKNOWN" })
  | (Negatable & { readonly kind: "between"; readonly low: ExpressionNode; readonly high: ExpressionNode })
  | (Negatable & { readonly kind: "in"; readonly list: readonly ExpressionNode[] })
  | SubqueryExpressionNode
  | (Negatable & {
    readonly kind: "like";
    readonly op: "LIKE" | "ILIKE" | "RLIKE";
    readonly pattern: ExpressionNode;
    readonly escape: string | null;
  })
  | (Negatable & {
    /** LIKE ANY (…) or, with `all`, LIKE ALL (…). */
    readonly kind: "likeMany";
    readonly op: "LIKE" | "ILIKE";
    readonly all: boolean;
    readonly patterns: readonly ExpressionNode[];
  });
