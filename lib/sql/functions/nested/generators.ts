/** The signatures of generators: functions that make rows of a row. */
import { type Schema, typeName } from "../../../records/data_type.ts";
import type { Expression, Generator } from "../../plan.ts";
import { castTo } from "../coercion.ts";
import { Refusal, requireCount } from "../signature.ts";
import { arrayType } from "./nested_types.ts";

/** Makes a generator of resolved arguments. @throws {Refusal} */
export type GeneratorSignature = (args: readonly Expression[]) => Generator;

/** The elements of an ARRAY, or the entries of a MAP. */
function explode(name: "explode" | "posexplode", outer: boolean): GeneratorSignature {
  const position: Schema = name === "posexplode" ? [{ name: "pos", type: "INT" }] : [];
  return (args) => {
    requireCount(args, 1);
    const { type } = args[0]!;
    if (typeof type !== "string" && type.kind === "MAP") {
      const entry = [{ name: "key", type: type.key }, { name: "value", type: type.value }];
      return { name, args, columns: [...position, ...entry], outer };
    }
    if (typeof type !== "string" && type.kind === "ARRAY") {
      return { name, args, columns: [...position, { name: "col", type: type.element }], outer };
    }
    throw new Refusal(`requires an ARRAY or a MAP, but got ${typeName(type)}`);
  };
}

/** The elements of an ARRAY of STRUCTs, with a column for each field. */
function inline(outer: boolean): GeneratorSignature {
  return (args) => {
    requireCount(args, 1);
    const { element } = arrayType(args[0]!);
    if (typeof element !== "string" && element.kind === "STRUCT") {
      return { name: "inline", args, columns: element.fields, outer };
    }
    throw new Refusal(`requires an ARRAY of STRUCTs, but got ${typeName(args[0]!.type)}`);
  };
}

/** `stack(n, value, …)`: the values in n rows. */
function stack(args: readonly Expression[]): Generator {
  requireCount(args, 2, Infinity);
  const [count, ...values] = args as [Expression, ...Expression[]];
  const rows = count.kind === "literal" && count.type === "INT" ? Number(count.value) : 0;
  if (rows < 1) {
    throw new Refusal("requires the number of rows, an INT from 1 on, as a constant for argument 1");
  }
  const width = Math.ceil(values.length / rows);
  const columns = Array.from({ length: width }, (_none, column) => {
    const types = values.flatMap(({ type }, index) =>
      index % width === column && type !== "VOID" ? [type] : []
    );
    const [type = "VOID" as const] = types;
    const other = types.find((each) => typeName(each) !== typeName(type));
    if (other === undefined) return { name: `col${column}`, type };
    throw new Refusal(
      `requires values of the same type for column ${column}, but got ${typeName(type)} and ${
        typeName(other)
      }; ` +
        "use CAST",
    );
  });
  const cast = values.map((value, index) => castTo(value, columns[index % width]!.type));
  return { name: "stack", args: [count, ...cast], columns, outer: false };
}

/** `json_tuple(json, field, …)`: one row with the texts of fields. */
function jsonTuple(args: readonly Expression[]): Generator {
  requireCount(args, 2, Infinity);
  const other = args.find(({ type }) => type !== "STRING");
  if (other !== undefined) {
    throw new Refusal(`requires STRING for all arguments, but got ${typeName(other.type)}`);
  }
  const columns = args.slice(1).map((_field, index) => ({ name: `c${index}`, type: "STRING" as const }));
  return { name: "json_tuple", args, columns, outer: false };
}

/** By name in lower case. */
export const GENERATORS: Readonly<Record<string, GeneratorSignature>> = {
  explode: explode("explode", false),
  explode_outer: explode("explode", true),
  posexplode: explode("posexplode", false),
  posexplode_outer: explode("posexplode", true),
  inline: inline(false),
  inline_outer: inline(true),
  stack,
  json_tuple: jsonTuple,
};
