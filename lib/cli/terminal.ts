/**
 * The one owner of the terminal. What is printed goes line by line; below it stands, while a run lasts, a view
 * that is drawn again and again. A line that comes meanwhile is put above: the view is erased, the line written,
 * and the view drawn again.
 *
 * A view of a line stands below the last line that was printed. Between two drawings the cursor rests at its first
 * cell, so it is erased by erasing from the cursor on, whatever a resize has made of it; nothing of the terminal
 * stays changed, so there is nothing to mend, however the process ends. A view of a screen takes the terminal's
 * alternate screen, as pagers do: what was printed is untouched behind it, and is there again when it ends.
 */
import { fitLine } from "./fit_line.ts";

/** How large the terminal is, in cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What the owner needs of a terminal. */
export interface TerminalDevice {
  /** Writes at once. */
  write(text: string): void;
  size(): TerminalSize;
  /** Calls the handler when the size has changed, or the screen may be another's, until the returned function is called. */
  onChange(handler: () => void): () => void;
}

/** What is shown, and where. */
export interface View {
  readonly place: "line" | "screen";
  /** Gives the rows; what does not fit the size is cut. */
  readonly draw: (size: TerminalSize) => readonly string[];
}

/** A view that is shown. */
export interface LiveView {
  /** Says that the view may look different now; it is drawn soon. */
  update(): void;
  /** Erases it. */
  end(): void;
}

/** How often a view is drawn at most. */
const DRAW_MS_MIN = 125;

/** Long lines are cut by the terminal, too, where it counts a character's cells otherwise than we do. */
const [WRAP_OFF, WRAP_ON] = ["\x1b[?7l", "\x1b[?7h"];
const up = (rows: number) => rows === 0 ? "" : `\x1b[${rows}A`;

/** How a view takes its place, is erased before it is drawn anew, and leaves. */
const SEQUENCES = {
  line: { enter: "", erase: "\r\x1b[J", leave: "\r\x1b[J" },
  screen: {
    enter: "\x1b[?1049h\x1b[?25l",
    erase: "\x1b[H\x1b[J",
    // It is emptied first for terminals that have one screen only.
    leave: "\x1b[H\x1b[J\x1b[?25h\x1b[?1049l",
  },
} as const;

/** See the module's description. */
export class Terminal {
  #view: ShownView | undefined;

  /** Whether a view is shown. */
  get isLive(): boolean {
    return this.#view !== undefined;
  }

  /** Shows a view, in place of the one before. */
  show(device: TerminalDevice, view: View): LiveView {
    this.#view?.end();
    const shown = new ShownView(device, view, () => {
      if (this.#view === shown) this.#view = undefined;
    });
    this.#view = shown;
    return shown;
  }

  /** Runs what writes to the terminal, above the view. What it writes are whole lines. */
  above<T>(write: () => T): T {
    const view = this.#view;
    view?.erase();
    try {
      return write();
    } finally {
      view?.draw();
    }
  }

  /** Erases the view, for a process that ends now. */
  end(): void {
    this.#view?.end();
  }
}

class ShownView implements LiveView {
  readonly #device: TerminalDevice;
  readonly #view: View;
  readonly #onEnd: () => void;
  readonly #unlisten: () => void;
  #drawnMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isThere = false;
  #isOver = false;

  constructor(device: TerminalDevice, view: View, onEnd: () => void) {
    this.#device = device;
    this.#view = view;
    this.#onEnd = onEnd;
    this.#unlisten = device.onChange(() => this.draw());
    this.draw();
  }

  update(): void {
    if (this.#isOver || this.#timer !== undefined) return;
    const dueMs = this.#drawnMs + DRAW_MS_MIN - performance.now();
    if (dueMs <= 0) this.draw();
    else this.#timer = setTimeout(() => this.draw(), dueMs);
  }

  draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isOver) return;
    const size = this.#device.size();
    const lines = this.#view.draw(size).slice(0, size.rows).map((line) => fitLine(line, size.columns));
    const { enter, erase } = this.#sequences;
    const start = this.#isThere ? erase : `${enter}${erase}`;
    const rest = `${up(Math.max(0, lines.length - 1))}\r`;
    this.#device.write(`${start}${WRAP_OFF}${lines.join("\r\n")}${WRAP_ON}${rest}`);
    this.#isThere = true;
    this.#drawnMs = performance.now();
  }

  erase(): void {
    if (this.#isThere) this.#device.write(this.#sequences.leave);
    this.#isThere = false;
  }

  get #sequences() {
    return SEQUENCES[this.#view.place];
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#unlisten();
    this.erase();
    this.#onEnd();
  }
}
