/** The outside of the program, as a parameter: what it prints to, reads from, and is stopped by. */
import { type Output, outputTo } from "../base/output.ts";
import { ENVIRONMENT_NAMES } from "../config/reference.ts";

/** See the module's description. */
export interface Io {
  readonly stdout: Output;
  /** Writes text to stderr at once. */
  writeError(text: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** The variables that the program knows. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Calls the handler at each interrupt (Ctrl-C, or a polite end by the system) until the returned function
   * is called.
   */
  onInterrupt(handler: () => void): () => void;
  /** Ends the process at once. */
  exitNow(code: number): never;
}

/** Variables that are no settings. */
const OTHER_NAMES = ["SFCRIME_DATA_DIR", "SFCRIME_CONFIG", "NO_COLOR"];

/** The process's own. */
export function processIo(): Io {
  const utf8 = new TextEncoder();
  return {
    stdout: outputTo(Deno.stdout, "stdout"),
    writeError(text) {
      const bytes = utf8.encode(text);
      try {
        for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
      } catch {
        // Nobody listens; what we have to say is not worth failing for.
      }
    },
    stdoutIsTerminal: Deno.stdout.isTerminal(),
    stderrIsTerminal: Deno.stderr.isTerminal(),
    environment: Object.fromEntries(
      [...ENVIRONMENT_NAMES, ...OTHER_NAMES].flatMap((name) => {
        const value = Deno.env.get(name);
        // An empty variable counts as one that is not set.
        return value === undefined || value === "" ? [] : [[name, value]];
      }),
    ),
    onInterrupt(handler) {
      const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
        ? ["SIGINT"]
        : ["SIGINT", "SIGTERM"];
      for (const signal of signals) Deno.addSignalListener(signal, handler);
      return () => signals.forEach((signal) => Deno.removeSignalListener(signal, handler));
    },
    exitNow: (code) => Deno.exit(code),
  };
}
