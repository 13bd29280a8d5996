/** Schemas of Protobuf: from the text of a `.proto` file, or from a descriptor set that `protoc` writes. */
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";
import { Buffer } from "node:buffer";
import { SchemaProblem } from "../schemas/schema_problem.ts";

/** The types of a value that is neither an enum nor a message. */
export type ProtoScalar =
  | "double"
  | "float"
  | "int32"
  | "uint32"
  | "sint32"
  | "fixed32"
  | "sfixed32"
  | "int64"
  | "uint64"
  | "sint64"
  | "fixed64"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** An enum. */
export interface ProtoEnum {
  readonly kind: "enum";
  /** Without its package. */
  readonly name: string;
  readonly names: ReadonlyMap<number, string>;
  readonly numbers: ReadonlyMap<string, number>;
  /** Whether numbers without a name are not values of it, as in proto2. */
  readonly isClosed: boolean;
  readonly first: number;
}

/** The type of a field. */
export type ProtoType = ProtoScalar | ProtoEnum | ProtoMessage;

/** A field of a message. */
export interface ProtoField {
  readonly name: string;
  readonly jsonName: string;
  readonly number: number;
  readonly type: ProtoType;
  /** The type of the keys, if it is a map. */
  readonly keyType: ProtoScalar | undefined;
  readonly isRepeated: boolean;
  readonly isRequired: boolean;
  /** Whether it is a message between two tags, instead of one that begins with its length. */
  readonly isGroup: boolean;
  readonly isPacked: boolean;
  /** Whether a value that is set to its default differs from none. */
  readonly hasPresence: boolean;
  /** The fields of which only one is set, by the name of the group. */
  readonly oneOf: string | undefined;
  /** The default that a schema of proto2 gives. */
  readonly default: unknown;
  /** Whether texts have to be valid UTF-8. */
  readonly isVerified: boolean;
}

/** A message; one that contains itself is a graph with a circle. */
export interface ProtoMessage {
  readonly kind: "message";
  /** With its package. */
  readonly name: string;
  readonly fields: readonly ProtoField[];
}

/** A schema: the message that records are, and others that they may be. */
export interface ProtoSchema {
  readonly message: ProtoMessage;
  /** The name of the message at a path of indexes, as Confluent's wire format has it. */
  nameAt(path: readonly number[]): string | undefined;
  /** The path to the message. */
  readonly path: readonly number[];
}

/** The text of a schema, with those that it imports by their names. */
export interface ProtoText {
  readonly text: string;
  readonly imports: ReadonlyMap<string, string>;
}

/**
 * Reads a schema.
 *
 * @param name The message, with its package or without; the first one of the text by default.
 * @throws {SchemaProblem}
 */
export function parseProtoSchema({ text, imports }: ProtoText, name?: string): ProtoSchema {
  try {
    return /^[A-Za-z\d+/=\s]+$/.test(text) && !/\s\S/.test(text.trim())
      ? ofDescriptors(Buffer.from(text, "base64"), name)
      : ofText({ text, imports }, name);
  } catch (error) {
    if (error instanceof SchemaProblem) throw error;
    throw new SchemaProblem(`it is not a schema of Protobuf: ${(error as Error).message}`);
  }
}

function ofDescriptors(bytes: Uint8Array, name: string | undefined): ProtoSchema {
  const { fromDescriptor } = protobuf.Root as unknown as {
    fromDescriptor(bytes: Uint8Array, options: { readonly keepCase: boolean }): protobuf.Root;
  };
  const root = fromDescriptor(bytes, { keepCase: true });
  if (name === undefined) throw new SchemaProblem("a descriptor set needs the name of the message");
  const type = typeNamed(root, name, "");
  const tops = type.parent!.nestedArray.filter((other) => other instanceof protobuf.Type);
  return schemaOf(root, type, { tops, isEscaped: true });
}

function ofText({ text, imports }: ProtoText, name: string | undefined): ProtoSchema {
  const own = new protobuf.Root();
  const space = protobuf.parse(text, own, { keepCase: true }).package ?? "";
  const tops = (space === "" ? own : own.lookup(space) as protobuf.Namespace | null)?.nestedArray
    .filter((nested) => nested instanceof protobuf.Type) ?? [];
  const root = new protobuf.Root();
  addFile(root, { text, imports }, new Set());
  const first = name ?? tops[0]?.name;
  if (first === undefined) throw new SchemaProblem("it has no message");
  return schemaOf(root, typeNamed(root, first, space), { tops, isEscaped: false });
}

/** Adds a file and what it imports. */
function addFile(root: protobuf.Root, { text, imports }: ProtoText, added: Set<string>): void {
  const { imports: named = [], weakImports = [] } = protobuf.parse(text, root, { keepCase: true });
  for (const file of [...named, ...weakImports]) {
    if (added.has(file)) continue;
    added.add(file);
    const imported = imports.get(file);
    if (imported !== undefined) {
      addFile(root, { text: imported, imports }, added);
      continue;
    }
    const known = protobuf.common.get(file);
    if (known === null) throw new SchemaProblem(`it imports ${file}, which is not registered with it`);
    root.addJSON(known.nested!);
  }
}

function typeNamed(root: protobuf.Root, name: string, space: string): protobuf.Type {
  for (const full of space === "" ? [name] : [`${space}.${name}`, name]) {
    const found = root.lookup(full, protobuf.Type);
    if (found !== null) return found as protobuf.Type;
  }
  throw new SchemaProblem(`it has no message ${name}`);
}

