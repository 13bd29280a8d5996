import { deepEqual } from "assert";
import { run } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { checkDemo } from "./answers.ts";

Deno.test("The demo prints its tables and sums, and leaves nothing behind, whatever is configured", async () => {
  await using directory = await tempDir();
  await using temporary = await tempDir();
  await directory.write("app.cfg", "[kafka]\nbootstrap_servers = 127.0.0.1:1\ntopic = mine\n");
  checkDemo(
    await run(["demo"], {
      cwd: directory.path,
      env: { SFCRIME_KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1", TMPDIR: temporary.path },
    }),
  );
  deepEqual([...Deno.readDirSync(temporary.path)], []);
  deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name), ["app.cfg"]);
});
