/** Skips values of a schema, without making them. */
import type { AvroBytes } from "./avro_bytes.ts";
import { MalformedValue } from "./avro_bytes.ts";
import type { AvroSchema } from "./avro_schema.ts";

/** Skips the next value. */
export type Skip = (from: AvroBytes) => void;

const SKIPS: Readonly<Record<string, Skip>> = {
  null: () => {},
  boolean: (from) => void from.skip(1),
  int: (from) => void from.int(),
  enum: (from) => void from.int(),
  long: (from) => void from.long(),
  float: (from) => void from.skip(4),
  double: (from) => void from.skip(8),
  bytes: (from) => void from.skip(from.length()),
  string: (from) => void from.skip(from.length()),
};

/** The skipper of a schema. Those of records are made when they are first used, as a record may contain itself. */
export function skipperOf(schema: AvroSchema): Skip {
  switch (schema.kind) {
    case "fixed":
      return (from) => void from.skip(schema.size);
    case "array":
      return blocks(skipperOf(schema.items), minBytesOf(schema.items));
    case "map": {
      const skipValue = skipperOf(schema.values);
      return blocks((from) => {
        from.skip(from.length());
        skipValue(from);
      }, 1 + minBytesOf(schema.values));
    }
    case "union": {
      const branches = schema.branches.map(skipperOf);
      return (from) => {
        const index = from.length();
        const skip = branches[index];
        if (skip === undefined) throw new MalformedValue(`a union has no branch ${index}`);
        skip(from);
      };
    }
    case "record": {
      let fields: readonly Skip[] | undefined;
      return (from) => {
        fields ??= schema.fields.map((field) => skipperOf(field.schema));
        for (const skip of fields) skip(from);
      };
    }
    default:
      return SKIPS[schema.kind]!;
  }
}

function blocks(skip: Skip, bytesMin: number): Skip {
  return (from) => {
    for (let count = from.block(bytesMin); count > 0; count = from.block(bytesMin)) {
      for (let index = 0; index < count; index++) skip(from);
    }
  };
}

/** The fewest bytes of a value; 0 is always true. */
export function minBytesOf(schema: AvroSchema): number {
  switch (schema.kind) {
    case "null":
    case "record":
      return 0;
    case "float":
      return 4;
    case "double":
      return 8;
    case "fixed":
      return schema.size;
    default:
      return 1;
  }
}
