import { deepEqual } from "assert";
import consoleAnswers from "./console/answers.json" with { type: "json" };
import consoleCases from "./console/cases.json" with { type: "json" };
import expressionAnswers from "./expressions/answers.json" with { type: "json" };
import refusalAnswers from "./refusals/answers.json" with { type: "json" };
import refusalCases from "./refusals/cases.json" with { type: "json" };

const HINT = "Run make.py in the folder of the cases: Spark has not been asked for all of them.";

Deno.test("Spark has answered the cases as they stand", async (t) => {
  await t.step("console", () => {
    deepEqual(consoleAnswers.map(({ printed: _printed, ...each }) => each), consoleCases, HINT);
  });
  await t.step("refusals", () => {
    deepEqual(refusalAnswers.map(({ spark: _spark, ...each }) => each), refusalCases, HINT);
  });
  await t.step("expressions", async () => {
    const text = await Deno.readTextFile(new URL("expressions/cases.sql", import.meta.url));
    const expressions = text.split("\n").filter((line) => line !== "" && !line.startsWith("-- "));
    deepEqual(expressionAnswers.map(({ sql }) => sql), expressions, HINT);
  });
});
