/**
 * The one owner of the terminal. Output is printed line by line; below it, while a run lasts, a view is redrawn
 * as it changes. A line printed meanwhile goes above the view: the view is erased, the line written, and the view
 * drawn again.
 *
 * A line view is below the last printed line. Between redraws the cursor rests in its first cell, so erasing from
 * the cursor on removes it, even after a resize; no terminal mode stays changed, so there is nothing to restore
 * however the process ends. A screen view uses the terminal's alternate screen, as pagers do, and the printed
 * output comes back when it ends.
 */
import type { Clock } from "../../base/clock.ts";

/** The size of a terminal, in cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What the owner needs from a terminal. */
export interface TerminalDevice {
  readonly clock: Clock;
  /** Writes immediately. */
  write(text: string): void;
  size(): TerminalSize;
  /** Calls the handler on a resize, or after a suspend, until the returned function is called. */
  onChange(handler: () => void): () => void;
}

/** What to show, and where. */
export interface View {
  readonly place: "line" | "screen";
  /**
   * Returns the rows. Those beyond the size are cut; each has to fit by itself, see `fit_line.ts`. A screen view hides
   * what is printed, so it gets the last messages.
   */
  readonly draw: (size: TerminalSize, messages: readonly string[]) => readonly string[];
}

/** A view on the terminal. */
export interface TerminalView {
  /** Requests a redraw, which follows soon. */
  update(): void;
  /** Erases it. */
  end(): void;
}

/** The least time between two redraws. */
const DRAW_MS_MIN = 125;

/** The last messages, for a view that shows some. */
const MESSAGES_KEPT = 10;

/** Without wrapping, the terminal also cuts lines whose width it counts differently than we do. */
const [WRAP_OFF, WRAP_ON] = ["\x1b[?7l", "\x1b[?7h"];
const up = (rows: number) => rows === 0 ? "" : `\x1b[${rows}A`;

/** How a view enters, is erased before a redraw, and leaves. */
const SEQUENCES = {
  line: { enter: "", erase: "\r\x1b[J", leave: "\r\x1b[J" },
  screen: {
    enter: "\x1b[?1049h\x1b[?25l",
    erase: "\x1b[H\x1b[J",
    // Cleared first, for terminals without an alternate screen.
    leave: "\x1b[H\x1b[J\x1b[?25h\x1b[?1049l",
  },
} as const;

/** See the module's description. */
export class Terminal {
  readonly #messages: string[] = [];
  #view: ShownView | undefined;

  /** Whether a view is shown. */
  get isLive(): boolean {
    return this.#view !== undefined;
  }

  /** Shows a view, which replaces the current one. */
  show(device: TerminalDevice, view: View): TerminalView {
    this.#view?.end();
    const shown = new ShownView(device, { ...view, messages: this.#messages }, () => {
      if (this.#view === shown) this.#view = undefined;
    });
    this.#view = shown;
    return shown;
  }

  /** Runs a function that writes full lines to the terminal, above the view; if they are messages, it gets them. */
  above<T>(write: () => T, messages = ""): T {
    const view = this.#view;
    view?.erase();
    this.#keep(messages);
    try {
      return write();
    } finally {
      view?.draw();
    }
  }

  /** Keeps the last lines of some. */
  #keep(messages: string): void {
    this.#messages.push(...messages.split("\n").filter((line) => line !== ""));
    this.#messages.splice(0, Math.max(0, this.#messages.length - MESSAGES_KEPT));
  }

  /** Erases the view, before the process ends. */
  end(): void {
    this.#view?.end();
  }
}

/** A view, and the messages that it may show. */
interface ViewWithMessages extends View {
  readonly messages: readonly string[];
}

class ShownView implements TerminalView {
  readonly #device: TerminalDevice;
  readonly #view: ViewWithMessages;
  readonly #onEnd: () => void;
  readonly #unlisten: () => void;
  #drawnMs = -Infinity;
  /** What is there, as it was written. */
  #drawn: string | undefined;
  /** Whether a redraw was requested and not made yet. */
  #isDue = false;
  #isOver = false;

  constructor(device: TerminalDevice, view: ViewWithMessages, onEnd: () => void) {
    this.#device = device;
    this.#view = view;
    this.#onEnd = onEnd;
    this.#unlisten = device.onChange(() => this.draw({ always: true }));
    this.draw();
  }

  update(): void {
    if (this.#isOver || this.#isDue) return;
    const { clock } = this.#device;
    const dueInMs = this.#drawnMs + DRAW_MS_MIN - clock.monotonicMs();
    if (dueInMs <= 0) return this.draw();
    this.#isDue = true;
    void clock.sleep(dueInMs).then(() => this.#isDue && this.draw());
  }

  /** @param always Whether it is drawn even if it has not changed, as the terminal may have. */
  draw({ always = false }: { readonly always?: boolean } = {}): void {
    this.#isDue = false;
    if (this.#isOver) return;
    const size = this.#device.size();
    const lines = this.#view.draw(size, this.#view.messages).slice(0, size.rows);
    const rest = `${up(Math.max(0, lines.length - 1))}\r`;
    const drawn = `${WRAP_OFF}${lines.join("\r\n")}${WRAP_ON}${rest}`;
    this.#drawnMs = this.#device.clock.monotonicMs();
    if (drawn === this.#drawn && !always) return;
    const { enter, erase } = this.#sequences;
    this.#device.write(`${this.#drawn === undefined ? enter : ""}${erase}${drawn}`);
    this.#drawn = drawn;
  }

  erase(): void {
    if (this.#drawn !== undefined) this.#device.write(this.#sequences.leave);
    this.#drawn = undefined;
  }

  get #sequences() {
    return SEQUENCES[this.#view.place];
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#unlisten();
    this.erase();
    this.#onEnd();
  }
}
