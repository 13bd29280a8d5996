import { equal, match, ok } from "assert";
import { runInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

/** A port on which nothing listens. */
const NOWHERE = "127.0.0.1:1";

Deno.test("--explain prints the plan of each query that is named, and touches neither broker nor directory", async () => {
  await using directory = await tempDir();
  const data = `${directory.path}/data`;
  const flags = ["-b", NOWHERE, "--data-dir", data, "--explain"];
  const { code, stdout, stderr } = await runInProcess(["analyze", "by_type", "with_disposition", ...flags]);
  equal(code, 0, stderr);
  match(stdout, /^query by_type, output mode complete, .*\n {2}stream calls\n/);
  match(
    stdout,
    /\n\nquery with_disposition, .*\n(?: .*\n)* {4}LEFT JOIN radio_code on disposition = radio_code\./,
  );
  ok(await Deno.stat(data).then(() => false, () => true), "the data directory was made");
});

Deno.test("--explain of a query that cannot be is its refusal", async () => {
  const flags = ["-b", NOWHERE, "-X", "query.q.sql=SELECT citi FROM calls", "--explain"];
  const { code, stdout, stderr } = await runInProcess(["analyze", "q", ...flags]);
  equal([code, stdout].join(), "2,", stderr);
  match(stderr, /column citi cannot be resolved/);
});
