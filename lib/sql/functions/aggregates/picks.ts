/** The signatures of aggregates that pick a value of a group, or join its values, by an order. */
import { typeName } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import { canCast, castTo, isIntegral, isNested, isOrdered } from "../coercion.ts";
import { Refusal, requireCount } from "../signature.ts";
import { constantBoolean } from "./constants.ts";
import { type AggregateSignature, onlySortKey, type TypedAggregate } from "./typed_aggregate.ts";

/** `first` or `last`: of all values, or of those that are not NULL. */
function pick(name: string): AggregateSignature {
  return (args, { ignoreNulls = false } = {}) => {
    requireCount(args, 1, 2);
    const [value, flag] = args as [Expression, Expression | undefined];
    const ignores = ignoreNulls || (flag !== undefined && constantBoolean(flag, 1));
    return {
      name,
      args: [value],
      ...(ignores ? { parameters: { ignoreNulls: true } } : {}),
      type: value.type,
    };
  };
}

/** The most frequent value. Of several that has to be one which does not change when a batch runs again. */
function modeOf(value: Expression, parameters: TypedAggregate["parameters"] = {}): TypedAggregate {
  const anyOfSeveral = isOrdered(value.type) ? {} : { anyOfSeveral: true };
  return { name: "mode", args: [value], parameters: { ...parameters, ...anyOfSeveral }, type: value.type };
}

function requireOrder({ type }: Expression): void {
  if (!isOrdered(type)) throw new Refusal(`requires values of an orderable type, but got ${typeName(type)}`);
}

/** The text or bytes between values. */
function delimiterOf(delimiter: Expression | undefined, isBinary: boolean): string {
  if (delimiter === undefined) return "";
  const bytes = delimiter.kind === "call" && delimiter.name === "unhex" ? delimiter.args[0]! : undefined;
  const literal = bytes ?? delimiter;
  if (literal.kind !== "literal") throw new Refusal("requires a constant for argument 2");
  if (!isBinary && isIntegral(literal.type)) return String(literal.value ?? "");
  if (typeof literal.value !== "string" && literal.value !== null) {
    throw new Refusal(`requires ${isBinary ? "BINARY" : "STRING"} for argument 2`);
  }
  if (literal.value !== null && isBinary !== (bytes !== undefined)) {
    throw new Refusal(`requires ${isBinary ? "BINARY" : "STRING"} for argument 2`);
  }
  return literal.value ?? "";
}

/** By name in lower case. */
export const PICKS: Readonly<Record<string, AggregateSignature>> = {
  first: pick("first"),
  last: pick("last"),
  mode: (args, modifiers) => {
    if (args.length === 0) {
      const { expression, descending } = onlySortKey(modifiers);
      requireOrder(expression);
      return modeOf(expression, descending ? { largest: true } : {});
    }
    if (modifiers?.order !== undefined) requireCount(args, 0);
    requireCount(args, 1, 2);
    const [value, deterministic] = args as [Expression, Expression | undefined];
    if (deterministic !== undefined && constantBoolean(deterministic, 1)) requireOrder(value);
    return modeOf(value);
  },
  listagg: (args, { order = [] } = {}) => {
    requireCount(args, 1, 2);
    const [value, delimiter] = args as [Expression, Expression | undefined];
    const isBinary = value.type === "BINARY";
    if (!isBinary && (isNested(value.type) || !canCast(value.type, "STRING"))) {
      throw new Refusal(`requires STRING or BINARY for argument 1, but got ${typeName(value.type)}`);
    }
    for (const { expression } of order) requireOrder(expression);
    const type = isBinary ? "BINARY" : "STRING";
    return {
      name: "listagg",
      args: [castTo(value, type), ...order.map(({ expression }) => expression)],
      parameters: {
        delimiter: delimiterOf(delimiter, isBinary),
        ...(order.length === 0 ? {} : {
          descending: order.map(({ descending }) => descending),
          nullsFirst: order.map(({ nullsFirst }) => nullsFirst),
        }),
      },
      type,
    };
  },
};
