/** The service for systemd and the image for Docker start the program as it is. */
import { deepEqual, equal, match, ok } from "assert";
import { basename, join } from "node:path";
import { TARGETS } from "../build/targets.ts";
import { runTool } from "../support/cache.ts";
import { run } from "../support/program.ts";
import { ROOT } from "../support/task.ts";
import { tempDir } from "../support/temp_dir.ts";
import { runWell } from "./answers.ts";

const DEPLOY = join(ROOT, "config/deploy");
const SERVICE = join(DEPLOY, "sfcrime-analyze.service");
const systemd = await runTool("systemd-analyze", ["--version"]).catch(() => undefined);

/** The values of the service's settings, of those that come several times the last one. */
const SETTINGS = new Map(
  Deno.readTextFileSync(SERVICE).split("\n").filter((line) => /^\w+=/.test(line)).map((line) => {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line)!;
    return [name!, value!];
  }),
);

/** The instructions of the Dockerfile, by stage. */
const STAGES = Deno.readTextFileSync(join(DEPLOY, "Dockerfile")).split(/^(?=FROM )/m).map((stage) =>
  stage.split("\n").filter((line) => /^[A-Z]+ /.test(line))
);

Deno.test("The service's command is the program's, and a mistake in its configuration is not tried again", async () => {
  await using directory = await tempDir();
  const [, ...args] = SETTINGS.get("ExecStart")!
    .replace("${CREDENTIALS_DIRECTORY}", directory.path)
    .replace("${STATE_DIRECTORY}", join(directory.path, "state"))
    .split(" ");
  const [credential, source] = SETTINGS.get("LoadCredential")!.split(":");
  equal(basename(source!), credential);
  const config = join(directory.path, credential!);
  const options = { cwd: directory.path };
  await Deno.writeTextFile(config, "[analyze]\ntrigger = never\n");
  const refused = await run(args, options);
  match(refused.stderr, /trigger = "never"/);
  equal(String(refused.code), SETTINGS.get("RestartPreventExitStatus"));
  await Deno.writeTextFile(config, "[analyze]\ntrigger = available-now\nsink = none\n");
  await runWell(["produce", "--limit", "10", ...args.slice(0, args.indexOf("analyze"))], options);
  const { stderr } = await runWell(args, options);
  match(stderr, /by_type batch 0: 10 records/);
});

Deno.test({
  name: "systemd knows each setting of the service, and rates its exposure as OK",
  ignore: systemd === undefined,
  async fn() {
    await using directory = await tempDir();
    // It looks whether the program is there.
    const program = join(directory.path, "sfcrime");
    await Deno.writeTextFile(program, "", { mode: 0o755 });
    const text = (await Deno.readTextFile(SERVICE)).replace("/usr/local/bin/sfcrime", program);
    const service = await directory.write(basename(SERVICE), text);
    const verified = await new Deno.Command("systemd-analyze", { args: ["verify", "--man=no", service] })
      .output();
    equal(new TextDecoder().decode(verified.stderr), "");
    ok(verified.success);
    // In tenths; from 1.0 it is OK, from 2.0 on as well, but with less.
    await runTool("systemd-analyze", ["security", "--offline=true", "--threshold=15", service]);
  },
});

Deno.test("The image has the program of the archives, runs it without a shell, and not as root", () => {
  const archives = STAGES.flat().flatMap((line) =>
    /^ADD sfcrime-\*-(\S+)\.(tar\.gz) \/$/.exec(line)?.slice(1, 2) ?? []
  );
  deepEqual(archives, TARGETS.filter(({ name }) => name.startsWith("linux-")).map(({ name }) => name));
  const last = STAGES.at(-1)!;
  const valueOf = (name: string) =>
    last.findLast((line) => line.startsWith(`${name} `))!.slice(name.length + 1);
  deepEqual(JSON.parse(valueOf("ENTRYPOINT")), [SETTINGS.get("ExecStart")!.split(" ")[0]]);
  match(valueOf("USER"), /^[1-9]\d*:[1-9]\d*$/);
  ok(
    last.includes(
      `COPY --from=archive --chown=${valueOf("USER")} ${valueOf("VOLUME")} ${valueOf("WORKDIR")}`,
    ),
  );
  equal(valueOf("STOPSIGNAL"), SETTINGS.get("KillSignal"));
  ok(!STAGES.flat().some((line) => line.startsWith("RUN ")));
});
