import { equal, match, ok } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { ROOT } from "../support/task.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("config init writes the explained file, which changes nothing and is read from then on", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  const values = async () => {
    const { stdout } = await succeedInProcess(["config", "show"], { cwd });
    return stdout.replaceAll(/\n {4}/g, " ").split("\n").filter((line) =>
      line !== "" && !line.startsWith("#")
    ).toSorted();
  };
  const before = await values();
  const { stdout, stderr } = await succeedInProcess(["config", "init"], { cwd });
  equal(stdout, "");
  match(stderr, /Wrote app\.cfg\.$/m);
  equal(await Deno.readTextFile(`${cwd}/app.cfg`), await Deno.readTextFile(`${ROOT}config/app.cfg`));
  match((await succeedInProcess(["config", "check"], { cwd })).stderr, /Configuration OK \(app\.cfg\)/);
  equal((await values()).join("\n"), before.join("\n"));
});

Deno.test("config init leaves a file that exists as it is, and says where else it may write", async () => {
  await using directory = await tempDir();
  await directory.write("app.cfg", "[kafka]\ntopic = mine\n");
  const { code, stderr } = await runInProcess(["config", "init"], { cwd: directory.path });
  equal(code, 2);
  match(stderr, /^sfcrime: app\.cfg exists already.*\n {2}Name another file with --output/m);
  equal(await Deno.readTextFile(`${directory.path}/app.cfg`), "[kafka]\ntopic = mine\n");
});

Deno.test("config init --output - prints the file; another name has to be given with --config, and is said to", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  const { stdout } = await succeedInProcess(["config", "init", "--output", "-"], { cwd });
  equal(stdout, await Deno.readTextFile(`${ROOT}config/app.cfg`));
  match(
    (await succeedInProcess(["config", "init", "--output", "other.cfg"], { cwd })).stderr,
    /Wrote other\.cfg\. It is read with --config other\.cfg\.$/m,
  );
  await Deno.mkdir(`${cwd}/config`);
  await Deno.rename(`${cwd}/other.cfg`, `${cwd}/config/app.cfg`);
  match(
    (await succeedInProcess(["config", "init"], { cwd })).stderr,
    /Wrote app\.cfg\. config\/app\.cfg is read in its place\. It is read with --config app\.cfg\.$/m,
  );
  const { code, stderr } = await runInProcess(["config", "init", "--output", "none/x.cfg"], { cwd });
  equal(code, 1);
  ok(stderr.startsWith("sfcrime: Cannot write none/x.cfg: "), stderr);
});
