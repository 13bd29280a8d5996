/** CAST and TRY_CAST. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { parseType } from "../../../records/types/type_text.ts";
import { TypeProblem } from "../../../records/types/unsupported_types.ts";
import { canCast, canTryCast } from "../../functions/coercion.ts";
import type { Expression } from "../../plan.ts";
import type { ExpressionNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";

type CastNode = ExpressionNode & { kind: "cast" };

/** A CAST of an argument. @throws {SfcrimeError} SQL, for a type that is not, or that it cannot be cast to. */
export function castCall(
  argument: Expression,
  { node, sql }: { readonly node: CastNode; readonly sql: string },
): Expression {
  const type = castType(node, sql);
  if (!canCast(argument.type, type) || (node.safe && !canTryCast(argument.type, type))) {
    throw sqlError(sql, node.at, `cannot cast ${typeName(argument.type)} to ${typeName(type)}.`);
  }
  return { kind: "cast", argument, type, safe: node.safe };
}

const TEXT_TYPE = /^(?:char|character|varchar)\s*\(\s*\d+\s*\)$/i;

/** The type that a CAST names. */
function castType({ type: { text, at } }: CastNode, sql: string): DataType {
  // As in Spark, the length of a CHAR or VARCHAR has no effect outside of tables.
  if (TEXT_TYPE.test(text)) return "STRING";
  try {
    return parseType(text);
  } catch (error) {
    if (error instanceof TypeProblem) throw sqlError(sql, at, `${error.message}.`, error.hint);
    throw error;
  }
}
