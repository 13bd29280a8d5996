import { deepEqual, ok } from "assert";
import { succeedInProcess } from "../support/program_in_process.ts";
import { run } from "../support/program.ts";
import { hasProgram } from "../support/has_program.ts";
import { tempDir } from "../support/temp_dir.ts";

/** The long options that a text names. */
function optionsIn(text: string): Set<string> {
  return new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option));
}

const hasMandoc = hasProgram("mandoc");

Deno.test({
  name: "The manual page has the options of each help text, and mandoc has nothing to say against it",
  ignore: !hasMandoc,
  async fn() {
    const { stdout } = await succeedInProcess(["man"]);
    await using directory = await tempDir();
    const page = await directory.write("sfcrime.1", stdout);
    const mandoc = (...args: readonly string[]) => run([...args, page], { executable: "mandoc" });
    const complaints = (await mandoc("-T", "lint", "-W", "warning")).stdout.trim().split("\n");
    // The program does not know when it was written.
    deepEqual(complaints.filter((line) => !line.includes("missing date")), []);
    const rendered = (await mandoc("-T", "ascii", "-O", "width=200")).stdout;
    // deno-lint-ignore no-control-regex
    const text = rendered.replaceAll(/.\x08/g, "");
    for (
      const heading of ["NAME", "SYNOPSIS", "COMMANDS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES"]
    ) {
      ok(new RegExp(`^${heading}$`, "m").test(text), heading);
    }
    const known = optionsIn(text);
    for (const verb of await verbs()) {
      const { stdout: help } = await succeedInProcess([verb, "--help"]);
      deepEqual([...optionsIn(help)].filter((one) => !known.has(one)), [], verb);
      ok(text.includes(`sfcrime ${verb}`), verb);
    }
  },
});

async function verbs(): Promise<string[]> {
  const [list = ""] = (await succeedInProcess(["--help"])).stdout.split("\nCommands:\n")[1]?.split("\n\n") ??
    [];
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, verb]) => verb!);
}
