/**
 * Spark's own SQL query tests, run here: every statement that is one SELECT has Spark's answer, or is refused. None of
 * them stands in this repository; they are downloaded.
 */
import { deepEqual, equal, match, ok } from "assert";
import { sparkStatements } from "../support/spark_statements.ts";
import recorded from "./statements/recorded.json" with { type: "json" };
import { type Difference, REASONS } from "./statements/reasons.ts";
import { type Compared, survey } from "./statements/survey.ts";
import { say } from "../support/say.ts";

const found = await statementsOrReason();
const title = "Spark's own statements have Spark's answers, or are refused";

Deno.test({ name: title, ignore: found.reason !== undefined }, async (t) => {
  const compared = await Array.fromAsync(survey(found.directory!));
  const counts = countsOf(compared);
  say(`${compared.length} statements of Spark's SQL query tests:`);
  for (const [kind, count] of counts) say(`${String(count).padStart(6)} ${KINDS[kind]}`);

  const differences = compared.filter((each): each is Difference => each.verdict.kind === "differs");
  await t.step("Each difference has a reason", () => {
    deepEqual(differences.filter((each) => !REASONS.some(({ explains }) => explains(each))).map(textOf), []);
  });
  await t.step("Each reason explains a difference", () => {
    deepEqual(REASONS.filter(({ explains }) => !differences.some(explains)).map(({ text }) => text), []);
  });
  await t.step("No fewer are equal than were recorded", () => {
    const now = counts.get("equal")!;
    ok(now >= recorded.equal, `${now} are equal, ${recorded.equal} were`);
  });
  await t.step("What only Spark takes is refused by its name, and hardly ever as a syntax error", () => {
    const errors = compared.flatMap(({ verdict, statement: { sql } }) =>
      verdict.kind === "refused here" && /: syntax error/.test(verdict.error) ? [sql] : []
    );
    ok(errors.length <= SYNTAX_ERRORS_MAX, errors.join("\n"));
  });
  await t.step("The document has the recorded counts", async () => {
    const text = await Deno.readTextFile(new URL("../../docs/semantics.md", import.meta.url));
    for (const count of Object.values(recorded)) {
      match(text, new RegExp(`\\b${count.toLocaleString("en")}\\b`));
    }
  });
  await t.step("All statements are found", () => equal(compared.length, recorded.statements));
});

/** The directory of the statements; or, but not in CI, why it cannot be had. */
async function statementsOrReason(): Promise<{ readonly directory?: string; readonly reason?: string }> {
  try {
    return { directory: await sparkStatements() };
  } catch (error) {
    if (Deno.env.get("CI") === "true") throw error;
    const reason = error instanceof Deno.errors.NotFound
      ? "mvn cannot be found; the package maven has it"
      : `mvn, of the package maven, could not download them: ${String(error).split("\n", 1)[0]}`;
    say(`Skipped: Spark's own statements: ${reason}.`);
    return { reason };
  }
}

/** Reserved words as names, such as a column or variable `all`, names that begin with digits, and joins in parentheses. */
const SYNTAX_ERRORS_MAX = 12;

const KINDS = {
  "equal": "are answered as Spark answers them",
  "refused by both": "are refused here and by Spark",
  "refused here": "are refused here only",
  "differs": "have another answer, for a reason that is listed",
  "setting": "were run by Spark under a setting that sfcrime does not have",
  "relation": "read a relation that cannot be made here",
  "function": "call a function that only Spark's tests have",
} as const;

type Kind = keyof typeof KINDS;

function countsOf(compared: readonly Compared[]): ReadonlyMap<Kind, number> {
  const kinds = Object.keys(KINDS) as Kind[];
  const counts = new Map(kinds.map((kind) => [kind, 0]));
  for (const { verdict } of compared) {
    const kind = verdict.kind === "not compared" ? verdict.reason : verdict.kind;
    counts.set(kind, counts.get(kind)! + 1);
  }
  return counts;
}

function textOf({ statement: { file, number, sql }, verdict: { ours, spark } }: Difference): string {
  return `${file} ${number}: ${sql}\nhere:  ${ours}\nSpark: ${spark}`;
}
