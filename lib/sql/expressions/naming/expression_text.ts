/** Expressions of a plan as text, with names for the slots that they read. */
import { UTC } from "../../../base/time_zone.ts";
import { type DataType, typeName, type Value } from "../../../records/data_type.ts";
import { decimalText } from "../../../records/values/decimal_text.ts";
import { isMonths, isSqlInterval } from "../../../records/types/interval_types.ts";
import { intervalText } from "../../../records/values/interval_text.ts";
import { microsFromJson } from "../../../records/values/micros.ts";
import { dateText, timestampIso } from "../../../records/values/timestamp.ts";
import type { Expression } from "../../plan.ts";

const INFIX: ReadonlySet<string> = new Set(
  "= < <= > >= <=> and or + - * / % DIV like ilike rlike".split(" "),
);

/** An expression as text. `names` are the names of the slots. */
export function expressionText(expression: Expression, names: readonly string[]): string {
  const text = (part: Expression) => expressionText(part, names);
  switch (expression.kind) {
    case "slot":
      return names[expression.slot] ?? `#${expression.slot}`;
    case "literal":
      return literalText(expression.value, expression.type);
    case "call":
      return callText(expression, text);
    case "cast": {
      const name = expression.safe ? "try_cast" : "cast";
      return `${name}(${text(expression.argument)} AS ${typeName(expression.type)})`;
    }
    case "field":
      return `${text(expression.argument)}.${fieldName(expression.argument.type, expression.index)}`;
    case "variable":
      return variableName(expression.variable);
    case "lambda":
      return `(${expression.parameters.map(variableName).join(", ")}) -> ${text(expression.body)}`;
    case "case": {
      const whens = expression.whens.map(({ condition, result }) =>
        `WHEN ${text(condition)} THEN ${text(result)} `
      );
      return `CASE ${whens.join("")}ELSE ${text(expression.otherwise)} END`;
    }
  }
}

function variableName(variable: number): string {
  return `x${variable + 1}`;
}

function callText(
  { name, args }: Expression & { readonly kind: "call" },
  text: (part: Expression) => string,
): string {
  const [first, second] = args as [Expression, Expression];
  if (INFIX.has(name) && (args.length === 2 || /^[-+*]$/.test(name))) {
    const word = /^[a-z]/.test(name) ? name.toUpperCase() : name;
    return args.map(text).reduce((left, right) => `(${left} ${word} ${right})`);
  }
  switch (name) {
    case "isnull":
      return `${text(first)} IS NULL`;
    case "not":
      return first.kind === "call" && first.name === "isnull"
        ? `${text(first.args[0]!)} IS NOT NULL`
        : `NOT ${text(first)}`;
    case "in":
      return `${text(first)} IN (${args.slice(1).map(text).join(", ")})`;
    case "element":
    case "map_element":
      return `${text(first)}[${text(second)}]`;
    default:
      return `${name}(${args.map(text).join(", ")})`;
  }
}

function fieldName(type: DataType, index: number): string {
  if (typeof type !== "string" && type.kind === "ARRAY") return fieldName(type.element, index);
  return typeof type !== "string" && type.kind === "STRUCT" ? type.fields[index]!.name : String(index);
}

function literalText(value: Value, type: DataType): string {
  if (value === null) return "NULL";
  if (type === "STRING") return `'${String(value).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (type === "TIMESTAMP" || type === "TIMESTAMP_NTZ") {
    return `${type} '${timestampIso(microsFromJson(value as number | string), UTC)}'`;
  }
  if (isSqlInterval(type)) {
    return intervalText(isMonths(type) ? Number(value) : BigInt(value as string | number), type);
  }
  if (type === "DATE") return `DATE '${dateText(Number(value))}'`;
  if (typeof type !== "string" && type.kind === "DECIMAL") {
    return decimalText(BigInt(String(value)), type.scale);
  }
  return String(value);
}
