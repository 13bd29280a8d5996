/** The signatures of functions that read and write JSON. */
import { type Schema, typeName } from "../../../records/data_type.ts";
import { TypeProblem } from "../../../records/types/unsupported_types.ts";
import { parseType } from "../../../records/types/type_text.ts";
import type { Expression } from "../../plan.ts";
import { argument, call, counted, Refusal, type Signature } from "../signature.ts";

/** The fields of a schema as Spark's DDL writes it: `a INT, b STRING`, or `STRUCT<…>`. @throws {Refusal} */
function fieldsOf(schema: Expression): Schema {
  if (schema.kind !== "literal" || typeof schema.value !== "string" || schema.type !== "STRING") {
    throw new Refusal("requires a constant schema for argument 2, such as 'a INT, b STRING'");
  }
  const text = schema.value.trim();
  try {
    const type = /^(struct|array|map)\s*</i.test(text) ? parseType(text) : parseType(`STRUCT<${text}>`);
    if (typeof type !== "string" && type.kind === "STRUCT") return type.fields;
    throw new Refusal(`supports only schemas of a STRUCT, but got ${typeName(type)}`);
  } catch (error) {
    if (error instanceof TypeProblem) throw new Refusal(`has an invalid schema: ${error.message}`);
    throw error;
  }
}

/** By name in lower case. */
export const JSON_FUNCTIONS: Readonly<Record<string, Signature>> = {
  from_json: counted(2, (args) => {
    const [{ type }] = args as [Expression];
    if (type !== "STRING" && type !== "VOID") {
      throw new Refusal(`requires STRING for argument 1, but got ${typeName(type)}`);
    }
    const fields = fieldsOf(args[1]!);
    return call("from_json", [argument(args[0]!, "STRING", 0)], { kind: "STRUCT", fields });
  }),
  to_json: counted(1, (args) => {
    const { type } = args[0]!;
    if (typeof type !== "string" && type.kind !== "DECIMAL") return call("to_json", args, "STRING");
    throw new Refusal(`requires a STRUCT, an ARRAY or a MAP, but got ${typeName(type)}`);
  }),
};
