import { deepEqual } from "assert";
import { demoLines, PICTURE } from "../../support/make_picture.ts";
import { linesOf } from "../../support/terminal_picture.ts";

/** How long the run took is the one thing that differs from run to run. */
function withoutTimes(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ in [\d.,]+ (ms|s): [\d,.]+ calls\/s/, ""));
}

Deno.test("The picture shows what the demo prints", async () => {
  deepEqual(withoutTimes(linesOf(Deno.readTextFileSync(PICTURE))), withoutTimes(await demoLines()));
});
