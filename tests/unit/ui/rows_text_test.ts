/** The texts of answers about current rows. */
import { deepEqual, equal, ok } from "assert";
import { ROWS_TEXT_SHARED_MAX } from "../../../lib/base/bounds.ts";
import type { RowsAnswer } from "../../../lib/monitoring/view/current_rows.ts";
import { rowsJson } from "../../../lib/ui/server/rows_text.ts";

/** An answer of rows with one text each, and how often its rows were looked at. */
function countedAnswer(
  texts: readonly string[],
): { readonly answer: RowsAnswer; readonly looks: () => number } {
  let looks = 0;
  const answer: RowsAnswer = {
    batchId: 3,
    kind: "result",
    columns: [{ name: "kind", type: "STRING" }],
    timeZone: "UTC",
    get rows() {
      looks++;
      return texts.map((text) => [text]);
    },
    total: texts.length,
    truncated: false,
  };
  return { answer, looks: () => looks };
}

Deno.test("The same answer is made JSON once, however many ask, and another answer by itself", () => {
  const [first, second] = [countedAnswer(["fire"]), countedAnswer(["theft"])];
  for (let page = 0; page < 20; page++) {
    deepEqual(JSON.parse(rowsJson(first.answer)).rows, [["fire"]]);
    deepEqual(JSON.parse(rowsJson(second.answer)).rows, [["theft"]]);
  }
  deepEqual([first.looks(), second.looks()], [1, 1]);
});

Deno.test("An answer that is larger than pages ask for is not kept", () => {
  const { answer, looks } = countedAnswer(["x".repeat(ROWS_TEXT_SHARED_MAX)]);
  ok(rowsJson(answer) === rowsJson(answer));
  equal(looks(), 2);
});
