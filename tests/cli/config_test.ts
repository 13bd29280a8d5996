import { doesNotMatch, equal, match, ok } from "assert";
import { run } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { runWell } from "./answers.ts";

Deno.test("config show says of each value where it came from, and hides secrets", async () => {
  await using directory = await tempDir();
  await directory.write("app.cfg", "[kafka]\ntopic = from-file\nsasl.password = swordfish\n");
  const { stdout, stderr } = await runWell(
    ["config", "show", "--topic", "from-flag", "--log-level", "debug"],
    {
      cwd: directory.path,
      env: { SFCRIME_ANALYZE_WORKERS: "3", SFCRIME_KAFKA_SSL_KEY_PASSWORD: "halibut", OTHER: "mackerel" },
    },
  );
  match(stdout, /^# app\.cfg\n/);
  match(stdout, /^# flag: --topic\ntopic = from-flag$/m);
  match(stdout, /^# environment: SFCRIME_ANALYZE_WORKERS\nworkers = 3$/m);
  match(stdout, /^# file: app\.cfg:3\nsasl\.password = \(hidden\)$/m);
  match(stdout, /^# default\nsink = console$/m);
  match(stdout, /^# bootstrap_servers is not set$/m);
  doesNotMatch(`${stdout}${stderr}`, /swordfish|halibut|mackerel/);
});

Deno.test("The file is that of --config, else config/app.cfg, else app.cfg; files are never layered", async () => {
  await using directory = await tempDir();
  const topicWith = async (...args: string[]) => {
    const { stdout } = await runWell(["config", "show", ...args], { cwd: directory.path });
    return /^topic = (.*)$/m.exec(stdout)?.[1];
  };
  equal(await topicWith(), "sf-police-calls");
  await directory.write("app.cfg", "[kafka]\ntopic = near\nclient_id = near\n");
  equal(await topicWith(), "near");
  await Deno.mkdir(`${directory.path}/config`);
  await directory.write("config/app.cfg", "[kafka]\ntopic = inner\n");
  equal(await topicWith(), "inner");
  const { stdout } = await runWell(["config", "show"], { cwd: directory.path });
  ok(!stdout.includes("near"));
  await directory.write("other.cfg", "[kafka]\ntopic = other\n");
  equal(await topicWith("--config", "other.cfg"), "other");
  equal(await topicWith("--config", ""), "inner");
});

Deno.test("config check finds what is wrong in any query, and says how many are good", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const good = await runWell(["config", "check"], options);
  equal(good.stdout, "");
  match(good.stderr, /2 queries$/m);
  await directory.write(
    "app.cfg",
    "[query.a]\nsql = SELECT city FROM calls\n[query.b]\nsql = SELECT ciy FROM calls\n",
  );
  const bad = await run(["config", "check"], options);
  equal(bad.code, 2);
  match(bad.stderr, /^sfcrime: Query b, line 1, column 8: .*ciy.*/m);
});

Deno.test("Settings that nothing acts on are warned about where they are set, by config check and by analyze", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path, env: { SFCRIME_UI_PORT: "80" } };
  await directory.write("app.cfg", "[spark]\nmaster = local[2]\n[ui]\nenabled = true\n");
  const warning =
    "warning: These settings have no effect yet: [spark] master (app.cfg:2), [ui] enabled (app.cfg:4), [ui] port (SFCRIME_UI_PORT).\n";
  equal((await runWell(["config", "check", "--quiet"], options)).stderr, warning);
  await runWell(["produce", "--limit", "1"], options);
  const args = ["analyze", "by_type", "--trigger", "once", "--sink", "none", "--quiet"];
  equal((await runWell(args, options)).stderr, warning);
});

Deno.test("An empty data directory or file in the environment counts as none", async () => {
  await using directory = await tempDir();
  const { stderr } = await runWell(["topic", "list"], {
    cwd: directory.path,
    env: { SFCRIME_DATA_DIR: "", SFCRIME_CONFIG: "", SFCRIME_KAFKA_BOOTSTRAP_SERVERS: "" },
  });
  match(stderr, /^Using the embedded broker, \.sfcrime\/broker\.db$/m);
});
