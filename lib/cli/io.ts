/** The process around the program, as a parameter: its machine, output, environment and signals. */
import { type Output, outputTo } from "../base/files/output.ts";
import { type Host, type ProcessUsage, systemHost } from "../base/host.ts";
import { removeTemporaries } from "../base/files/temporary.ts";
import { ENVIRONMENT_NAMES, OTHER_ENVIRONMENT_NAMES } from "../config/environment.ts";
import {
  Terminal,
  type TerminalDevice,
  type TerminalSize,
  type TerminalView,
  type View,
} from "./terminal/terminal.ts";

/** See the module's description. */
export interface Io {
  readonly host: Host;
  readonly processorCount: number;
  /** Whether the runtime exports what the program tells OpenTelemetry. */
  readonly exportsTelemetry: boolean;
  /** What the process has used so far, with all its threads. */
  processUsage(): ProcessUsage;
  readonly stdin: () => ReadableStream<Uint8Array>;
  readonly stdinIsTerminal: boolean;
  /** The keys that are pressed on the terminal of stdin, each as what it sends, until the signal is aborted. */
  keys(signal: AbortSignal): AsyncIterable<string>;
  readonly stdout: Output;
  /** Writes text to stderr at once. */
  writeError(text: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Whether the stream is a terminal that can show a view; one that cannot move its cursor does not. */
  canShow(stream: StandardStream): boolean;
  /** Shows a view; undefined if the stream cannot. */
  showView(stream: StandardStream, view: View): TerminalView | undefined;
  /** The size of the terminal; undefined if the stream is not one. */
  sizeOf(stream: StandardStream): TerminalSize | undefined;
  /** The environment variables that the program knows. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a variable is set and not empty; false for those that the program is not allowed to read. */
  isSet(variable: string): boolean;
  /**
   * Calls the handler at each interrupt (Ctrl-C, SIGTERM, or a closed terminal) until the returned function is
   * called.
   */
  onInterrupt(handler: () => void): () => void;
  /** Calls the handler with errors that nobody caught. */
  onUncaught(handler: (thrown: unknown) => void): void;
  /** Ends the process immediately, without leaving a view or a temporary file behind. */
  exitNow(code: number): never;
}

/** A stream that may be a terminal. */
export type StandardStream = "stdout" | "stderr";

/** Signals that ask for a graceful stop. */
const ENDING_SIGNALS: readonly Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Signals that would end a process that does not handle them; they are ignored. */
const HARMLESS_SIGNALS: readonly Deno.Signal[] = ["SIGUSR1", "SIGUSR2", "SIGPIPE"];

/** Where OpenTelemetry's interface finds its providers, if the runtime was told to have some. */
const TELEMETRY = Symbol.for("opentelemetry.js.api.1");

const isWindows = Deno.build.os === "windows";

/** The assumed size of a terminal that does not report one. */
const SIZE_UNKNOWN: TerminalSize = { columns: 80, rows: 24 };

/** The `Io` of this process. */
export function processIo(): Io {
  if (!isWindows) { for (const signal of HARMLESS_SIGNALS) Deno.addSignalListener(signal, () => {}); }
  const terminal = new Terminal();
  const utf8 = new TextEncoder();
  const isTerminal = { stdout: Deno.stdout.isTerminal(), stderr: Deno.stderr.isTerminal() };
  const canMove = Deno.env.get("TERM") !== "dumb";
  const canShow = (stream: StandardStream) => isTerminal[stream] && canMove;
  return {
    host: systemHost,
    processorCount: navigator.hardwareConcurrency,
    exportsTelemetry: TELEMETRY in globalThis,
    processUsage() {
      // The global one is loaded when it is used; an import would double the CPU time of each start.
      // deno-lint-ignore no-process-global
      const { user, system } = process.cpuUsage();
      return { cpuMicros: user + system, residentBytes: Deno.memoryUsage().rss };
    },
    stdin: () => Deno.stdin.readable,
    stdinIsTerminal: Deno.stdin.isTerminal(),
    keys: pressedKeys,
    stdout: outputTo(isTerminal.stdout ? aboveView(terminal) : Deno.stdout, "stdout"),
    writeError(text) {
      const write = () => writeNow("stderr", utf8.encode(text));
      if (isTerminal.stderr) terminal.above(write, text);
      else write();
    },
    stdoutIsTerminal: isTerminal.stdout,
    stderrIsTerminal: isTerminal.stderr,
    canShow,
    showView: (stream, view) => canShow(stream) ? terminal.show(deviceOf(stream), view) : undefined,
    sizeOf: (stream) => isTerminal[stream] ? terminalSize() : undefined,
    environment: Object.fromEntries(
      [...ENVIRONMENT_NAMES, ...OTHER_ENVIRONMENT_NAMES].flatMap((name) => {
        const value = Deno.env.get(name);
        // An empty variable counts as unset.
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
      endKeys();
      removeTemporaries();
      Deno.exit(code);
    },
  };
}

/** Data on a terminal: while a view is shown, it is written immediately, above the view. */
function aboveView(terminal: Terminal): { write(bytes: Uint8Array): Promise<number> } {
  return {
    async write(bytes) {
      try {
        return terminal.isLive
          ? terminal.above(() => Deno.stdout.writeSync(bytes))
          : await Deno.stdout.write(bytes);
      } catch (cause) {
        // On a terminal, an input/output error means that its window was closed.
        if (/os error 5\b/.test(String(cause))) throw new Deno.errors.BrokenPipe("The terminal is gone.");
        throw cause;
      }
    },
  };
}

/** What a key sends: an escape sequence, or a letter. */
// deno-lint-ignore no-control-regex
const KEYS = /\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|[^]/gu;

let readsKeys = false;

/** Without the line editing of the terminal, but with its signals: Ctrl-C still interrupts. */
async function* pressedKeys(signal: AbortSignal): AsyncGenerator<string> {
  const stopped = new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null)));
  const bytes = new Uint8Array(1_024);
  const text = new TextDecoder();
  Deno.stdin.setRaw(true, { cbreak: !isWindows });
  readsKeys = true;
  try {
    while (!signal.aborted) {
      const count = await Promise.race([Deno.stdin.read(bytes), stopped]);
      if (count === null) return;
      yield* text.decode(bytes.subarray(0, count), { stream: true }).match(KEYS) ?? [];
    }
  } finally {
    endKeys();
  }
}

function endKeys(): void {
  if (!readsKeys) return;
  readsKeys = false;
  try {
    Deno.stdin.setRaw(false);
  } catch {
    // The terminal is gone.
  }
}

function deviceOf(stream: StandardStream): TerminalDevice {
  const utf8 = new TextEncoder();
  return {
    clock: systemHost,
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
    // The terminal is gone, or has no size.
    return SIZE_UNKNOWN;
  }
}

function writeNow(stream: StandardStream, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += Deno[stream].writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads stderr; that is no reason to fail.
  }
}

function listen(signals: readonly Deno.Signal[], handler: () => void): () => void {
  for (const signal of signals) Deno.addSignalListener(signal, handler);
  return () => signals.forEach((signal) => Deno.removeSignalListener(signal, handler));
}
