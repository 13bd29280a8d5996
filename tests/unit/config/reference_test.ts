import { deepEqual, equal, ok } from "assert";
import { CLIENT_PROPERTIES } from "../../../lib/config/properties/client_properties.ts";
import { CLIENT_PROPERTY_REFERENCE } from "../../../lib/config/properties/reference.ts";
import type { Entry } from "../../../lib/config/reference/entry.ts";
import { NAMED_REFERENCE } from "../../../lib/config/reference/named_keys.ts";
import { REFERENCE } from "../../../lib/config/reference/reference.ts";
import { ENVIRONMENT_NAMES } from "../../../lib/config/environment.ts";
import { NAMED_SECTIONS, SECTIONS } from "../../../lib/config/sections.ts";
import type { Kind } from "../../../lib/config/values/values.ts";
import { load } from "./sources.ts";

type Sections<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;
const ENTRIES: Sections<Entry> = { ...REFERENCE, ...NAMED_REFERENCE };
const KINDS: Sections<Kind<unknown>> = { ...SECTIONS, ...NAMED_SECTIONS };

Deno.test("Every key of the reference has a kind, every kind an entry, and every default is one of its kind", () => {
  deepEqual(Object.keys(ENTRIES), Object.keys(KINDS));
  for (const [section, entries] of Object.entries(ENTRIES)) {
    deepEqual(Object.keys(entries), Object.keys(KINDS[section]!), section);
    for (const [key, entry] of Object.entries(entries)) {
      if (entry.default === "") continue;
      const parsed = KINDS[section]![key]!.schema.safeParse(entry.default);
      ok(parsed.success, `[${section}] ${key} = ${entry.default}`);
    }
  }
  deepEqual(Object.keys(CLIENT_PROPERTY_REFERENCE), Object.keys(CLIENT_PROPERTIES));
});

Deno.test("Every choice that a key offers is a value that it takes", () => {
  for (const [section, kinds] of Object.entries(KINDS)) {
    for (const [key, { schema, choices = [] }] of Object.entries(kinds)) {
      for (const choice of choices) ok(schema.safeParse(choice).success, `[${section}] ${key} = ${choice}`);
    }
  }
});

Deno.test("The first sentence of a key with a few possible values, which help shows, names all of them", () => {
  const silent: string[] = [];
  const fixed: Sections<Entry> = REFERENCE;
  for (const [section, entries] of Object.entries(fixed)) {
    for (const [key, { doc }] of Object.entries(entries)) {
      const choices = KINDS[section]![key]!.choices ?? [];
      if (choices.join() === "true,false") continue;
      const sentence = doc.split(/(?<=\.) /)[0]!;
      const { allowed } = KINDS[section]![key]!;
      // Others are examples of many.
      if (allowed.split(/, | or /).join() !== choices.join()) continue;
      const missing = choices.filter((choice) => !sentence.split(/[^\w-]+/).includes(choice));
      if (missing.length > 0) silent.push(`[${section}] ${key} ${missing.join(", ")}: ${sentence}`);
    }
  }
  deepEqual(silent, []);
});

Deno.test("Every key is described in whole sentences", () => {
  for (const entries of Object.values(ENTRIES)) {
    for (const { doc } of Object.values(entries)) ok(/^[A-Z].*\.$/.test(doc), doc);
  }
});

Deno.test("Every key of a fixed section has an environment variable of its own", () => {
  equal(new Set(ENVIRONMENT_NAMES).size, ENVIRONMENT_NAMES.length);
  for (const [section, entries] of Object.entries(REFERENCE)) {
    for (const key of Object.keys(entries)) {
      ok(
        ENVIRONMENT_NAMES.includes(`SFCRIME_${section.toUpperCase()}_${key.toUpperCase()}`),
        `${section} ${key}`,
      );
    }
  }
  ok(ENVIRONMENT_NAMES.includes("SFCRIME_KAFKA_SASL_PASSWORD"));
});

/** As the design has them. */
const DEFAULTS = {
  "kafka.topic": "sf-police-calls",
  "analyze.time_zone": "UTC",
  "analyze.sink": { kind: "console" },
  "analyze.engine": "local",
  "analyze.trigger": { kind: "processing-time", intervalMs: 10_000 },
  "analyze.watermark": { column: "call_date_time", delayMs: 600_000 },
  "analyze.max_offsets_per_trigger": undefined,
  "spark.max_rate_per_partition": undefined,
  "ui.port": 4_040,
};

/** Those of the mission, and those of the dashboard. */
const BUILT_IN = ["by_type", "with_disposition", "by_type_and_hour", "by_hour_and_weekday", "by_disposition"];

Deno.test("Without any source the defaults hold, and the queries of the mission and of the dashboard are there", () => {
  const settings = load() as unknown as Record<string, Record<string, unknown>>;
  for (const [name, value] of Object.entries(DEFAULTS)) {
    const [section, key] = name.split(".") as [string, string];
    deepEqual(settings[section]![key], value, name);
  }
  const { queries } = load();
  deepEqual(Object.keys(queries), BUILT_IN);
  deepEqual(BUILT_IN.filter((name) => queries[name]!.ui_only), BUILT_IN.slice(2));
  equal(queries["by_type"]!.output_mode, "complete");
  equal(queries["with_disposition"]!.output_mode, "append");
});

Deno.test("A file with any query replaces those that are built in; one without leaves them", () => {
  deepEqual(Object.keys(load({ file: "[query.mine]\nsql = SELECT 1\n" }).queries), ["mine"]);
  deepEqual(Object.keys(load({ file: "[kafka]\ntopic = a\n" }).queries), BUILT_IN);
});

Deno.test("A stream or table of a file stands beside the built-in ones, or in place of its namesake", () => {
  const { streams, tables } = load({
    file: "[stream.trips]\ntopic = trips\ncolumns = id STRING\n" +
      "[stream.calls]\ncolumns = crime_id STRING\n[table.zones]\npath = zones.json\n",
  });
  deepEqual(Object.keys(streams).sort(), ["calls", "trips"]);
  deepEqual(streams["trips"]!.topic, ["trips"]);
  equal(streams["calls"]!.columns, "crime_id STRING");
  deepEqual(Object.keys(tables).sort(), ["radio_code", "zones"]);
});
