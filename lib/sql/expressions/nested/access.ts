/** The parts of structures: fields, elements, and the values of keys. */
import { type DataType, type Schema, typeName } from "../../../records/data_type.ts";
import { didYouMean } from "../../../base/text/nearest.ts";
import type { Expression } from "../../plan.ts";
import { castTo, isIntegral } from "../../functions/coercion.ts";
import { argument, call, Refusal } from "../../functions/signature.ts";

/** Why a name does not name a part: a sentence in lower case, and what to do. */
export class NoSuchPart extends Error {
  readonly hint: string | undefined;

  constructor(problem: string, hint?: string) {
    super(problem);
    this.hint = hint;
  }
}

/**
 * `structure.name`: a field of a STRUCT, the values of a field in an ARRAY of STRUCTs, or the value of a key in a MAP.
 *
 * @throws {NoSuchPart}
 */
export function namedPart(structure: Expression, name: string): Expression {
  const { type } = structure;
  if (typeof type !== "string") {
    if (type.kind === "STRUCT") return fieldOf(structure, type, name);
    if (type.kind === "MAP") return element(structure, { kind: "literal", value: name, type: "STRING" });
    const isOfStructs = type.kind === "ARRAY" && typeof type.element !== "string" &&
      type.element.kind === "STRUCT";
    if (isOfStructs) return fieldOf(structure, type.element, name);
  }
  throw new NoSuchPart(`cannot extract field ${name} from ${typeName(type)}.`);
}

function fieldOf(
  argument: Expression,
  { fields }: { readonly fields: Schema },
  name: string,
): Expression {
  const found = fields.flatMap((field, index) =>
    field.name.toLowerCase() === name.toLowerCase() ? [index] : []
  );
  if (found.length > 1) {
    throw new NoSuchPart(`field ${name} is ambiguous: there are ${found.length} of this name.`);
  }
  const [index] = found;
  if (index === undefined) {
    throw new NoSuchPart(
      `no such struct field: ${name}.`,
      didYouMean(name, fields.map((field) => field.name)),
    );
  }
  const { type } = fields[index]!;
  const isList = typeof argument.type !== "string" && argument.type.kind === "ARRAY";
  return { kind: "field", argument, index, type: isList ? { kind: "ARRAY", element: type } : type };
}

/** `list[index]`, from 0, or `map[key]`. @throws {Refusal} */
export function element(structure: Expression, index: Expression): Expression {
  const { type } = structure;
  if (typeof type !== "string" && type.kind === "MAP") {
    return call("map_element", [structure, mapKey(index, type.key)], type.value);
  }
  if (typeof type === "string" || type.kind !== "ARRAY") {
    throw new Refusal(`requires an ARRAY or a MAP, but got ${typeName(type)}`);
  }
  if (!isIntegral(index.type) && index.type !== "VOID") {
    throw new Refusal(`requires an integer index, but got ${typeName(index.type)}`);
  }
  return call("element", [structure, castTo(index, "BIGINT")], type.element);
}

/** A key as the type of the keys of a MAP. @throws {Refusal} */
function mapKey(key: Expression, type: DataType): Expression {
  try {
    return argument(key, type, 1);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`requires a key of type ${typeName(type)}, but got ${typeName(key.type)}`);
  }
}
