/** Settings that contradict each other. */
import { match, rejects } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { MACHINE } from "../../support/plan_from.ts";
import { planAnalysis } from "../../../lib/plan/plan_analysis.ts";
import { load } from "../config/sources.ts";

/** The message about a file with two queries, `a` and `b`. */
async function refusalOf(analyze: string, a: string, b: string): Promise<string> {
  const query = (name: string, more: string) => `[query.${name}]\nsql = SELECT city FROM calls\n${more}\n`;
  const settings = load({ file: `[analyze]\n${analyze}\n${query("a", a)}${query("b", b)}` });
  let message = "";
  await rejects(planAnalysis(settings, MACHINE), (error) => {
    message = (error as SfcrimeError).message;
    return error instanceof SfcrimeError && error.code === "CONFIG";
  });
  return message;
}

Deno.test("Two queries do not have one checkpoint, however their settings come to it", async () => {
  const two = await refusalOf("", "checkpoint = same", "checkpoint = ./x/../same/");
  match(two, /^app\.cfg:8: \.\/x\/\.\.\/same\/ is already the checkpoint of a\.$/);
  const general = await refusalOf("checkpoint = all", "checkpoint = all/b", "");
  match(general, /^app\.cfg:5: all\/b is already the checkpoint of b\.$/);
  const byDefault = await refusalOf("sink = json:.", "", `checkpoint = ${MACHINE.dataDir}/checkpoints/a`);
  match(byDefault, /^app\.cfg:8: \S+ is already the checkpoint of a\.$/);
});
