/**
 * Reads data types as Spark's DDL writes them: `DECIMAL(10,2)`, `ARRAY<STRING>`, `MAP<STRING, INT>`, `STRUCT<id: STRING
 * NOT NULL COMMENT 'unique', at: TIMESTAMP>`. NOT NULL and comments have no effect: what is read from JSON may always be
 * NULL, in Spark as well.
 */
import {
  type Column,
  type DataType,
  DECIMAL_PRECISION_MAX,
  SIMPLE_TYPES,
  type SimpleType,
} from "../data_type.ts";
import { INTERVAL_FIELDS, intervalOfFields } from "./interval_types.ts";
import { DdlTokens } from "./ddl_tokens.ts";
import { TypeProblem, typeProblem } from "./unsupported_types.ts";

const SYNONYMS: Readonly<Record<string, SimpleType>> = {
  INTEGER: "INT",
  LONG: "BIGINT",
  SHORT: "SMALLINT",
  BYTE: "TINYINT",
  REAL: "FLOAT",
  TIMESTAMP_LTZ: "TIMESTAMP",
};

/** How deep types may be nested. */
const DEPTH_MAX = 100;

/**
 * The type with a text.
 *
 * @throws {TypeProblem}
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(parseType("array<struct<`a b`: int>>"), {
 *   kind: "ARRAY",
 *   element: { kind: "STRUCT", fields: [{ name: "a b", type: "INT" }] },
 * });
 * ```
 */
export function parseType(text: string): DataType {
  const tokens = new DdlTokens(text);
  const type = readType(tokens);
  if (!tokens.isAtEnd) throw malformed(tokens, 0);
  return type;
}

/** The type with a text, or undefined if there is none. */
export function typeFromText(text: string): DataType | undefined {
  try {
    return parseType(text);
  } catch (error) {
    if (error instanceof TypeProblem) return undefined;
    throw error;
  }
}

/** Reads the type that comes next. @throws {TypeProblem} */
export function readType(tokens: DdlTokens, depth = 0): DataType {
  if (depth > DEPTH_MAX) {
    throw new TypeProblem("data types are nested too deeply", `At most ${DEPTH_MAX} levels.`);
  }
  const start = tokens.position;
  const word = tokens.takeWord();
  const read = (): DataType => readType(tokens, depth + 1);
  switch (word) {
    case undefined:
      throw malformed(tokens, start);
    case "DECIMAL":
    case "DEC":
    case "NUMERIC":
      return readDecimal(tokens, start);
    case "ARRAY": {
      open(tokens, word);
      const element = read();
      close(tokens, start);
      return { kind: "ARRAY", element };
    }
    case "MAP": {
      open(tokens, word);
      const key = read();
      if (!tokens.takeMark(",")) throw malformed(tokens, start);
      const value = read();
      close(tokens, start);
      return { kind: "MAP", key, value };
    }
    case "STRUCT":
      open(tokens, word);
      return { kind: "STRUCT", fields: readFields(tokens, { start, read }) };
    default:
      return simpleType(word, tokens, start);
  }
}

/** Takes what Spark allows after the type of a column, and what has no effect. @throws {TypeProblem} */
export function skipConstraints(tokens: DdlTokens): void {
  tokens.takeWords("NOT", "NULL");
  if (tokens.takeWords("COMMENT") && tokens.takeText() === undefined) {
    throw new TypeProblem("COMMENT requires a text", "Write it in quotes: COMMENT 'text'.");
  }
}

function readFields(
  tokens: DdlTokens,
  { start, read }: { readonly start: number; readonly read: () => DataType },
): Column[] {
  const fields: Column[] = [];
  if (tokens.takeMark(">")) return fields;
  do {
    const name = tokens.takeName();
    if (name === undefined) throw malformed(tokens, start);
    tokens.takeMark(":");
    fields.push({ name, type: read() });
    skipConstraints(tokens);
  } while (tokens.takeMark(","));
  close(tokens, start);
  return fields;
}

function readDecimal(tokens: DdlTokens, start: number): DataType {
  let [precision, scale]: [number | undefined, number | undefined] = [10, 0];
  if (tokens.takeMark("(")) {
    precision = tokens.takeNumber();
    if (tokens.takeMark(",")) scale = tokens.takeNumber();
    if (precision === undefined || scale === undefined || !tokens.takeMark(")")) {
      throw malformed(tokens, start);
    }
  }
  const isValid = precision >= 1 && precision <= DECIMAL_PRECISION_MAX && scale <= precision;
  if (isValid) return { kind: "DECIMAL", precision, scale };
  throw new TypeProblem(
    `invalid data type ${tokens.since(start)}`,
    `The precision of a DECIMAL is 1 to ${DECIMAL_PRECISION_MAX}, and its scale at most its precision.`,
  );
}

function simpleType(word: string, tokens: DdlTokens, start: number): DataType {
  const type = SYNONYMS[word] ?? SIMPLE_TYPES.find((type) => type === word);
  if (type === "INTERVAL") return readInterval(tokens, start);
  if (type !== undefined && type !== "VOID") return type;
  if (tokens.takeMark("(")) {
    tokens.skipTo(")");
    tokens.takeMark(")");
  }
  throw typeProblem(tokens.since(start));
}

/** The fields of an INTERVAL after its name, if it has any. */
function readInterval(tokens: DdlTokens, start: number): DataType {
  const first = INTERVAL_FIELDS.find((field) => tokens.takeWords(field));
  if (first === undefined) return "INTERVAL";
  const last = tokens.takeWords("TO") ? tokens.takeWord() : first;
  const type = last === undefined ? undefined : intervalOfFields(first, last);
  // INTERVAL DAY TO DAY is none.
  if (type !== undefined && (last === first) === !type.includes(" TO ")) return type;
  throw new TypeProblem(
    `invalid data type ${tokens.since(start)}`,
    "The fields of an INTERVAL are YEAR TO MONTH, or from DAY, HOUR, MINUTE or SECOND to a smaller one.",
  );
}

const EXAMPLES = {
  ARRAY: "ARRAY<STRING>",
  MAP: "MAP<STRING, INT>",
  STRUCT: "STRUCT<id: STRING, count: INT>",
} as const;

function open(tokens: DdlTokens, kind: keyof typeof EXAMPLES): void {
  if (tokens.takeMark("<")) return;
  throw new TypeProblem(`data type ${kind} is incomplete`, `Write, for example, ${EXAMPLES[kind]}.`);
}

function close(tokens: DdlTokens, start: number): void {
  if (!tokens.takeMark(">")) throw malformed(tokens, start);
}

function malformed(tokens: DdlTokens, start: number): TypeProblem {
  tokens.skipTo(",");
  const text = tokens.since(start);
  return new TypeProblem(
    text === "" ? "a data type is missing" : `malformed data type ${text}`,
    "Write types as in Spark, such as STRUCT<id: STRING, tags: ARRAY<STRING>>.",
  );
}
