import { deepEqual, ok, throws } from "assert";
import { renderSettings, settingsJson } from "../../../lib/cli/config.ts";
import { load } from "./sources.ts";

Deno.test("What config show prints is a file that makes the same settings", () => {
  const settings = load({
    file: "[kafka]\ntopic = calls\nbootstrap_servers = a:1,b:2\n[query.long]\n" +
      "sql = SELECT a,\n  b -- #1\n  FROM calls\n",
    environment: { SFCRIME_ANALYZE_TIME_ZONE: "America/Los_Angeles" },
    flags: { "producer.rate": "500" },
    properties: ["security.protocol=ssl"],
  });
  const shown = renderSettings(settings);
  const again = load({ file: shown });
  const { file: _, provenance: __, ...values } = settings;
  const { file: ___, provenance: ____, ...valuesAgain } = again;
  deepEqual(valuesAgain, values);
  for (const origin of ["# file: app.cfg:2", "# environment: SFCRIME_ANALYZE_TIME_ZONE", "# flag: --rate"]) {
    ok(shown.includes(`${origin}\n`), shown);
  }
});

Deno.test("config show --json has every value with its source, and those that are not set as null", () => {
  const settings = load({
    file: "[kafka]\ntopic = calls\n[query.x]\nsql = SELECT 1\n",
    environment: { SFCRIME_KAFKA_SASL_PASSWORD: "open-sesame" },
    properties: ["security.protocol=ssl"],
  });
  const { file, settings: sections } = JSON.parse(settingsJson(settings));
  deepEqual(file, "app.cfg");
  deepEqual(sections.kafka.topic, { value: "calls", origin: "file", place: "app.cfg:2" });
  deepEqual(sections["query.x"].sql, { value: "SELECT 1", origin: "file", place: "app.cfg:4" });
  deepEqual(sections.kafka.bootstrap_servers.value, null);
  deepEqual(sections.kafka["security.protocol"].value, "ssl");
  deepEqual(sections.kafka["sasl.password"].value, "(hidden)");
  ok(!settingsJson(settings).includes("sesame"));
});

Deno.test("The token in a connection string is never shown", () => {
  const remote = "sc://host:15002/;user_id=ada;token=open-sesame";
  for (
    const settings of [
      load({ file: `[spark]\nremote = ${remote}\n` }),
      load({ environment: { SPARK_REMOTE: remote } }),
    ]
  ) {
    deepEqual(settings.spark.remote?.token, "open-sesame");
    ok(!renderSettings(settings).includes("sesame"));
  }
  throws(
    () => load({ properties: ["spark.remote=sc://host:0/;token=open-sesame"] }),
    (error: Error) => error.message.includes("expected sc://HOST:PORT") && !error.message.includes("sesame"),
  );
});
