/** Which queries run, with the dashboard and without. */
import { deepEqual, equal, match, rejects } from "assert";
import type { SfcrimeError } from "../../../lib/base/errors.ts";
import { planAnalysis, type PlanRequest } from "../../../lib/plan/plan_analysis.ts";
import { load } from "../config/sources.ts";
import { MACHINE } from "../../support/plan_from.ts";

const SHOWN = "[query.shown]\nsql = SELECT city FROM calls\nui_only = true\n";
const FILE =
  `[query.first]\nsql = SELECT city FROM calls\n${SHOWN}[query.last]\nsql = SELECT city FROM calls\n`;

async function plan(file: string, request: Partial<PlanRequest> = {}) {
  const { queries } = await planAnalysis(load({ file }), { ...MACHINE, ...request });
  return queries;
}

async function namesOf(file: string, request: Partial<PlanRequest> = {}): Promise<string[]> {
  return (await plan(file, request)).map(({ plan }) => plan.name);
}

/** What is said, with the hint. */
async function refusalOf(file: string, request: Partial<PlanRequest> = {}): Promise<string> {
  let text = "";
  await rejects(plan(file, request), (error) => {
    const { message, hint } = error as SfcrimeError;
    text = [message, hint].filter(Boolean).join("\n");
    return true;
  });
  return text;
}

Deno.test("A query that is ui_only runs with the dashboard, at its place, and not without it", async () => {
  deepEqual(await namesOf(FILE), ["first", "last"]);
  deepEqual(await namesOf(FILE, { hasUi: true }), ["first", "shown", "last"]);
  deepEqual(await namesOf(`[ui]\nenabled = true\n${FILE}`), ["first", "shown", "last"]);
});

Deno.test("Just the named queries run, also with the dashboard", async () => {
  deepEqual(await namesOf(FILE, { names: ["last"], hasUi: true }), ["last"]);
  deepEqual(await namesOf(FILE, { names: ["shown", "shown"], hasUi: true }), ["shown"]);
});

Deno.test("Without the dashboard, who asks for such a query is told what it needs", async () => {
  equal(
    await refusalOf(FILE, { names: ["first", "shown"] }),
    "Query shown runs only with the dashboard.\nAdd --ui.",
  );
  equal(await refusalOf(SHOWN), "All queries run only with the dashboard.\nAdd --ui.");
  match(
    await refusalOf(FILE, { names: ["shwon", "shown"] }),
    /^Query shwon does not exist\.\n.*shown.*\nQuery/,
  );
});

Deno.test("The rows of a query that is ui_only go to no sink, wherever those of the others go", async () => {
  const queries = await plan(`[analyze]\nsink = json:out\n${FILE}`, { hasUi: true });
  deepEqual(queries.map(({ sink: { spec } }) => spec.kind), ["json", "none", "json"]);
  // Without a sink that stores anything, it begins anew with each run.
  deepEqual(queries.map(({ checkpoint }) => checkpoint === undefined), [false, true, false]);
  equal(
    await refusalOf(`${SHOWN}sink = console\n`, { hasUi: true }),
    "app.cfg:4: query shown is ui_only, so its rows go to no sink.\nRemove sink or ui_only.",
  );
});
