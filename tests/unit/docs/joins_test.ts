import { equal, ok } from "assert";
import { readmeCommands, ReadmeShell } from "../../support/readme.ts";

const PAGE = Deno.readTextFileSync(new URL("../../../docs/joins.md", import.meta.url));

/** The output that stands behind a command, if any does. */
function shownAfter(command: string): string {
  const [, after = ""] = PAGE.split(`${command}\n\`\`\`\n`);
  return /^\n```json\n(.*?)```/s.exec(after)?.[1] ?? "";
}

Deno.test("Every command of docs/joins.md prints what the page shows, in the order of the page", async (t) => {
  await using shell = await ReadmeShell.open();
  const commands = readmeCommands(PAGE);
  ok(commands.length > 4);
  for (const { command } of commands) {
    await t.step(command, async () => {
      const { code, stdout, stderr } = await shell.run(command);
      equal(code, 0, stderr);
      equal(stdout, shownAfter(command));
    });
  }
});
