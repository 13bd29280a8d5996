import { deepEqual, equal, match, ok } from "assert";
import { denoDirectory } from "../support/cache.ts";
import { hasProgram } from "../support/has_program.ts";
import { freePorts } from "../support/ports.ts";
import { programWords } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { startOnTerminal } from "../support/terminal.ts";

/** What the program answers a shell. */
async function answer(words: readonly string[], cwd?: string): Promise<{ kind: string; words: string[] }> {
  const { stdout, stderr } = await succeedInProcess(
    ["complete", "--", ...words],
    cwd === undefined ? {} : { cwd },
  );
  equal(stderr, "");
  const [kind, ...lines] = stdout.trimEnd().split("\n");
  return { kind: kind!, words: lines.map((line) => line.split("\t")[0]!) };
}

const wordsFor = async (...words: readonly string[]) => (await answer(words)).words;

Deno.test("Commands, options and values are completed by what is before them", async () => {
  deepEqual(await wordsFor("con"), ["consume", "config"]);
  deepEqual(await wordsFor("topic", "de"), ["describe", "delete"]);
  deepEqual(await wordsFor("--topic", "x", "topic", "li"), ["list"]);
  deepEqual(await wordsFor("produce", "--compr"), ["--compression"]);
  deepEqual(await wordsFor("produce", "--data"), ["--data-dir"]);
  deepEqual(await wordsFor("produce", "--compression", ""), ["none", "gzip", "snappy", "lz4", "zstd"]);
  deepEqual(await wordsFor("produce", "--compression=z"), ["--compression=zstd"]);
  deepEqual(await wordsFor("consume", "--quiet", "--log-level", "d"), ["debug"]);
  deepEqual(await wordsFor("completion", ""), ["bash", "zsh", "fish"]);
  deepEqual(await wordsFor("help", "topic", "off"), ["offsets"]);
  deepEqual(await wordsFor("help", "sq"), ["sql"]);
  deepEqual(await wordsFor("-X", "analyze.late"), ["analyze.late_rows="]);
  deepEqual(await wordsFor("analyze", "nothing-of", "--", "--si"), []);
  ok(!(await wordsFor("")).includes("complete"));
  ok(!(await wordsFor("consume", "-")).includes("-C"));
});

Deno.test("Files and directories are left to the shell", async () => {
  equal((await answer(["--config", ""])).kind, "files");
  equal((await answer(["analyze", "--checkpoint", ""])).kind, "directories");
  equal((await answer(["spark-job", ""])).kind, "directories");
});

Deno.test("Queries are those of the configuration, topics and groups those of the broker that the words name", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  await directory.write(
    "q.cfg",
    "[query.arrivals]\nsql = SELECT\n  city FROM calls\n[query.areas]\nsql = SELECT 1 FROM calls\n",
  );
  deepEqual((await answer(["--config", "q.cfg", "analyze", "ar"], cwd)).words, ["arrivals", "areas"]);
  deepEqual((await answer(["analyze", "--config", "q.cfg", "arrivals", "ar"], cwd)).words, ["areas"]);
  deepEqual((await answer(["topic", "describe", ""], cwd)).words, []);
  deepEqual(
    [...Deno.readDirSync(cwd)].map(({ name }) => name),
    ["q.cfg"],
    "a question has left something behind",
  );
  for (const topic of ["trips", "trams"]) await succeedInProcess(["topic", "create", topic], { cwd });
  deepEqual((await answer(["topic", "describe", "tr"], cwd)).words.toSorted(), ["trams", "trips"]);
  deepEqual((await answer(["consume", "--topic", "tri"], cwd)).words, ["trips"]);
  deepEqual((await answer(["consume", "tri"], cwd)).words, ["trips"]);
  deepEqual((await answer(["topic", "create", "tri"], cwd)).words, []);
  await succeedInProcess(["produce", "trips", "--input", "-"], { cwd, stdin: '{"km":1}\n' });
  await succeedInProcess(["consume", "trips", "--group", "night-shift", "--exit-at-end"], { cwd });
  deepEqual((await answer(["group", "describe", "ni"], cwd)).words, ["night-shift"]);
  deepEqual((await answer(["consume", "--group", "ni"], cwd)).words, ["night-shift"]);
  deepEqual((await answer(["--data-dir", "other", "topic", "describe", ""], cwd)).words, []);
});

