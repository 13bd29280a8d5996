import { deepEqual, equal, ok } from "assert";
import { planAnalysis } from "../../../lib/plan/plan_analysis.ts";
import { MACHINE } from "../../support/plan_from.ts";
import { environmentVariable } from "../../../lib/config/environment.ts";
import { REFERENCE } from "../../../lib/config/reference/reference.ts";
import { loadSettings } from "../../../lib/config/settings.ts";
import { AGGREGATES } from "../../../lib/sql/functions/aggregates/aggregates.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { FUNCTIONS } from "../../../lib/sql/functions/functions.ts";
import { GENERATORS } from "../../../lib/sql/functions/nested/generators.ts";
import { makeDocuments } from "../../support/make_docs.ts";
import { planOf } from "../../support/plan_run.ts";
import { nameOfSignature, SQL_REFERENCE } from "../../support/sql_reference.ts";

const DOCUMENTS = await makeDocuments();
const [COMMANDS, CONFIGURATION] = DOCUMENTS.map(({ current }) => current) as [string, string];
const HOW = "run: deno run --allow-all tests/support/make_docs.ts";

Deno.test("What docs/ says of commands, keys and functions is what the program says, and of what was measured what its figures say", () => {
  const made = ["commands", "configuration", "performance", "scaling", "spark", "sql"];
  const paths = [...made.map((name) => `docs/${name}.md`), "README.md"];
  deepEqual(DOCUMENTS.map(({ path }) => path), paths);
  for (const { path, current, made } of DOCUMENTS) equal(current, made, `${path} is out of date; ${HOW}`);
});

Deno.test("docs/sql.md lists every function and aggregate that there is, once, and no other", () => {
  const listed = Object.values(SQL_REFERENCE).flat().map(([signature]) => nameOfSignature(signature));
  const known = [
    ...Object.keys(FUNCTIONS),
    ...Object.keys(AGGREGATES),
    ...Object.keys(GENERATORS),
    "window",
    "session_window",
    "grouping",
    "grouping_id",
  ];
  deepEqual(listed.toSorted(), known.toSorted());
});

Deno.test("Every example of docs/sql.md is taken", () => {
  const [, SQL] = /```sql\n(.*?)```/s.exec(DOCUMENTS.find(({ path }) => path === "docs/sql.md")!.current)!;
  const statements = SQL!.split(";").map((text) => text.trim()).filter((text) => text !== "");
  ok(statements.length > 2);
  const schema = parseColumns(CALLS, "calls");
  for (const sql of statements) {
    const outputMode = sql.includes("ORDER BY") ? "complete" : sql.includes("GROUP BY") ? "update" : "append";
    ok(
      planOf({ sql: sql.replace("FROM calls", "FROM t"), schema, outputMode, timeZone: "UTC" }).output
        .length > 0,
    );
  }
});

/** The columns of `calls` that the examples name. */
const CALLS =
  "call_date_time TIMESTAMP, call_date TIMESTAMP, original_crime_type_name STRING, city STRING, address STRING";

Deno.test("Every example of docs/commands.md has flags that its verb knows", () => {
  const [prose, reference] = COMMANDS.split("## Reference") as [string, string];
  const helpOf = (verb: string) => new RegExp(`### sfcrime ${verb}\n[^#]*`).exec(reference)?.[0] ?? "";
  const examples = [...prose.matchAll(/^.*\bsfcrime ([a-z-]+)\b(.*)$/gm)].filter(([, verb]) => verb !== "is");
  ok(examples.length > 10);
  for (const [line, verb, rest] of examples) {
    const [, below = ""] = /^ ([a-z-]+)\b/.exec(rest!) ?? [];
    const help = helpOf(`${verb} ${below}`) || helpOf(verb!);
    for (const [flag] of rest!.matchAll(/(?<= )--[a-z-]+/g)) ok(help.includes(`${flag} `), line);
  }
});

Deno.test("docs/configuration.md names variables and keys that there are", () => {
  const [prose] = CONFIGURATION.split("## All keys") as [string];
  const known = new Set(
    Object.entries(REFERENCE).flatMap(([section, keys]) =>
      Object.keys(keys).map((key) => environmentVariable(section, key))
    ),
  );
  const named = [...prose.matchAll(/`(SFCRIME_[A-Z_]+)`/g)].map((match) => match[1]!);
  const others = [
    "SFCRIME_COMMAND_CONFIG",
    "SFCRIME_CONFIG",
    "SFCRIME_DATA_DIR",
    "SFCRIME_KAFKA_SASL_PASSWORD",
    "SFCRIME_KAFKA_SASL_PASSWORD_FILE",
  ];
  deepEqual(named.filter((name) => !known.has(name)).toSorted(), others);
});

Deno.test("The file that docs/configuration.md shows can be analysed", async () => {
  const zones = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(zones, '[{"id":1,"name":"North"}]');
    const ini = /```ini\n(.*?)```/s.exec(CONFIGURATION)![1]!.replace("zones.json", zones);
    const file = { path: "app.cfg", text: ini };
    const { queries, streams } = await planAnalysis(
      loadSettings({ flags: [], properties: [], environment: {}, file }),
      MACHINE,
    );
    deepEqual(queries.map(({ plan }) => plan.output.map(({ name }) => name)), [["hour", "name", "fare"]]);
    deepEqual(streams["trips"]!.topics, { kind: "names", topics: ["taxi-trips"] });
  } finally {
    await Deno.remove(zones);
  }
});
