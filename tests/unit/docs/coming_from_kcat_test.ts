import { deepEqual, equal, match } from "assert";
import { shellWords } from "../../support/shell_words.ts";
import { succeedInProcess } from "../../support/program_in_process.ts";
import { tempDir } from "../../support/temp_dir.ts";

const PAGE = Deno.readTextFileSync(new URL("../../../docs/coming_from_kcat.md", import.meta.url));

/** What each line of the page prints after two records were produced, in their order. */
const PRINTED: readonly ((stdout: string) => void)[] = [
  (stdout) => equal(stdout, ""),
  (stdout) => match(stdout, /^trips\b/m),
  (stdout) => equal(stdout.trim().split("\n").length, 2),
  (stdout) => match(stdout, /^trips 0 1 \{"km":2\}\n$/),
  (stdout) =>
    deepEqual(stdout.trim().split("\n").map((line) => JSON.parse(line).value), ['{"km":1}', '{"km":2}']),
  (stdout) => equal(stdout.trim().split("\n").length, 2),
];

Deno.test("The lines of kcat that the page shows do what they do in kcat, on the embedded broker", async () => {
  await using directory = await tempDir();
  await directory.write("trips.ndjson", '{"km":1}\n{"km":2}\n');
  const lines = /```sh\n(.*?)```/s.exec(PAGE)![1]!.trim().split("\n");
  equal(lines.length, PRINTED.length);
  for (const [index, line] of lines.entries()) {
    const [, ...words] = shellWords(line);
    PRINTED[index]!((await succeedInProcess(words, { cwd: directory.path })).stdout);
  }
});
