import { deepEqual, equal } from "assert";
import { BUILT_IN_QUERIES } from "../../../lib/config/built_in.ts";
import { parseIni } from "../../../lib/config/ini_file.ts";
import { NAMED_REFERENCE } from "../../../lib/config/reference/named_keys.ts";
import { REFERENCE } from "../../../lib/config/reference/reference.ts";
import { loadSettings, type Settings } from "../../../lib/config/settings.ts";
import { planAnalysis } from "../../../lib/plan/plan_analysis.ts";
import { MACHINE } from "../../support/plan_from.ts";

const ROOT = new URL("../../../", import.meta.url);

const APP_CFG = read("config/app.cfg");

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

function load(path: string, text: string | undefined): Settings {
  const file = text === undefined ? undefined : { path, text };
  return loadSettings({ flags: [], properties: [], environment: {}, file });
}

/** Settings without where they came from; white space in a value is a matter of layout. */
function valuesOf(settings: Settings): unknown {
  const { file: _file, provenance: _provenance, ...values } = settings;
  return JSON.parse(JSON.stringify(values).replaceAll(/(\\n|\s)+/g, " "));
}

/** The file as a person has it who takes every `#` away that stands before a section, a key or more of a value. */
function uncommented(text: string): string {
  return text.replaceAll(/^# (?=\[[a-z]+\.[a-z_]+\]$|[a-z_]+ =| {4}\S)/gm, "");
}

/** The reference, with the sections that app.cfg shows for those whose name is the user's. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, { readonly default: string }>>>> = {
  ...REFERENCE,
  "stream.calls": NAMED_REFERENCE.stream,
  "table.radio_code": NAMED_REFERENCE.table,
  "query.by_type": NAMED_REFERENCE.query,
};

Deno.test("config/app.cfg means the same as no file at all", () => {
  deepEqual(valuesOf(load("config/app.cfg", APP_CFG)), valuesOf(load("", undefined)));
});

Deno.test("What config/app.cfg has commented out are the defaults", () => {
  const settings = load("config/app.cfg", uncommented(APP_CFG));
  deepEqual(valuesOf(settings), valuesOf(load("", undefined)));
});

Deno.test("config/app.cfg has every key of the reference, and no other", () => {
  const { entries } = parseIni(uncommented(APP_CFG));
  const keysOf = (section: string) =>
    entries.filter((entry) => entry.section === section).map(({ key }) => key);
  for (const [section, keys] of Object.entries(EXPECTED)) {
    deepEqual(keysOf(section).toSorted(), Object.keys(keys).toSorted(), `[${section}]`);
  }
  const sections = new Set(entries.map(({ section }) => section));
  deepEqual(
    [...sections].toSorted(),
    [...new Set([...Object.keys(EXPECTED), ...Object.keys(BUILT_IN_QUERIES)])].toSorted(),
  );
});

Deno.test("Each key of config/app.cfg stands there with the default of the reference", () => {
  const { entries } = parseIni(uncommented(APP_CFG));
  for (const { section, key, value } of entries) {
    if (!(section in REFERENCE)) continue;
    equal(value, EXPECTED[section]![key]!.default, `[${section}] ${key}`);
  }
});

for (const path of ["config/app.cfg", "config/kafka.cfg"]) {
  Deno.test(`The queries of ${path} can run`, async () => {
    const settings = load(path, read(path));
    const namesOf = async (hasUi: boolean) =>
      (await planAnalysis(settings, { ...MACHINE, hasUi })).queries.map(({ plan }) => plan.name);
    deepEqual(await namesOf(false), ["by_type", "with_disposition"]);
    deepEqual(await namesOf(true), Object.keys(BUILT_IN_QUERIES).map((name) => name.slice("query.".length)));
  });
}

Deno.test("The queries of config/dispatches.cfg can run", async () => {
  const settings = load("config/dispatches.cfg", read("config/dispatches.cfg"));
  const { queries } = await planAnalysis(settings, { ...MACHINE, hasUi: false });
  deepEqual(queries.map(({ plan }) => plan.name), ["make_dispatches", "dispatched", "waiting", "alone"]);
});
