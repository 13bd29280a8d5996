/** What a schema registry knows of a schema. */

/** The kinds of schemas, by Confluent's names. */
export const SCHEMA_KINDS = ["AVRO", "PROTOBUF", "JSON"] as const;

/** One of {@link SCHEMA_KINDS}. */
export type SchemaKind = (typeof SCHEMA_KINDS)[number];

/** A schema that others use, by the name that they have for it. */
export interface SchemaReference {
  readonly name: string;
  readonly text: string;
}

/** A schema with all that it refers to; plain data. */
export interface SchemaText {
  readonly kind: SchemaKind;
  readonly text: string;
  /** Those that others need come first. */
  readonly references: readonly SchemaReference[];
}

/** A schema in a registry. */
export interface RegisteredSchema extends SchemaText {
  readonly id: number;
}

/** Which version of a subject: its number, or the latest one. */
export type SubjectVersion = number | "latest";
