/** Parses JSON without losing digits: integers that are not safe are bigints. */

/** The value of a text. @throws {SyntaxError} */
export function parseJson(text: string): unknown {
  return JSON.parse(text, exactInteger);
}

function exactInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const { source = "" } = context ?? {};
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