function schemaOf(
  root: protobuf.Root,
  type: protobuf.Type,
  { tops, isEscaped }: {
    readonly tops: readonly protobuf.ReflectionObject[];
    /** Whether defaults that are bytes have escapes, as in descriptors. */
    readonly isEscaped: boolean;
  },
): ProtoSchema {
  root.resolveAll();
  const found = (path: readonly number[]): protobuf.ReflectionObject | undefined => {
    const [first, ...inner] = path;
    let at: protobuf.ReflectionObject | undefined = tops[first!];
    for (const index of inner) at = at === undefined ? undefined : typesIn(at)[index];
    return at;
  };
  return {
    message: new Messages(isEscaped).of(type),
    nameAt: (path) => {
      const at = found(path);
      return at === undefined ? undefined : fullName(at);
    },
    path: pathOf(fullName(type), tops),
  };
}

function typesIn(object: protobuf.ReflectionObject): protobuf.Type[] {
  return ((object as protobuf.Type).nestedArray ?? []).filter((nested) => nested instanceof protobuf.Type);
}

function pathOf(name: string, types: readonly protobuf.ReflectionObject[]): readonly number[] {
  for (const [index, type] of types.entries()) {
    if (fullName(type) === name) return [index];
    if (!name.startsWith(`${fullName(type)}.`)) continue;
    return [index, ...pathOf(name, typesIn(type))];
  }
  return [];
}

function fullName(object: protobuf.ReflectionObject): string {
  return object.fullName.replace(/^\./, "");
}

/** What the library knows of the features of an edition, or of proto2 and proto3. */
interface Features {
  readonly _features: { readonly enum_type?: string; readonly utf8_validation?: string };
}

class Messages {
  readonly #known = new Map<protobuf.Type, ProtoMessage>();
  readonly #isEscaped: boolean;

  constructor(isEscaped: boolean) {
    this.#isEscaped = isEscaped;
  }

  of(type: protobuf.Type): ProtoMessage {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    const fields: ProtoField[] = [];
    const message: ProtoMessage = { kind: "message", name: fullName(type), fields };
    this.#known.set(type, message);
    for (const field of type.fieldsArray) fields.push(this.#field(field));
    return message;
  }

  #field(field: protobuf.Field): ProtoField {
    const { id: number, repeated, required, map, partOf, options } = field;
    const isGroup = (field as { readonly delimited?: boolean }).delimited === true;
    // As protoc names the field of a group, which is written under the name of its message.
    const isOfProto2 = (field.resolvedType as { readonly group?: boolean } | null)?.group === true;
    const name = isOfProto2 ? field.name.toLowerCase() : field.name;
    const isGiven = options !== undefined && options !== null && Object.hasOwn(options, "default");
    const type = this.#type(field);
    return {
      name,
      jsonName: givenJsonName(field) ?? camelCase(name),
      number,
      type,
      keyType: map ? (field as unknown as protobuf.MapField).keyType as ProtoScalar : undefined,
      isRepeated: repeated,
      isRequired: required,
      isGroup,
      isPacked: field.packed && isPackable(type),
      hasPresence: Boolean((field as { readonly hasPresence?: unknown }).hasPresence),
      // One that is alone in a group which the parser has made is optional, and nothing else.
      oneOf: partOf === null || partOf === undefined || partOf.oneof.length === 1 ? undefined : partOf.name,
      default: isGiven ? this.#default(field) : undefined,
      isVerified: (field as unknown as Features)._features.utf8_validation === "VERIFY",
    };
  }

  #default({ type, defaultValue, options }: protobuf.Field): unknown {
    const text: unknown = options!["default"];
    if (type !== "bytes" || typeof text !== "string") return defaultValue;
    return latinBytes(this.#isEscaped ? unescaped(text) : text);
  }

  #type({ type, resolvedType }: protobuf.Field): ProtoType {
    if (resolvedType === null || resolvedType === undefined) return type as ProtoScalar;
    if (resolvedType instanceof protobuf.Type) return this.of(resolvedType);
    const numbers = new Map(Object.entries(resolvedType.values));
    return {
      kind: "enum",
      name: resolvedType.name,
      numbers,
      names: new Map(Object.entries(resolvedType.valuesById).map(([number, name]) => [Number(number), name])),
      isClosed: (resolvedType as unknown as Features)._features.enum_type === "CLOSED",
      first: [...numbers.values()][0] ?? 0,
    };
  }
}

/** The bytes of a text each of whose characters stands for one; one with others is UTF-8. */
function latinBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, /^[\0-\xff]*$/.test(text) ? "latin1" : "utf8"));
}

/** Bytes as `protoc` escapes them, as characters. */
function unescaped(text: string): string {
  return text.replace(
    /\\([0-7]{3}|.)/g,
    (_all, code: string) =>
      code.length === 3
        ? String.fromCharCode(parseInt(code, 8))
        : { n: "\n", r: "\r", t: "\t" }[code] ?? code,
  );
}

/** Whether a list of such values can be packed. */
export function isPackable(type: ProtoType): boolean {
  return typeof type === "string" ? type !== "string" && type !== "bytes" : type.kind === "enum";
}

/** The name that a schema gives a field in JSON, in its text or in a descriptor. */
function givenJsonName(field: protobuf.Field): string | undefined {
  const { jsonName } = field as { readonly jsonName?: string };
  return jsonName ?? field.options?.["json_name"] as string | undefined;
}

/** The name of a field in Protobuf's JSON, where none is given. */
function camelCase(name: string): string {
  return name.replace(/_+([a-zA-Z\d])/g, (_all, letter: string) => letter.toUpperCase());
}
