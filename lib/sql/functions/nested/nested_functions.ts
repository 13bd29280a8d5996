/** The signatures of functions that make and change ARRAYs, STRUCTs and MAPs. */
import type { Signature } from "../signature.ts";
import { ARRAY_BUILDERS } from "./array_builders.ts";
import { CSV_FUNCTIONS } from "./csv_signatures.ts";
import { JSON_FUNCTIONS } from "./json_signatures.ts";
import { LAMBDA_FUNCTIONS } from "./lambdas.ts";
import { MAP_FUNCTIONS } from "./maps.ts";
import { STRUCT_FUNCTIONS } from "./structs.ts";

/** By name in lower case. */
export const NESTED_FUNCTIONS: Readonly<Record<string, Signature>> = {
  ...ARRAY_BUILDERS,
  ...MAP_FUNCTIONS,
  ...STRUCT_FUNCTIONS,
  ...LAMBDA_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...CSV_FUNCTIONS,
};
