/**
 * Compiles expressions of a plan to closures over a row. Constants are folded when the expression is
 * compiled.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { DataType, Row, Value } from "../records/data_type.ts";
import { isDuration } from "../records/types/interval_types.ts";
import { type Micros, microsFromJson, microsToJson } from "../records/values/micros.ts";
import { type TimeZone, UTC } from "../base/time_zone.ts";
import type { Expression } from "../sql/plan.ts";
import { castFunction } from "./values/cast.ts";
import type { Evaluate as EvaluateOver } from "./functions/implementation.ts";
import type { Cell } from "./functions/nested/lambdas.ts";
import { SCALAR_FUNCTIONS } from "./functions/scalar_functions.ts";

/** The fields of a STRUCT, or NULL. */
type StructValue = readonly Value[] | null;

/** Evaluates an expression over a row. */
export type Evaluate = EvaluateOver<Readonly<Row>>;

/** Compiles one expression. */
export function compileExpression(expression: Expression, zone: TimeZone): Evaluate {
  return compile(expression, { zone, cells: new Map() });
}

interface Compilation {
  readonly zone: TimeZone;
  /** Where the values of the parameters of lambda functions are, by their number. */
  readonly cells: ReadonlyMap<number, Cell>;
}

function compile(expression: Expression, context: Compilation): Evaluate {
  const { zone } = context;
  switch (expression.kind) {
    case "slot": {
      const { slot } = expression;
      return (row) => row[slot]!;
    }
    case "literal": {
      const value = literalValue(expression);
      return () => value;
    }
    case "call": {
      const implementation = SCALAR_FUNCTIONS[expression.name];
      if (implementation === undefined) {
        throw new SfcrimeError("INTERNAL", `No function is called ${expression.name}.`);
      }
      const args = expression.args.map((arg) => compile(arg, context));
      return folded(
        expression.args,
        implementation(args, expression, isOfLocalTimes(expression) ? UTC : zone),
      );
    }
    case "cast": {
      const { argument, type: to, safe } = expression;
      const cast = castFunction({ from: argument.type, to, safe, zone });
      const value = compile(argument, context);
      return folded([argument], (row) => cast(value(row)));
    }
    case "field": {
      const { index, argument: { type } } = expression;
      const struct = compile(expression.argument, context);
      if (typeof type !== "string" && type.kind === "ARRAY") {
        return (row) =>
          (struct(row) as readonly StructValue[] | null)?.map((fields) => fields?.[index] ?? null) ?? null;
      }
      return (row) => {
        const fields = struct(row) as readonly Value[] | null;
        return fields === null ? null : fields[index]!;
      };
    }
    case "variable": {
      const cell = context.cells.get(expression.variable)!;
      return () => cell.value;
    }
    case "lambda": {
      const own = expression.parameters.map((parameter) => [parameter, { value: null }] as [number, Cell]);
      const body = compile(expression.body, { zone, cells: new Map([...context.cells, ...own]) });
      const evaluate: Evaluate = (row) => body(row);
      return Object.assign(evaluate, { cells: own.map(([, cell]) => cell) });
    }
    case "case": {
      const whens = expression.whens.map(({ condition, result }) => ({
        holds: compile(condition, context),
        result: compile(result, context),
      }));
      const otherwise = compile(expression.otherwise, context);
      return (row) => {
        for (const { holds, result } of whens) if (holds(row) === true) return result(row);
        return otherwise(row);
      };
    }
  }
}

/** Whether the times of a call have no zone: they are kept as those of UTC. */
function isOfLocalTimes({ args, type }: Expression & { kind: "call" }): boolean {
  const types = [type, ...args.map((arg) => arg.type)];
  return types.includes("TIMESTAMP_NTZ") && !types.includes("TIMESTAMP");
}

/** The value of a literal in memory. */
function literalValue({ value, type }: Expression & { kind: "literal" }): Value {
  if (value === null) return null;
  if (type === "TIMESTAMP" || type === "TIMESTAMP_NTZ") return microsFromJson(value as number | string);
  const isBig = type === "BIGINT" || isDuration(type) ||
    (typeof type !== "string" && type.kind === "DECIMAL");
  return isBig ? BigInt(value) : value;
}

/** A longer constant is not worth a literal. */
const LITERAL_LENGTH_MAX = 1_000;

/** The literal that an expression of constants is; undefined if it is one already, has none, or fails. */
export function foldConstant(expression: Expression, zone: TimeZone): Expression | undefined {
  const { kind, type } = expression;
  if (kind === "literal" || kind === "slot" || kind === "lambda" || !isConstant(expression)) return undefined;
  if (typeof type === "string" ? !WRITTEN_TYPES.includes(type) : type.kind !== "DECIMAL") return undefined;
  let value: Value;
  try {
    value = compileExpression(expression, zone)([]);
  } catch {
    return undefined;
  }
  if (typeof value === "string" && value.length > LITERAL_LENGTH_MAX) return undefined;
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) return undefined;
  const written = type === "TIMESTAMP" && value !== null
    ? microsToJson(value as Micros)
    : typeof value === "bigint"
    ? String(value)
    : value;
  return { kind: "literal", value: written as string | number | boolean | null, type };
}

/** The simple types whose values literals can have. */
const WRITTEN_TYPES: readonly DataType[] =
  "STRING BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DATE TIMESTAMP".split(" ") as DataType[];

/** Folds an expression of constants. An error in it is thrown for the first row, as in Spark. */
function folded(args: readonly Expression[], evaluate: Evaluate): Evaluate {
  if (!args.every((arg) => isConstant(arg))) return evaluate;
  try {
    const value = evaluate([]);
    return () => value;
  } catch {
    return evaluate;
  }
}

/** Whether an expression is constant where the given parameters of lambda functions are known. */
function isConstant(expression: Expression, known: readonly number[] = []): boolean {
  const inner = (part: Expression) => isConstant(part, known);
  switch (expression.kind) {
    case "literal":
      return true;
    case "slot":
      return false;
    case "variable":
      return known.includes(expression.variable);
    case "lambda":
      return isConstant(expression.body, [...known, ...expression.parameters]);
    case "call":
      return expression.args.every(inner);
    case "cast":
    case "field":
      return inner(expression.argument);
    case "case":
      return expression.whens.every(({ condition, result }) => inner(condition) && inner(result)) &&
        inner(expression.otherwise);
  }
}
