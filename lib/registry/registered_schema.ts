/** What a schema registry knows of a schema. */
import type { SchemaFormat } from "../config/values/record_format.ts";

/** The kinds of schemas, by Confluent's names. */
export const SCHEMA_KINDS = ["AVRO", "PROTOBUF", "JSON"] as const;

/** One of {@link SCHEMA_KINDS}. */
export type SchemaKind = (typeof SCHEMA_KINDS)[number];

/** The kind of schema that a format has. */
export const KIND_OF_FORMAT: Readonly<Record<SchemaFormat, SchemaKind>> = {
  avro: "AVRO",
  protobuf: "PROTOBUF",
  "json-schema": "JSON",
};

/** The format whose records have a kind of schema. */
export const FORMAT_OF_KIND: Readonly<Record<SchemaKind, SchemaFormat>> = {
  AVRO: "avro",
  PROTOBUF: "protobuf",
  JSON: "json-schema",
};

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
