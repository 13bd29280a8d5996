/** The name of a column that has no alias, as Spark derives it from the expression. */
import type { CallNode, ExpressionNode } from "./ast.ts";

/**
 * A column is called by its name, a field by the field's, anything else by its text in Spark's spelling:
 * `count(*)` is `count(1)`.
 */
export function columnName(node: ExpressionNode): string {
  switch (node.kind) {
    case "column":
      return node.name;
    case "field":
      return node.name;
    default:
      return pretty(node);
  }
}

function pretty(node: ExpressionNode): string {
  switch (node.kind) {
    case "column":
      return node.name;
    case "field":
      return `${pretty(node.argument)}.${node.name}`;
    case "element":
      return `${pretty(node.argument)}[${pretty(node.index)}]`;
    case "number":
      return node.text;
    case "string":
      return node.value;
    case "boolean":
      return String(node.value);
    case "null":
      return "NULL";
    case "typed":
      return `${node.type} '${node.value}'`;
    case "interval":
      return `INTERVAL '${node.text}'`;
    case "call":
      return prettyCall(node);
    case "cast":
      return `${node.safe ? "TRY_CAST" : "CAST"}(${
        pretty(node.argument)
      } AS ${node.type.text.toUpperCase()})`;
    case "unary":
      return node.op === "NOT" ? `(NOT ${pretty(node.argument)})` : `(${node.op} ${pretty(node.argument)})`;
    case "binary":
      return node.op === "||"
        ? `concat(${pretty(node.left)}, ${pretty(node.right)})`
        : node.op === "!="
        ? `(NOT (${pretty(node.left)} = ${pretty(node.right)}))`
        : `(${pretty(node.left)} ${node.op === "DIV" ? "div" : node.op} ${pretty(node.right)})`;
    case "case": {
      const operand = node.operand === null ? "" : ` ${pretty(node.operand)}`;
      const whens = node.whens.map((when) => ` WHEN ${pretty(when.condition)} THEN ${pretty(when.result)}`);
      const otherwise = node.otherwise === null ? "" : ` ELSE ${pretty(node.otherwise)}`;
      return `CASE${operand}${whens.join("")}${otherwise} END`;
    }
    case "isNull":
      return `(${pretty(node.argument)} IS ${node.negated ? "NOT " : ""}NULL)`;
    case "isDistinct":
      return negate(!node.negated, `(${pretty(node.argument)} <=> ${pretty(node.right)})`);
    case "isTruth":
      return negate(node.negated, `(${pretty(node.argument)} <=> ${node.value.toLowerCase()})`);
    case "between": {
      const argument = pretty(node.argument);
      return negate(
        node.negated,
        `((${argument} >= ${pretty(node.low)}) AND (${argument} <= ${pretty(node.high)}))`,
      );
    }
    case "in":
      return negate(node.negated, `(${pretty(node.argument)} IN (${node.list.map(pretty).join(", ")}))`);
    case "like":
      return negate(
        node.negated,
        node.op === "RLIKE"
          ? `RLIKE(${pretty(node.argument)}, ${pretty(node.pattern)})`
          : `${pretty(node.argument)} ${node.op} ${pretty(node.pattern)}`,
      );
  }
}

function negate(negated: boolean, text: string): string {
  return negated ? `(NOT ${text})` : text;
}

function prettyCall(node: CallNode): string {
  const args = node.args.map((arg) => arg.kind === "star" ? "1" : pretty(arg)).join(", ");
  const filter = node.filter === null ? "" : ` FILTER (WHERE ${pretty(node.filter)})`;
  return `${node.name}(${node.distinct ? "DISTINCT " : ""}${args})${filter}`;
}
