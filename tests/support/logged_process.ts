/** A server that another program starts, of whose log a line says that it is ready. The end of the log is kept. */
import { TextLineStream } from "./text_lines.ts";

/** How many lines of the log are kept. */
const LINES_MAX = 400;

/** A running server. */
export interface LoggedProcess {
  readonly pid: number;
  /** What the line that says it is ready has told, group by group. */
  readonly ready: readonly string[];
  /** The end of its log. */
  readonly log: string;
  /** Ends it at once, as kill -9 does. */
  kill(): Promise<void>;
}

/** How a server is started. */
export interface LoggedProcessOptions extends Pick<Deno.CommandOptions, "args" | "cwd" | "env"> {
  readonly program: string;
  /** The line of its log that says that it is ready. */
  readonly ready: RegExp;
}

/**
 * Starts it, and waits until it is ready.
 *
 * @throws {Error} with the end of its log, if it ends before.
 */
export async function startLogged(
  { program, ready, ...options }: LoggedProcessOptions,
): Promise<LoggedProcess> {
  const child = new Deno.Command(program, { ...options, stdin: "null", stdout: "null", stderr: "piped" })
    .spawn();
  const lines: string[] = [];
  const { promise: found, resolve, reject } = Promise.withResolvers<readonly string[]>();
  const drained = (async () => {
    for await (const line of child.stderr.pipeThrough(new TextLineStream())) {
      lines.push(line);
      if (lines.length > LINES_MAX) lines.shift();
      const groups = ready.exec(line);
      if (groups !== null) resolve(groups.slice(1));
    }
    reject(new Error(`${program} ${options.args?.join(" ")} has ended:\n${lines.join("\n")}`));
  })();
  const kill = async () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await Promise.all([child.status, drained]);
  };
  // Nobody waits for it any more once the server has been ready.
  found.catch(() => {});
  return {
    pid: child.pid,
    ready: await found,
    get log() {
      return lines.join("\n");
    },
    kill,
  };
}
