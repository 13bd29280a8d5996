import { equal, ok, throws } from "assert";
import fc from "fast-check";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { parseSql } from "../../../lib/sql/syntax/parse.ts";
import { generatedParser } from "../../support/make_parser.ts";
import { sqlError } from "../../../lib/sql/syntax/sql_error.ts";

function refused(sql: string): SfcrimeError {
  let refusal: unknown;
  throws(() => parseSql(sql), (error) => {
    refusal = error;
    return error instanceof SfcrimeError;
  });
  return refusal as SfcrimeError;
}

Deno.test("The committed parser is the one that the grammar makes", async () => {
  const committed = await Deno.readTextFile(new URL("../../../lib/sql/syntax/parser.js", import.meta.url));
  ok(committed === await generatedParser(), "Run deno task grammar.");
});

/** A wrong statement, and the line that stands under the caret's. */
const ERRORS: readonly (readonly [sql: string, message: string])[] = [
  [
    "SELECT city FRM calls",
    "line 1, column 17: syntax error at or near calls. Did you mean FROM instead of FRM?\n" +
    "  SELECT city FRM calls\n" +
    "                  ^^^^^",
  ],
  [
    "SELECT city\nFROM calls\nWHRE city = 'x'",
    "line 3, column 6: syntax error at or near city. Did you mean WHERE instead of WHRE?\n" +
    "  WHRE city = 'x'\n" +
    "       ^^^^",
  ],
  [
    "SELECT FROM calls",
    "line 1, column 8: syntax error at or near FROM.\n" +
    "  SELECT FROM calls\n" +
    "         ^^^^",
  ],
  [
    "SELECT city,\n  FROM calls",
    "line 2, column 3: syntax error at or near FROM.\n" +
    "    FROM calls\n" +
    "    ^^^^",
  ],
  [
    "SELECT (city FROM calls",
    "line 1, column 14: syntax error at or near FROM.\n" +
    "  SELECT (city FROM calls\n" +
    "               ^^^^",
  ],
  [
    "SELECT city FROM",
    "line 1, column 17: syntax error at end of input.\n" +
    "  SELECT city FROM\n" +
    "                  ^",
  ],
  ["", "line 1, column 1: syntax error at end of input.\n  \n  ^"],
  [
    "SELECT city FROM calls WHERE city == = 'x'",
    "line 1, column 38: syntax error at or near =.\n" +
    "  SELECT city FROM calls WHERE city == = 'x'\n" +
    "                                       ^",
  ],
  [
    "SELECT rank() OVER (ORDER BY city) FROM calls",
    "line 1, column 15: a window function with OVER is not supported.\n" +
    "  SELECT rank() OVER (ORDER BY city) FROM calls\n" +
    "                ^^^^^^",
  ],
  [
    "SELECT city FROM calls; SELECT state FROM calls",
    "line 1, column 25: a query is a single statement.\n" +
    "  SELECT city FROM calls; SELECT state FROM calls\n" +
    "                          ^^^^^^",
  ],
];

Deno.test("A syntax error names line and column, and has the caret under its place", async (t) => {
  for (const [sql, message] of ERRORS) {
    await t.step(
      sql === "" ? "(empty)" : sql.replaceAll("\n", "⏎"),
      () => equal(refused(sql).message, message),
    );
  }
});

Deno.test("Whatever the text, it is parsed, or refused with a caret under a place in it", () => {
  const words =
    "SELECT FROM WHERE city calls , ( ) ' \" ` = <> * 1 1.5e3 AND NOT IN CASE WHEN END AS -- /* */ ; \n \\"
      .split(" ").concat(" ");
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(" ")),
    fc.string({ unit: "grapheme", maxLength: 30 }),
  );
  fc.assert(fc.property(texts, (sql) => {
    try {
      parseSql(sql);
    } catch (error) {
      ok(error instanceof SfcrimeError, String(error));
      equal(error.code, "SQL");
      const [, line, column] = /^line (\d+), column (\d+): /.exec(error.message)!;
      const [shown, carets] = error.message.split("\n").slice(-2) as [string, string];
      equal(shown.slice(2), sql.split("\n")[Number(line) - 1]);
      equal(carets.indexOf("^"), Number(column) + 1);
      ok(carets.trimEnd().length <= Math.max(shown.length, Number(column) + 2));
    }
  }));
});

Deno.test("The carets are exactly under the range, counted by hand", () => {
  const printable = fc.string({ unit: fc.constantFrom(..."ab \n"), minLength: 1, maxLength: 40 });
  fc.assert(fc.property(printable, fc.nat(39), fc.integer({ min: 1, max: 10 }), (sql, from, width) => {
    const start = Math.min(from, sql.length - 1);
    let [line, column] = [1, 1];
    for (const character of sql.slice(0, start)) {
      [line, column] = character === "\n" ? [line + 1, 1] : [line, column + 1];
    }
    const { message } = sqlError(sql, { start, end: Math.min(start + width, sql.length) }, "wrong.");
    ok(message.startsWith(`line ${line}, column ${column}: wrong.\n`), message);
    equal(message.split("\n").at(-1)!.indexOf("^"), column + 1);
  }));
});
