/** The signatures of functions of bytes: encodings, checksums, URLs. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { castTo, holdsMap, isNumeric } from "../coercion.ts";
import type { Expression } from "../../plan.ts";
import { argument, call, counted, Refusal, requireCount, type Signature, typed } from "../signature.ts";

/** A text or bytes; anything else becomes a text. */
function textOrBinary(arg: Expression, index: number): Expression {
  return arg.type === "BINARY" ? arg : argument(arg, "STRING", index);
}

/** The formats of `to_binary`. */
const FORMATS = ["hex", "utf-8", "utf8", "base64"];

function toBinary(name: "to_binary" | "try_to_binary"): Signature {
  return (args) => {
    requireCount(args, 1, 2);
    const text = argument(args[0]!, "STRING", 0);
    const format = args[1];
    if (format === undefined) return call(name, [text], "BINARY");
    const nothing: Expression = { kind: "literal", value: null, type: "BINARY" };
    if (format.type === "VOID") return nothing;
    if (format.kind !== "literal" || format.type !== "STRING") {
      throw new Refusal("requires a constant STRING as its format");
    }
    if (!FORMATS.includes(String(format.value).toLowerCase())) {
      if (name === "try_to_binary") return nothing;
      throw new Refusal(`has no format ${format.value}; use one of ${FORMATS.join(", ")}`);
    }
    return call(name, [text, format], "BINARY");
  };
}

/** A hash of values of any type, but for MAPs, which have no order. */
function hash(name: string, result: DataType): Signature {
  return (args) => {
    requireCount(args, 1, Infinity);
    const map = args.find(({ type }) => holdsMap(type));
    if (map !== undefined) throw new Refusal(`does not take a MAP, but got ${typeName(map.type)}`);
    return call(name, args, result);
  };
}

/** The number of bits or bytes of a text or of bytes. */
function sized(name: string): Signature {
  return counted(1, ([arg]) => call(name, [textOrBinary(arg!, 0)], "INT"));
}

/** By name in lower case. */
export const ENCODING_FUNCTIONS: Readonly<Record<string, Signature>> = {
  hex: counted(1, ([arg]) => {
    const value = isNumeric(arg!.type) || arg!.type === "VOID"
      ? castTo(arg!, "BIGINT")
      : textOrBinary(arg!, 0);
    return call("hex", [value], "STRING");
  }),
  unhex: typed("unhex", ["STRING"], "BINARY"),
  base64: typed("base64", ["BINARY"], "STRING"),
  unbase64: typed("unbase64", ["STRING"], "BINARY"),
  encode: typed("encode", ["STRING", "STRING"], "BINARY"),
  to_binary: toBinary("to_binary"),
  try_to_binary: toBinary("try_to_binary"),
  bit_length: sized("bit_length"),
  octet_length: sized("octet_length"),
  md5: typed("md5", ["BINARY"], "STRING"),
  sha1: typed("sha1", ["BINARY"], "STRING"),
  sha2: typed("sha2", ["BINARY", "INT"], "STRING"),
  crc32: typed("crc32", ["BINARY"], "BIGINT"),
  hash: hash("hash", "INT"),
  xxhash64: hash("xxhash64", "BIGINT"),
  url_encode: typed("url_encode", ["STRING"], "STRING"),
  url_decode: typed("url_decode", ["STRING"], "STRING"),
  try_url_decode: typed("try_url_decode", ["STRING"], "STRING"),
  parse_url: typed("parse_url", ["STRING", "STRING", "STRING"], "STRING", 1),
  try_parse_url: typed("try_parse_url", ["STRING", "STRING", "STRING"], "STRING", 1),
};
