/**
 * The program on a terminal, as its users see it: a real pseudo-terminal, and the emulator of xterm.js that
 * keeps what is on the screen.
 */
import xterm from "@xterm/headless";
import { bound, commandLine, type RunOptions } from "./program.ts";
import type { Screen, ScreenPart } from "./terminal_picture.ts";

const HELPER = new URL("on_pty.py", import.meta.url).pathname;

/** How large a terminal is, in cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A program that runs on a terminal. */
export interface TerminalRun {
  /** The rows of the screen, without blanks behind them. */
  screen(): string[];
  /** The rows that have left the screen at its top, and those of the screen. */
  everything(): string[];
  /** The screen with its colours, without empty rows below. */
  styled(): Screen;
  /** Of the screen's rows, those that go on with the one above because it was too long. */
  wrapped(): string[];
  /** All bytes that the program has written, as text. */
  readonly raw: string;
  /** Waits until what is there satisfies the condition; fails when the program ends before. */
  until(condition: () => boolean): Promise<void>;
  type(text: string): void;
  resize(size: TerminalSize): void;
  kill(signal: 1 | 2 | 10 | 12 | 13 | 15 | 18 | 19): void;
  /** Takes the terminal away, as when its window is closed. */
  hangUp(): void;
  /** Waits for the end, and gives the exit code: 128 and the signal where one has ended it. */
  ended(): Promise<number>;
}

/** Starts the program on a terminal of its own. */
export function startOnTerminal(
  args: readonly string[],
  { columns, rows, ...options }: RunOptions & TerminalSize,
): TerminalRun {
  const { words, options: how } = commandLine(args, options);
  const child = new Deno.Command("python3", {
    ...how,
    args: [HELPER, String(rows), String(columns), ...words],
    env: { TERM: "xterm-256color", ...how.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  bound(child);
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const teller = child.stdin.getWriter();
  let raw = "";
  let isOver = false;
  let wake = Promise.withResolvers<void>();
  const printed = (async () => {
    const text = new TextDecoder();
    for await (const bytes of child.stdout) {
      raw += text.decode(bytes, { stream: true });
      await new Promise<void>((resolve) => screen.write(bytes, resolve));
      wake.resolve();
      wake = Promise.withResolvers();
    }
    isOver = true;
    wake.resolve();
  })();
  const tell = (what: Record<string, unknown>) => {
    // A program that has just ended hears nothing more.
    teller.write(new TextEncoder().encode(`${JSON.stringify(what)}\n`)).catch(() => {});
  };
  const lines = (from: number) => {
    const buffer = screen.buffer.active;
    return Array.from({ length: buffer.length - from }, (_, index) => buffer.getLine(from + index)!);
  };
  const top = () => screen.buffer.active.baseY;
  // A terminal that was made narrower keeps what stood beyond its new edge.
  const text = (line: xterm.IBufferLine) => line.translateToString(true, 0, screen.cols);
  return {
    screen: () => lines(top()).map(text),
    everything: () => lines(0).map(text),
    styled: () => {
      const rows = lines(top()).map((line) => partsOf(line, screen.cols));
      return rows.slice(0, rows.findLastIndex((parts) => parts.length > 0) + 1);
    },
    wrapped: () => lines(top()).filter(({ isWrapped }) => isWrapped).map((line) => line.translateToString()),
    get raw() {
      return raw;
    },
    async until(condition) {
      while (!condition()) {
        if (isOver) {
          throw new Error(
            `The program ended first:\n${lines(0).map(text).join("\n")}`,
          );
        }
        await wake.promise;
      }
    },
    type: (text) => tell({ type: text }),
    resize(size) {
      screen.resize(size.columns, size.rows);
      tell({ resize: [size.rows, size.columns] });
    },
    kill: (signal) => tell({ signal }),
    hangUp: () => tell({ hangUp: true }),
    async ended() {
      const [{ code }] = await Promise.all([child.status, printed]);
      await teller.close().catch(() => {});
      return code;
    },
  };
}

/** A row of the screen, in parts of one style each; without blanks behind them. */
function partsOf(line: xterm.IBufferLine, columns: number): ScreenPart[] {
  const parts: { text: string; bold: boolean; color: number | undefined }[] = [];
  const end = line.translateToString(true, 0, columns).length;
  for (let column = 0, length = 0; length < end; column++) {
    const cell = line.getCell(column)!;
    // The second half of a wide character has none of its own.
    if (cell.getWidth() === 0) continue;
    const text = cell.getChars() || " ";
    const style = { bold: cell.isBold() !== 0, color: cell.isFgPalette() ? cell.getFgColor() : undefined };
    length += text.length;
    const last = parts.at(-1);
    if (last?.bold === style.bold && last.color === style.color) last.text += text;
    else parts.push({ text, ...style });
  }
  return parts;
}
