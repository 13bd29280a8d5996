import { deepEqual, equal, throws } from "assert";
import type { CallNode } from "../../../lib/sql/syntax/ast.ts";
import { extractedCall } from "../../../lib/sql/expressions/extract.ts";
import { parseSql } from "../../../lib/sql/syntax/parse.ts";

/** The syntax tree of an expression, without places. */
function treeOf(expression: string): unknown {
  const text = JSON.stringify(parseSql(`SELECT ${expression} FROM t`));
  return JSON.parse(text, (key, value) => key === "at" ? undefined : value);
}

/** What has a syntax of its own, and the call that it is. */
const FORMS: readonly (readonly [form: string, call: string])[] = [
  ["SUBSTRING(a FROM 2 FOR 3)", "substring(a, 2, 3)"],
  ["substr(a || b from -2)", "substring(a || b, -2)"],
  ["TRIM(BOTH FROM a)", "trim(a)"],
  ["TRIM(BOTH 'x' FROM a)", "trim('x', a)"],
  ["TRIM('x' FROM a)", "trim('x', a)"],
  ["trim(leading 'x' from a)", "ltrim('x', a)"],
  ["TRIM(TRAILING FROM a)", "rtrim(a)"],
  ["POSITION('x' IN a)", "locate('x', a)"],
  ["EXTRACT(HOUR FROM a)", "extract('HOUR', a)"],
];

Deno.test("A form with words between its arguments is the call of a function", () => {
  for (const [form, call] of FORMS) deepEqual(treeOf(form), treeOf(call), form);
});

Deno.test("EXTRACT is the function of its field, and a field that there is not is refused at its place", () => {
  const sql = "SELECT EXTRACT(dow FROM a), date_part('EPOCH', a) FROM t";
  const { body } = parseSql(sql);
  const calls = body.kind === "select"
    ? body.items.map((item) => item.kind === "item" ? item.expression as CallNode : undefined)
    : [];
  equal(extractedCall(calls[0]!, sql).name, "dayofweek");
  equal(extractedCall(calls[0]!, sql).args.length, 1);
  throws(() => extractedCall(calls[1]!, sql), /^SfcrimeError: line 1, column 39: cannot extract EPOCH/);
});
