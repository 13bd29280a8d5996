/** Schemas in files. */
import { Buffer } from "node:buffer";
import { readNamedFile } from "../base/files/read_named.ts";
import type { SchemaKind, SchemaText } from "./registered_schema.ts";

/** A schema in a file; a descriptor set of Protobuf is kept as base64, as registries do. */
export function schemaFile(
  path: string,
  { kind, place }: { readonly kind: SchemaKind; readonly place: string },
): SchemaText {
  const bytes = readNamedFile(path, place);
  const text = kind === "PROTOBUF" && isDescriptorSet(bytes)
    ? Buffer.from(bytes).toString("base64")
    : new TextDecoder().decode(bytes);
  return { kind, text, references: [] };
}

/** Its first field is a file, as a message with a length. */
function isDescriptorSet(bytes: Uint8Array): boolean {
  return bytes[0] === 0x0a && bytes.includes(0);
}
