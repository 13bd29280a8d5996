/** Resolves the arguments of functions that give names to fields, or that take lambda functions. */
import type { DataType } from "../../../records/data_type.ts";
import { LAMBDAS } from "../../functions/nested/lambdas.ts";
import { structWith, zippedWith } from "../../functions/nested/structs.ts";
import { Refusal } from "../../functions/signature.ts";
import type { Expression } from "../../plan.ts";
import type { CallNode, ExpressionNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { guard } from "../guard.ts";

/** The parameters of the lambda functions around an expression. */
export interface Variables {
  /** By name in lower case. */
  readonly byName: ReadonlyMap<string, Expression>;
  /** How many there are, with those whose names are hidden. */
  readonly count: number;
}

/** What is outside of all lambda functions. */
const NO_VARIABLES: Variables = { byName: new Map(), count: 0 };

interface Scope {
  readonly sql: string;
  readonly variables?: Variables;
}

/** Resolves a node, with more variables. */
type Resolve = (node: ExpressionNode, variables: Variables | undefined) => Expression;

type LambdaNode = ExpressionNode & { readonly kind: "lambda" };

/** The arguments of a call. @throws {SfcrimeError} SQL */
export function resolveArguments(
  node: CallNode,
  { name, scope, resolve }: { readonly name: string; readonly scope: Scope; readonly resolve: Resolve },
): Expression[] {
  const lambdas = Object.hasOwn(LAMBDAS, name) ? LAMBDAS[name]! : {};
  const args: Expression[] = [];
  node.args.forEach((arg, index) => {
    if (arg.kind === "star") throw sqlError(scope.sql, arg.at, `${node.name} does not accept *.`);
    const parameters = lambdas[index];
    if (arg.kind !== "lambda") {
      args.push(resolve(arg.kind === "alias" ? aliased(node, arg) : arg, scope.variables));
    } else if (parameters === undefined) {
      throw sqlError(
        scope.sql,
        arg.at,
        `${node.name} does not take a lambda function for argument ${index + 1}.`,
      );
    } else {
      const types = guard(scope, node.at, node.name, () => {
        const known = parameters.types(args);
        requireParameters(arg, { least: parameters.least, most: known.length });
        return known;
      });
      args.push(resolveLambda(arg, { types, scope, resolve }));
    }
  });
  return args;
}

/** An alias is the name of a field; elsewhere it stays, and is refused. */
function aliased({ name }: CallNode, arg: ExpressionNode & { readonly kind: "alias" }): ExpressionNode {
  return name === "struct" || name === "named_struct" ? arg.argument : arg;
}

function requireParameters(
  { parameters }: LambdaNode,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  const count = parameters.length;
  if (count < least || count > most) {
    const expected = least === most ? String(least) : `${least} or ${most}`;
    const plural = expected === "1" ? "" : "s";
    throw new Refusal(`requires a lambda function of ${expected} parameter${plural}, but it has ${count}`);
  }
}

function resolveLambda(
  { parameters, body, at }: LambdaNode,
  { types, scope, resolve }: {
    readonly types: readonly DataType[];
    readonly scope: Scope;
    readonly resolve: Resolve;
  },
): Expression {
  const { byName, count } = scope.variables ?? NO_VARIABLES;
  const own = parameters.map(({ name }, index) => {
    const variable: Expression = { kind: "variable", variable: count + index, type: types[index]! };
    return [name.toLowerCase(), variable] as const;
  });
  if (new Map(own).size < own.length) {
    throw sqlError(scope.sql, at, "the parameters of a lambda function need different names.");
  }
  const variables = { byName: new Map([...byName, ...own]), count: count + own.length };
  const resolved = resolve(body, variables);
  return {
    kind: "lambda",
    parameters: own.map((_own, index) => count + index),
    body: resolved,
    type: resolved.type,
  };
}

/** The names that a statement gives to the fields of a STRUCT: those of columns, fields and aliases. */
function fieldNames(
  args: CallNode["args"],
  otherwise: (index: number) => string,
): string[] {
  return args.map((arg, index) =>
    arg.kind === "column" || arg.kind === "field" || arg.kind === "alias" ? arg.name : otherwise(index)
  );
}

/** A call whose fields have names from the statement; undefined for any other function. */
export function namedCall(node: CallNode, args: readonly Expression[]): Expression | undefined {
  if (node.name === "struct") return structWith(fieldNames(node.args, (index) => `col${index + 1}`), args);
  return node.name === "arrays_zip" ? zippedWith(fieldNames(node.args, String), args) : undefined;
}
