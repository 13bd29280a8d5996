import { equal, ok } from "assert";
import { cp } from "node:fs/promises";
import { EXAMPLES } from "../../lib/cli/help/examples.ts";
import { callServer } from "../support/dispatched_calls.ts";
import { type RunOptions, start } from "../support/program.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { shellWords } from "../support/shell_words.ts";
import { tempDir } from "../support/temp_dir.ts";

/** The words after the name of the program. */
function wordsOf(line: string): string[] {
  const [program, ...words] = shellWords(line);
  equal(program, "sfcrime");
  return words;
}

/** Examples that go on until they are interrupted, and what they say when they are under way. */
const ENDLESS: Readonly<Record<string, RegExp>> = {
  "sfcrime consume --from -5 --format ndjson": /"topic":/,
  "sfcrime consume --group night-shift": /crime_id/,
  "sfcrime analyze --ui --trigger 2s": /Batch: 0/,
  "sfcrime analyze with_disposition --sink ndjson": /original_crime_type_name/,
  "sfcrime ui --checkpoint checkpoints": /Dashboard/,
  "sfcrime produce --source datasf --from -1d": /Waiting for new rows/,
};

/** It has tests of its own, and takes a while. */
const ELSEWHERE: readonly string[] = ["sfcrime demo"];

async function runExample(
  line: string,
  { cwd, env }: Required<Pick<RunOptions, "cwd" | "env">>,
): Promise<void> {
  const endless = ENDLESS[line];
  if (endless === undefined) {
    await succeedInProcess(wordsOf(line), { cwd, stdin: '{"trip": 1}\n' });
    return;
  }
  const running = start([...wordsOf(line), "-X", "ui.port=0"], { cwd, env });
  await running.until(({ stdout, stderr }) => endless.test(stdout) || endless.test(stderr));
  running.kill("SIGINT");
  equal((await running.ended()).code, 0, `${line}\n${running.stderr}`);
}

Deno.test("Every example of a help text works, each beside those of its command", async () => {
  await using base = await tempDir();
  await using openData = callServer({ closed: [1], latest: [2] });
  const env = { SFCRIME_DATASF_URL: openData.url };
  await base.write("calls.json", '[{"crime_id": "1", "address": "100 Market St"}]\n');
  await base.write("notes.txt", "desk:quiet night\n");
  const cwd = base.path;
  await succeedInProcess(["produce", "--limit", "500"], { cwd });
  await succeedInProcess(
    ["analyze", "by_type", "--trigger", "available-now", "--checkpoint", "checkpoints"],
    { cwd },
  );
  await succeedInProcess(["consume", "--group", "night-shift", "-n", "10"], { cwd });
  const done = new Set(ELSEWHERE);
  for (const [command, examples] of Object.entries(EXAMPLES)) {
    await using directory = await tempDir();
    const copy = `${directory.path}/of-${command.replace(" ", "-")}`;
    await cp(cwd, copy, { recursive: true });
    for (const { line } of examples) {
      ok(line.startsWith(`sfcrime ${command}`), line);
      if (done.has(line)) continue;
      done.add(line);
      await runExample(line, { cwd: copy, env });
    }
  }
});
