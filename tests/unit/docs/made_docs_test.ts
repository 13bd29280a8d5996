import { deepEqual, equal, ok } from "assert";
import { planAnalysis } from "../../../lib/analyze/plan_analysis.ts";
import { environmentVariable, REFERENCE } from "../../../lib/config/reference.ts";
import { loadSettings } from "../../../lib/config/settings.ts";
import { makeDocuments } from "../../support/make_docs.ts";

const DOCUMENTS = await makeDocuments();
const [COMMANDS, CONFIGURATION] = DOCUMENTS.map(({ current }) => current) as [string, string];
const HOW = "run: deno run --allow-all tests/support/make_docs.ts";

Deno.test("What docs/ says of commands and keys is what the program says", () => {
  deepEqual(DOCUMENTS.map(({ path }) => path), ["docs/commands.md", "docs/configuration.md"]);
  for (const { path, current, made } of DOCUMENTS) equal(current, made, `${path} is out of date; ${HOW}`);
});

Deno.test("Every example of docs/commands.md has flags that its verb knows", () => {
  const [prose, reference] = COMMANDS.split("## Reference") as [string, string];
  const helpOf = (verb: string) => new RegExp(`### sfcrime ${verb}\n[^#]*`).exec(reference)?.[0] ?? "";
  const examples = [...prose.matchAll(/^.*\bsfcrime ([a-z]+)\b(.*)$/gm)].filter(([, verb]) => verb !== "is");
  ok(examples.length > 10);
  for (const [line, verb, rest] of examples) {
    for (const [flag] of rest!.matchAll(/(?<= )--[a-z-]+/g)) ok(helpOf(verb!).includes(`${flag} `), line);
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
  const others = ["SFCRIME_CONFIG", "SFCRIME_DATA_DIR", "SFCRIME_KAFKA_SASL_PASSWORD"];
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
      [],
    );
    deepEqual(queries.map(({ plan }) => plan.output.map(({ name }) => name)), [["hour", "name", "fare"]]);
    deepEqual(streams["trips"]!.topics, { kind: "names", topics: ["taxi-trips"] });
  } finally {
    await Deno.remove(zones);
  }
});
