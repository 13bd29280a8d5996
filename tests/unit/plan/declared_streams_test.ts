import { match, rejects } from "assert";
import { planAnalysis } from "../../../lib/plan/plan_analysis.ts";
import { MACHINE } from "../../support/plan_from.ts";
import { load } from "../config/sources.ts";

const STREAM = "[stream.t]\ncolumns = at TIMESTAMP, s STRING, day DATE\n[query.q]\nsql = SELECT s FROM t\n";

async function refusalOf(watermark: string): Promise<string> {
  const settings = load({ file: `${STREAM}watermark = ${watermark}\n` });
  let message = "";
  await rejects(planAnalysis(settings, MACHINE), (error: Error) => {
    message = error.message;
    return true;
  });
  return message;
}

Deno.test("A watermark is of a column of type TIMESTAMP", async () => {
  match(await refusalOf("s 10 minutes"), /\bs\b.* STRING.* TIMESTAMP/);
  match(await refusalOf("day 10 minutes"), /\bday\b.* DATE.* TIMESTAMP/);
  match(await refusalOf("nothing 10 minutes"), /\bnothing\b/);
});
