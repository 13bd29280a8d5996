/**
 * Makes `lib/sql/syntax/parser.js` from the grammar beside it: `deno task grammar`. A test makes it anew and compares,
 * so that the two never part.
 */
import peggy from "peggy";

const GRAMMAR = new URL("../../lib/sql/syntax/grammar.peggy", import.meta.url);
const PARSER = new URL("../../lib/sql/syntax/parser.js", import.meta.url);

/** The source of the parser that the grammar describes. */
export async function generatedParser(): Promise<string> {
  const source = peggy.generate(await Deno.readTextFile(GRAMMAR), {
    output: "source",
    format: "es",
    allowedStartRules: ["statement", "wholeExpression"],
  });
  return `// Generated from grammar.peggy by \`deno task grammar\`; do not edit.\n// deno-lint-ignore-file\n${source}`;
}

if (import.meta.main) await Deno.writeTextFile(PARSER, await generatedParser());
