/**
 * Pages of text on a terminal, with the keys of `less`. The program may not start others, `less` among them, so it has
 * a pager of its own. What fits on the screen is printed, as is everything that is not on a terminal.
 */
import { interruptible } from "../context.ts";
import type { Io } from "../io.ts";
import { fitLine } from "../terminal/fit_line.ts";
import { type PagerState, press, START } from "./pager_state.ts";

/** Prints text, or shows it page by page. @param linesFor Its lines, for the width of a terminal if there is one. */
export async function showPages(
  io: Io,
  linesFor: (columns: number | undefined) => readonly string[],
): Promise<void> {
  const size = io.canShow("stdout") ? io.sizeOf("stdout") : undefined;
  const lines = linesFor(size?.columns);
  if (size === undefined || !io.stdinIsTerminal || lines.length < size.rows) {
    await io.stdout.write(new TextEncoder().encode(`${lines.join("\n")}\n`));
    return;
  }
  await interruptible(io, (signal) => page(io, { linesFor, signal }));
}

async function page(
  io: Io,
  { linesFor, signal }: {
    readonly linesFor: (columns: number) => readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  let state: PagerState | undefined = START;
  let shown = { columns: 0, rows: 0, lines: [] as readonly string[] };
  const view = io.showView("stdout", {
    place: "screen",
    draw: ({ columns, rows }) => {
      const lines = columns === shown.columns ? shown.lines : linesFor(columns);
      shown = { columns, rows: rows - 1, lines };
      return screenOf(state ?? START, shown);
    },
  });
  if (view === undefined) throw new Error("The terminal cannot show a view.");
  try {
    for await (const key of io.keys(signal)) {
      state = press(state, key, shown);
      if (state === undefined) return;
      view.update();
    }
  } finally {
    view.end();
  }
}

/** The rows of the screen: a page of the text, and what the pager says below it. */
function screenOf(
  { top, prompt, message }: PagerState,
  { lines, columns, rows }: {
    readonly lines: readonly string[];
    readonly columns: number;
    readonly rows: number;
  },
): string[] {
  const from = Math.min(top, Math.max(0, lines.length - rows));
  const page = lines.slice(from, from + rows).map((line) => hasEscapes(line) ? line : fitLine(line, columns));
  const end = from + page.length;
  const place = end >= lines.length ? "end" : `${Math.round((end / lines.length) * 100)} %`;
  const below = prompt !== undefined
    ? `/${prompt}`
    : message ?? `${place}   space: next page, b: back, /: search, q: quit`;
  return [...page, ...Array.from({ length: rows - page.length }, () => ""), fitLine(below, columns)];
}

/** Coloured lines were made for this width. */
function hasEscapes(line: string): boolean {
  return line.includes("\x1b");
}
