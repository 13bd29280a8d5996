/** The columns that are inferred from records, beside those of a real Spark. */
import { deepEqual } from "assert";
import { type DataType, typeName } from "../../lib/records/data_type.ts";
import { RecordSchema } from "../../lib/records/inference/record_schema.ts";
import { parseType } from "../../lib/records/types/type_text.ts";

const answers = JSON.parse(
  await Deno.readTextFile(new URL("schemas/answers.json", import.meta.url)),
) as readonly { readonly records: readonly string[]; readonly columns: readonly string[] }[];

/** Spark sorts fields by name; here they have the order of the records. */
function sorted(type: DataType): DataType {
  if (typeof type === "string") return type;
  if (type.kind === "ARRAY") return { kind: "ARRAY", element: sorted(type.element) };
  if (type.kind !== "STRUCT") return type;
  const fields = type.fields.map(({ name, type }) => ({ name, type: sorted(type) }));
  return { kind: "STRUCT", fields: fields.toSorted((left, right) => left.name < right.name ? -1 : 1) };
}

for (const { records, columns } of answers) {
  Deno.test(`Columns as Spark infers them: ${records.join(" ")}`, () => {
    const schema = new RecordSchema();
    for (const record of records) schema.add(record);
    const inferred = sorted({ kind: "STRUCT", fields: schema.columns });
    const expected = columns.map((column) => {
      const [, name, type] = /^(.*?) (\S+)$/.exec(column)!;
      return { name: name!, type: parseType(type!) };
    });
    deepEqual(typeName(inferred), typeName(sorted({ kind: "STRUCT", fields: expected })));
  });
}
