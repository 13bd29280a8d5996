import { deepEqual, equal, ok, throws } from "assert";
import fc from "fast-check";
import { specificApplies } from "../../../lib/config/effective.ts";
import type { Settings } from "../../../lib/config/settings.ts";
import { load } from "./sources.ts";

/** One key of every section: four texts, for flag, environment, file and default, and what each is read as. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [text: string, value: unknown])[]>> = {
  "kafka.num_partitions": [["7", 7], ["6", 6], ["5", 5], ["", 1]],
  "kafka.topic": [["a", "a"], ["b", "b"], ["c", "c"], ["", "sf-police-calls"]],
  "kafka.bootstrap_servers": [
    ["a:1,b:2", ["a:1", "b:2"]],
    ["b", ["b:9092"]],
    ["[::1]:3", ["[::1]:3"]],
    ["", undefined],
  ],
  "producer.interval": [["2s", 2_000], ["1 minute", 60_000], ["5ms", 5], ["", undefined]],
  "consumer.from": [["-5", { lastRecords: 5 }], ["end", "end"], ["beginning", "beginning"], [
    "",
    "committed",
  ]],
  "analyze.trigger": [
    ["once", { kind: "once" }],
    ["available-now", { kind: "available-now" }],
    ["0", { kind: "processing-time", intervalMs: 0 }],
    ["", { kind: "processing-time", intervalMs: 10_000 }],
  ],
  "spark.max_rate_per_partition": [["2.5", 2.5], ["10", 10], ["1e3", 1_000], ["", undefined]],
  "ui.enabled": [["yes", true], ["off", false], ["TRUE", true], ["", false]],
  "logging.level": [
    ["debug", { level: "debug", parts: {} }],
    ["kafka=debug", { level: "info", parts: { kafka: "debug" } }],
    ["WARNING, Analyze = error", { level: "warning", parts: { analyze: "error" } }],
    ["", { level: "info", parts: {} }],
  ],
};

function at(settings: Settings, name: string): unknown {
  const [section, key] = name.split(".") as [keyof Settings, string];
  return (settings[section] as unknown as Record<string, unknown>)[key];
}

Deno.test("A flag wins over the environment, that over the file, and that over the default", () => {
  for (const [name, [flag, environment, file, byDefault]] of Object.entries(EXAMPLES)) {
    const [section, key] = name.split(".") as [string, string];
    const variable = `SFCRIME_${section}_${key}`.toUpperCase();
    fc.assert(fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (hasFlag, hasVariable, hasFile) => {
      const settings = load({
        flags: hasFlag ? { [name]: flag![0] } : {},
        environment: hasVariable ? { [variable]: environment![0] } : {},
        file: hasFile ? `[${section}]\n${key} = ${file![0]}\n` : "",
      });
      const [origin, place, winner] = hasFlag
        ? ["flag", `--${key}`, flag!]
        : hasVariable
        ? ["environment", variable, environment!]
        : hasFile
        ? ["file", "app.cfg:2", file!]
        : ["default", "default", byDefault!];
      deepEqual(at(settings, name), winner[1], name);
      equal(settings.provenance.get(name)?.origin, origin);
      equal(settings.provenance.get(name)?.place, place);
    }));
  }
});

Deno.test("An empty value counts as unset, wherever it stands", () => {
  const file = "[kafka]\ntopic = calls\nnum_partitions =\n";
  for (
    const given of [
      { flags: { "kafka.topic": "" } },
      { environment: { SFCRIME_KAFKA_TOPIC: "" } },
      { properties: ["kafka.topic="] },
      {
        flags: { "kafka.topic": "" },
        environment: { SFCRIME_KAFKA_TOPIC: "" },
        properties: ["kafka.topic="],
      },
    ]
  ) {
    const { kafka } = load({ ...given, file });
    equal(kafka.topic, "calls");
    equal(kafka.num_partitions, 1);
  }
  equal(load({ file: "[stream.calls]\ncolumns =\n" }).streams["calls"]!.columns?.includes("crime_id"), true);
});

Deno.test("-X sets a setting by section.key, and a client property by its name", () => {
  const settings = load({
    properties: [
      "kafka.topic=other",
      "security.protocol=SSL",
      "query.by_type.trigger=once",
      "sasl.password= a=b ",
    ],
    environment: { SFCRIME_KAFKA_TOPIC: "env", SFCRIME_KAFKA_SASL_USERNAME: "me" },
    file: "[kafka]\nsasl.username = nobody\nssl.ca.location = ca.pem\n",
  });
  equal(settings.kafka.topic, "other");
  deepEqual(settings.queries["by_type"]!.trigger, { kind: "once" });
  deepEqual({ ...settings.clientProperties }, {
    "security.protocol": "SSL",
    "sasl.username": "me",
    "sasl.password": "a=b",
    "ssl.ca.location": "ca.pem",
  });
});

Deno.test("A query's own value holds against the general one, unless that has the higher precedence", () => {
  const [own, general] = ["query.by_type.trigger", "analyze.trigger"];
  const query = "[query.by_type]\nsql = SELECT 1\ntrigger = 1s\n";
  ok(specificApplies(load({ file: `${query}[analyze]\ntrigger = 2s\n` }), own, general));
  ok(!specificApplies(load({ file: query, flags: { [general]: "3s" } }), own, general));
  ok(!specificApplies(load({ file: query, environment: { SFCRIME_ANALYZE_TRIGGER: "3s" } }), own, general));
  ok(specificApplies(load({ file: query, flags: { [general]: "" } }), own, general));
  ok(!specificApplies(load({ file: "[analyze]\ntrigger = 2s\n" }), own, general));
});

Deno.test("Settings are frozen through and through", () => {
  const settings = load({ file: "[kafka]\nbootstrap_servers = a,b\n[analyze]\ntrigger = 3s\n" });
  const frozen: unknown[] = [
    settings,
    settings.kafka,
    settings.kafka.bootstrap_servers,
    settings.analyze.trigger,
    settings.analyze.watermark,
    settings.queries,
    settings.queries["by_type"],
    settings.streams["calls"],
    settings.clientProperties,
  ];
  for (const value of frozen) ok(Object.isFrozen(value));
  throws(() => Object.assign(settings.kafka, { topic: "other" }), TypeError);
});
