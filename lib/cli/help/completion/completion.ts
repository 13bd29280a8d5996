/** `sfcrime completion`: prints the script that completes the command line in a shell. */
import { Argument, type Command } from "commander";
import { SfcrimeError } from "../../../base/errors.ts";
import type { Io } from "../../io.ts";
import { HOW, SCRIPTS, type Shell } from "./scripts.ts";

/** Adds the verb's argument and its action. */
export function addCompletion(command: Command, io: Io): void {
  const shells = Object.keys(SCRIPTS);
  command.addArgument(new Argument("<shell>", shells.join(", ").replace(/, (\w+)$/, " or $1")));
  const ways = Object.values(HOW).map((way) => `  ${way}`);
  command.addHelpText("after", ["", "To have it in each new shell:", ...ways].join("\n"));
  command.action(async (shell: string) => {
    if (!Object.hasOwn(SCRIPTS, shell)) {
      throw new SfcrimeError("USAGE", `Shell ${JSON.stringify(shell)}: expected ${shells.join(", ")}.`);
    }
    await io.stdout.write(await Deno.readFile(SCRIPTS[shell as Shell]));
  });
}