Deno.test("Whatever is wrong, there is an answer, and nothing else", async () => {
  const [port] = freePorts(1);
  for (
    const words of [
      ["-b", `127.0.0.1:${port}`, "topic", "describe", ""],
      ["--config", "no.cfg", "analyze", ""],
      ["consume", "--timeout-ms", "1", "--from", ""],
      ["--version", "con"],
      ["-X", "kafka.nothing=1", "topic", "delete", ""],
      ["nothing", ""],
    ]
  ) {
    const { code, stdout, stderr } = await runInProcess(["complete", "--", ...words]);
    equal(code, 0, words.join(" "));
    match(stdout, /^words\n/, words.join(" "));
    equal(stderr, "", words.join(" "));
  }
});

Deno.test("A shell without a script is refused with those that have one", async () => {
  const { code, stderr } = await runInProcess(["completion", "tcsh"]);
  equal(code, 2);
  equal(stderr, 'sfcrime: Shell "tcsh": expected bash, zsh, fish.\n');
});

/** A shell, how it is started without anybody's settings, and how it is told of the completion. */
const SHELLS: Readonly<Record<string, { readonly args: readonly string[]; readonly setup: string }>> = {
  bash: {
    args: ["--norc", "--noprofile", "-i"],
    setup: "bind 'set show-all-if-ambiguous on'; source <(sfcrime completion bash)",
  },
  zsh: {
    args: ["-f", "-i"],
    setup: "autoload -Uz compinit && compinit -D -u; source <(sfcrime completion zsh)",
  },
  fish: { args: ["--no-config", "-i"], setup: "sfcrime completion fish | source" },
};

/** What is typed before Tab, and what has to be on the screen then. */
const LINES: readonly (readonly [line: string, shown: readonly RegExp[]])[] = [
  ["sfcrime con", [/\bconfig\b/, /\bconsume\b/]],
  ["sfcrime topic describe tr", [/\btrips\b/, /\btrams\b/]],
  ["sfcrime --topic trips produce --compression=zs", [/--compression=zstd/]],
  ["sfcrime --config q", [/--config q\.cfg/]],
];

for (const [shell, { args, setup }] of Object.entries(SHELLS)) {
  Deno.test({
    name: `${shell} completes commands, topics, values and files at the press of Tab`,
    ignore: !hasProgram(shell),
    async fn() {
      await using directory = await tempDir();
      const cwd = directory.path;
      await directory.write("q.cfg", "");
      for (const topic of ["trips", "trams"]) await succeedInProcess(["topic", "create", topic], { cwd });
      const quoted = programWords().map((word) => `'${word}'`).join(" ");
      await Deno.mkdir(`${cwd}/bin`);
      await Deno.writeTextFile(`${cwd}/bin/sfcrime`, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
      const terminal = startOnTerminal(args, {
        executable: shell,
        cwd,
        env: { PATH: `${cwd}/bin:${Deno.env.get("PATH")}`, HOME: cwd, DENO_DIR: denoDirectory(), PS1: "> " },
        columns: 120,
        rows: 30,
      });
      const screen = () => terminal.screen().join("\n");
      terminal.type(`${setup}; echo set"-"up\r`);
      await terminal.until(() => /^set-up/m.test(screen()));
      for (const [line, shown] of LINES) {
        terminal.type(`${line}\t`);
        await terminal.until(() => shown.every((pattern) => pattern.test(screen())));
        // The line is left, and with it what is below.
        terminal.type("\x15");
        terminal.type("clear; echo next\r");
        await terminal.until(() => /^next/.test(screen()));
      }
      terminal.type("exit\r");
      await terminal.ended();
    },
  });
}
