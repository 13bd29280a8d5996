/** The name of a column that has no alias, as Spark derives it from the expression. */
import { doubleText, floatText } from "../records/double_text.ts";
import type { BinaryNode, ExpressionNode } from "./ast.ts";
import { callName } from "./call_name.ts";
import { intervalName } from "./interval_text.ts";

/**
 * A column is called by its name, also where it is cast, a field by the field's, anything else by its text in Spark's spelling:
 * `count(*)` is `count(1)`.
 *
 * @param qualifiers Names of relations, which are left out.
 */
export function columnName(node: ExpressionNode, qualifiers: readonly string[] = []): string {
  return nameOf(unqualified(node, new Set(qualifiers.map((name) => name.toLowerCase()))));
}

/** The expression with `k` in place of `t.k`, where `t` is a relation. */
function unqualified(node: ExpressionNode, qualifiers: ReadonlySet<string>): ExpressionNode {
  const inner = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(inner);
    const child = value as ExpressionNode;
    if (
      child.kind === "field" && child.argument.kind === "column" &&
      qualifiers.has(child.argument.name.toLowerCase())
    ) {
      return { kind: "column", name: child.name, at: child.at };
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inner(each)]));
  };
  return inner(node) as ExpressionNode;
}

function nameOf(node: ExpressionNode): string {
  switch (node.kind) {
    case "column":
      return node.name;
    case "field":
      return isPath(node) ? node.name : pretty(node);
    case "cast":
      return node.argument.kind === "column" || node.argument.kind === "field"
        ? node.argument.name
        : pretty(node);
    default:
      return pretty(node);
  }
}

/** Whether it is a column, or fields of one. */
function isPath(node: ExpressionNode): boolean {
  return node.kind === "column" || (node.kind === "field" && isPath(node.argument));
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
      return prettyNumber(node);
    case "string":
      return node.value;
    case "boolean":
      return String(node.value);
    case "null":
      return "NULL";
    case "typed":
      return `${node.type} '${node.value}'`;
    case "interval":
      return intervalName(node.text);
    case "call":
      return callName(node, pretty);
    case "cast":
      return `${node.safe ? "TRY_CAST" : "CAST"}(${
        pretty(node.argument)
      } AS ${node.type.text.toUpperCase()})`;
    case "unary":
      return node.op === "NOT" ? `(NOT ${pretty(node.argument)})` : `(${node.op} ${pretty(node.argument)})`;
    case "binary":
      return prettyBinary(node);
    case "case": {
      const operand = node.operand === null ? undefined : pretty(node.operand);
      const whens = node.whens.map(({ condition, result }) => {
        const holds = operand === undefined ? pretty(condition) : `(${operand} = ${pretty(condition)})`;
        return ` WHEN ${holds} THEN ${pretty(result)}`;
      });
      const otherwise = node.otherwise === null ? "" : ` ELSE ${pretty(node.otherwise)}`;
      return `CASE${whens.join("")}${otherwise} END`;
    }
    case "isNull":
      return `(${pretty(node.argument)} IS ${node.negated ? "NOT " : ""}NULL)`;
    case "isDistinct":
      return negate(!node.negated, `(${pretty(node.argument)} <=> ${pretty(node.right)})`);
    case "isTruth":
      return negate(node.negated, `(${pretty(node.argument)} <=> ${node.value.toLowerCase()})`);
    case "between":
      return negate(
        node.negated,
        `between(${pretty(node.argument)}, ${pretty(node.low)}, ${pretty(node.high)})`,
      );
    case "in":
      return negate(node.negated, `(${pretty(node.argument)} IN (${node.list.map(pretty).join(", ")}))`);
    case "like":
      return negate(
        node.negated,
        node.op === "RLIKE"
          ? `RLIKE(${pretty(node.argument)}, ${pretty(node.pattern)})`
          : node.op === "ILIKE"
          ? `ilike(${pretty(node.argument)}, ${pretty(node.pattern)})`
          : `${pretty(node.argument)} LIKE ${pretty(node.pattern)}${
            node.escape === null ? "" : ` ESCAPE '${node.escape}'`
          }`,
      );
  }
}

function negate(negated: boolean, text: string): string {
  return negated ? `(NOT ${text})` : text;
}

/** A number by its value: floating ones as they print, DECIMALs with a digit on the left of the point. */
function prettyNumber({ text, suffix }: ExpressionNode & { kind: "number" }): string {
  if (suffix === "F") return floatText(Math.fround(Number(text)));
  if (suffix === "D" || (suffix === "" && /e/i.test(text))) return doubleText(Number(text));
  if (/^-?\d+$/.test(text)) return String(BigInt(text));
  return text.replace(/^(-?)\./, "$10.").replace(/\.$/, "");
}

function prettyBinary(node: BinaryNode): string {
  const { op } = node;
  // Spark puts the INTERVAL on the right of a time, and on the left of a factor.
  const isTurned = (op === "+" && isInterval(node.left) && !isInterval(node.right)) ||
    (op === "*" && isInterval(node.right));
  const [left, right] = [pretty(node.left), pretty(node.right)];
  if (op === "||") return `concat(${left}, ${right})`;
  if (op === "!=") return `(NOT (${left} = ${right}))`;
  const whole = isTurned ? `${right} ${op} ${left}` : `${left} ${op === "DIV" ? "div" : op} ${right}`;
  const isMoved = (op === "+" || op === "-") && isInterval(node.left) !== isInterval(node.right);
  return isMoved ? whole : `(${whole})`;
}

function isInterval(node: ExpressionNode): boolean {
  switch (node.kind) {
    case "interval":
      return true;
    case "unary":
      return isInterval(node.argument);
    case "binary":
      return node.op === "*"
        ? isInterval(node.left) || isInterval(node.right)
        : isInterval(node.left) && isInterval(node.right);
    default:
      return false;
  }
}
