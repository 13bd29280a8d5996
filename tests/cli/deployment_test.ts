/** The services for systemd and the image for Docker start the program as it is. */
import { deepEqual, equal, match, ok } from "assert";
import { basename, join } from "node:path";
import { TARGETS } from "../build/targets.ts";
import { runTool } from "../support/cache.ts";
import { run, start } from "../support/program.ts";
import { runInProcess } from "../support/program_in_process.ts";
import { ROOT } from "../support/task.ts";
import { tempDir } from "../support/temp_dir.ts";
import { whenTrue } from "../support/when_true.ts";
import { runWell } from "./answers.ts";

const DEPLOY = join(ROOT, "config/deploy");
const systemd = await runTool("systemd-analyze", ["--version"]).catch(() => undefined);

/** The values of settings in a file of systemd, of those that come several times the last one. */
function settingsIn(text: string): Map<string, string> {
  return new Map(
    text.split("\n").filter((line) => /^\w+=/.test(line)).map((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line)!;
      return [name!, value!];
    }),
  );
}

const serviceFile = (verb: string) => join(DEPLOY, `sfcrime-${verb}.service`);
const SETTINGS = settingsIn(Deno.readTextFileSync(serviceFile("analyze")));
const OF_PRODUCE = settingsIn(Deno.readTextFileSync(serviceFile("produce")));

/** What the page on installing adds to a service. */
const [, DROP_IN = ""] = /```ini\n(\[Service\]\n[^]*?)```/.exec(
  Deno.readTextFileSync(join(ROOT, "docs/install.md")),
) ?? [];

/** The arguments of a service's command, in a directory. */
function argsOf(settings: ReadonlyMap<string, string>, directory: string): string[] {
  return settings.get("ExecStart")!
    .replace("${CREDENTIALS_DIRECTORY}", directory)
    .replace("${STATE_DIRECTORY}", join(directory, "state"))
    .split(" ").slice(1);
}

/** The instructions of the Dockerfile, by stage. */
const STAGES = Deno.readTextFileSync(join(DEPLOY, "Dockerfile")).split(/^(?=FROM )/m).map((stage) =>
  stage.split("\n").filter((line) => /^[A-Z]+ /.test(line))
);

Deno.test("The service's command is the program's, and a mistake in its configuration is not tried again", async () => {
  await using directory = await tempDir();
  const args = argsOf(SETTINGS, directory.path);
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

Deno.test("The service of produce sends what is added to its input, and goes on where it was killed", async () => {
  await using directory = await tempDir();
  await directory.write("calls.ndjson", '{"n":1}\n');
  await directory.write("app.cfg", "[kafka]\ntopic = numbers\n[producer]\ninput = calls.ndjson\n");
  const args = argsOf(OF_PRODUCE, directory.path);
  const common = args.slice(0, args.indexOf("produce"));
  const consume = ["consume", "-e", "--from", "beginning", "-f", "value", ...common];
  for (const count of [2, 3]) {
    const running = start(args, { cwd: directory.path });
    await running.until(({ stderr }) => /Producing calls\.ndjson to topic numbers/.test(stderr));
    const added = `{"n":${count}}\n`;
    await Deno.writeTextFile(join(directory.path, "calls.ndjson"), added, { append: true });
    await whenTrue(
      async () => (await runInProcess(consume, { cwd: directory.path })).stdout.includes(added),
      {
        withinMs: 60_000,
        failure: () => `${added} was not sent`,
      },
    );
    running.kill("SIGKILL");
    await running.ended();
  }
  const { stdout } = await runInProcess(consume, { cwd: directory.path });
  equal(stdout, '{"n":1}\n{"n":2}\n{"n":3}\n');
});

Deno.test("What the page on installing adds to a service is a secret that the program reads", async () => {
  await using directory = await tempDir();
  const added = settingsIn(DROP_IN);
  const [credential] = added.get("LoadCredential")!.split(":");
  const [variable, path] = added.get("Environment")!.split("=");
  equal(path, `%d/${credential}`);
  const secret = await directory.write(credential!, "open sesame\n");
  const { code, stdout } = await runInProcess(["config", "show"], {
    cwd: directory.path,
    env: { [variable!]: secret },
  });
  equal(code, 0);
  match(stdout, new RegExp(`sasl\\.password_file = ${secret}`));
});

Deno.test({
  name: "systemd knows each setting of the services, and rates their exposure as OK",
  ignore: systemd === undefined,
  async fn() {
    await using directory = await tempDir();
    // It looks whether the program is there.
    const program = join(directory.path, "sfcrime");
    await Deno.writeTextFile(program, "", { mode: 0o755 });
    for (const verb of ["analyze", "produce"]) {
      const text = (await Deno.readTextFile(serviceFile(verb))).replace("/usr/local/bin/sfcrime", program);
      const service = await directory.write(basename(serviceFile(verb)), text);
      await Deno.mkdir(`${service}.d`);
      await Deno.writeTextFile(join(`${service}.d`, "override.conf"), DROP_IN);
      const verified = await new Deno.Command("systemd-analyze", { args: ["verify", "--man=no", service] })
        .output();
      equal(new TextDecoder().decode(verified.stderr), "");
      ok(verified.success);
      // In tenths; from 1.0 it is OK, from 2.0 on as well, but with less.
      await runTool("systemd-analyze", ["security", "--offline=true", "--threshold=15", service]);
    }
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
