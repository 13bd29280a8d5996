/**
 * The commands that README shows, and a shell to run them in: a directory that has `./sfcrime`, started from
 * source with the permissions that it has for its users.
 */
import { join } from "node:path";
import { programWords } from "./program.ts";
import { ROOT } from "./task.ts";

/** How commands are to be run: as tasks, on the embedded broker, on a Kafka, or with a schema registry. */
export type HowToRun = "tasks" | "embedded" | "kafka" | "registry";

/** A command, and what the block it stands in says of how to run it. */
export interface ReadmeCommand {
  readonly how: HowToRun;
  readonly command: string;
}

/** All commands, in their order. @throws {Error} For a block of commands that does not say how it is run. */
export function readmeCommands(readme: string): ReadmeCommand[] {
  const blocks = [
    ...readme.matchAll(/(?:<!-- run: (tasks|embedded|kafka|registry) -->\n\n)?```sh\n(.*?)```/gs),
  ];
  return blocks.flatMap(([block, how, text]) => {
    if (how === undefined) throw new Error(`No test runs this block:\n${block}`);
    return text!.trimEnd().split(/(?<!\\)\n/).map((command) => ({ how: how as HowToRun, command }));
  });
}

/** What a command came to. */
export interface ShellResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** See the module's description. */
export class ReadmeShell implements AsyncDisposable {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<ReadmeShell> {
    const directory = await Deno.makeTempDir({ prefix: "sfcrime-readme-" });
    const quoted = programWords().map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(join(directory, "sfcrime"), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
    await Deno.symlink(join(ROOT, "config"), join(directory, "config"));
    return new ReadmeShell(directory);
  }

  /** Writes a file that commands read. */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(join(this.#directory, name), text);
  }

  /** Runs one command as a shell would; the failure of any part of a pipe is its failure. */
  async run(command: string, environment: Readonly<Record<string, string>> = {}): Promise<ShellResult> {
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-euo", "pipefail", "-c", command],
      cwd: this.#directory,
      env: { ...environment },
      stdin: "null",
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
    return { code, stdout: out, stderr: err };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}
