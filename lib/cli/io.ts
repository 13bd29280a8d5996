/** The outside of the program, as a parameter: what it prints to, reads from, and is stopped by. */
import { messageOf } from "../base/errors.ts";
import { type Output, outputTo } from "../base/output.ts";
import { removeTemporaries } from "../base/temporary.ts";
import { ENVIRONMENT_NAMES, OTHER_ENVIRONMENT_NAMES } from "../config/reference.ts";
import { type LiveView, Terminal, type TerminalDevice, type TerminalSize, type View } from "./terminal.ts";

/** See the module's description. */
export interface Io {
  readonly stdout: Output;
  /** Writes text to stderr at once. */
  writeError(text: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Shows a view on a terminal; undefined where the stream is none, or one that cannot move its cursor. */
  showView(stream: StandardStream, view: View): LiveView | undefined;
  /** How large the terminal is; undefined where the stream is none. */
  sizeOf(stream: StandardStream): TerminalSize | undefined;
  /** The variables that the program knows. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether there is a variable of this name that is not empty; those that the program may not see are not there. */
  isSet(variable: string): boolean;
  /**
   * Calls the handler at each interrupt (Ctrl-C, a polite end by the system, or a terminal that is gone) until the
   * returned function is called.
   */
  onInterrupt(handler: () => void): () => void;
  /** Calls the handler with what was thrown where nobody could catch it. */
  onUncaught(handler: (thrown: unknown) => void): void;
  /** Ends the process at once; neither a view nor a temporary file stays behind. */
  exitNow(code: number): never;
}

/** A stream that may be a terminal. */
export type StandardStream = "stdout" | "stderr";

/** Ends that are asked for, and may take the time to end well. */
const ENDING_SIGNALS: readonly Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Signals that would end a process that does not listen to them; here they mean nothing. */
const HARMLESS_SIGNALS: readonly Deno.Signal[] = ["SIGUSR1", "SIGUSR2", "SIGPIPE"];

const isWindows = Deno.build.os === "windows";

/** What a terminal is taken to be that does not say how large it is. */
const SIZE_UNKNOWN: TerminalSize = { columns: 80, rows: 24 };

/** The process's own. */
export function processIo(): Io {
  if (!isWindows) { for (const signal of HARMLESS_SIGNALS) Deno.addSignalListener(signal, () => {}); }
  const terminal = new Terminal();
  const utf8 = new TextEncoder();
  const isTerminal = { stdout: Deno.stdout.isTerminal(), stderr: Deno.stderr.isTerminal() };
  const canMove = Deno.env.get("TERM") !== "dumb";
  return {
    stdout: outputTo(isTerminal.stdout ? aboveView(terminal) : Deno.stdout, "stdout"),
    writeError(text) {
      const write = () => writeNow("stderr", utf8.encode(text));
      if (isTerminal.stderr) terminal.above(write);
      else write();
    },
    stdoutIsTerminal: isTerminal.stdout,
    stderrIsTerminal: isTerminal.stderr,
    showView(stream, view) {
      return isTerminal[stream] && canMove ? terminal.show(deviceOf(stream), view) : undefined;
    },
    sizeOf: (stream) => isTerminal[stream] ? terminalSize() : undefined,
    environment: Object.fromEntries(
      [...ENVIRONMENT_NAMES, ...OTHER_ENVIRONMENT_NAMES].flatMap((name) => {
        const value = Deno.env.get(name);
        // An empty variable counts as one that is not set.
        return value === undefined || value === "" ? [] : [[name, value]];
      }),
    ),
    isSet(variable) {
      try {
        return (Deno.env.get(variable) ?? "") !== "";
      } catch {
        return false;
      }
    },
    onInterrupt: (handler) => listen(isWindows ? ["SIGINT"] : ENDING_SIGNALS, handler),
    onUncaught(handler) {
      globalThis.addEventListener("unhandledrejection", (event) => {
        event.preventDefault();
        handler(event.reason);
      });
      globalThis.addEventListener("error", (event) => {
        event.preventDefault();
        handler(event.error);
      });
    },
    exitNow(code) {
      terminal.end();
      removeTemporaries();
      Deno.exit(code);
    },
  };
}

/** Data on a terminal: while a view is shown, it is written at once and above. */
function aboveView(terminal: Terminal): { write(bytes: Uint8Array): Promise<number> } {
  return {
    async write(bytes) {
      try {
        return terminal.isLive
          ? terminal.above(() => Deno.stdout.writeSync(bytes))
          : await Deno.stdout.write(bytes);
      } catch (cause) {
        // What the system calls an input/output error is, on a terminal, that its window was closed.
        if (/os error 5\b/.test(messageOf(cause))) throw new Deno.errors.BrokenPipe("The terminal is gone.");
        throw cause;
      }
    },
  };
}

function deviceOf(stream: StandardStream): TerminalDevice {
  const utf8 = new TextEncoder();
  return {
    write: (text) => writeNow(stream, utf8.encode(text)),
    size: terminalSize,
    onChange: (handler) => listen(isWindows ? [] : ["SIGWINCH", "SIGCONT"], handler),
  };
}

function terminalSize(): TerminalSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : SIZE_UNKNOWN;
  } catch {
    // The terminal is gone, or of a kind that has no size.
    return SIZE_UNKNOWN;
  }
}

function writeNow(stream: StandardStream, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += Deno[stream].writeSync(bytes.subarray(at));
  } catch {
    // Nobody listens; what we have to say is not worth failing for.
  }
}

function listen(signals: readonly Deno.Signal[], handler: () => void): () => void {
  for (const signal of signals) Deno.addSignalListener(signal, handler);
  return () => signals.forEach((signal) => Deno.removeSignalListener(signal, handler));
}
