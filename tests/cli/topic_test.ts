import { equal, match } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("Topics are made, listed, described and deleted, and each failure names the topic", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const topic = (...args: string[]) => runInProcess(["topic", ...args], options);
  equal((await topic("list")).stdout, "");
  const created = await topic("create", "calls", "--partitions", "3");
  equal(created.code, 0);
  match(created.stderr, /^Created topic calls \(3 partitions, keeps records forever\)$/m);
  const again = await topic("create", "calls");
  equal(again.code, 1);
  match(again.stderr, /^sfcrime: Topic calls already exists\.$/m);
  equal((await topic("create", "other")).code, 0);
  equal((await topic("list")).stdout, "calls\nother\n");
  match(
    (await topic("describe", "calls")).stdout,
    /^Topic calls, 3 partitions, id \S+\n {2}keeps records forever\n( {2}partition \d: leader 0, replicas 0, in sync 0\n){3}$/,
  );
  await succeedInProcess(["produce", "--topic", "other", "--input", "sample", "--limit", "5"], options);
  equal((await topic("offsets", "other")).stdout, "other-0: 0 to 5 (5 offsets)\n");
  equal(
    (await topic("offsets", "calls")).stdout,
    [0, 1, 2].map((partition) => `calls-${partition}: 0 to 0 (0 offsets)\n`).join(""),
  );
  equal((await topic("delete", "other")).code, 0);
  equal((await topic("list")).stdout, "calls\n");
  for (const verb of ["delete", "describe", "offsets"]) {
    const missing = await topic(verb, "other");
    equal(missing.code, 1, verb);
    match(missing.stderr, /Topic other does not exist/);
  }
});
