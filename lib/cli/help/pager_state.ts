/** What the keys of a pager do; apart from the terminal, so that it is a function of what was pressed. */
import { stripVTControlCharacters } from "node:util";

/** Where a pager is. */
export interface PagerState {
  /** The first line on the screen. */
  readonly top: number;
  /** What has been typed of a search; absent if none is being typed. */
  readonly prompt?: string;
  /** What was searched for last. */
  readonly search?: string;
  /** The line in which that was found, until the text is moved. */
  readonly found?: number;
  /** What to say in place of the position, until the next key. */
  readonly message?: string;
}

/** The text, and how many of its lines are on the screen at once. */
export interface PagedText {
  readonly lines: readonly string[];
  readonly rows: number;
}

/** The beginning of the text. */
export const START: PagerState = { top: 0 };

/** How far each key goes, in lines. */
const MOVES: Readonly<Record<string, (rows: number, top: number) => number>> = {
  ...each(["j", "e", "\r", "\n", "\x1b[B", "\x1bOB"], (_rows, top) => top + 1),
  ...each(["k", "y", "\x1b[A", "\x1bOA"], (_rows, top) => top - 1),
  ...each([" ", "f", "\x06", "\x1b[6~"], (rows, top) => top + rows),
  ...each(["b", "\x02", "\x1b[5~"], (rows, top) => top - rows),
  ...each(["d", "\x04"], (rows, top) => top + Math.ceil(rows / 2)),
  ...each(["u", "\x15"], (rows, top) => top - Math.ceil(rows / 2)),
  ...each(["g", "<", "\x1b[H", "\x1b[1~"], () => 0),
  ...each(["G", ">", "\x1b[F", "\x1b[4~"], () => Infinity),
};

const ENDS: readonly string[] = ["q", "Q", "ZZ"];

function each<T>(keys: readonly string[], value: T): Record<string, T> {
  return Object.fromEntries(keys.map((key) => [key, value]));
}

/**
 * What a key makes of the state; undefined if it ends the pager.
 *
 * @example
 * ```ts
 * import { deepEqual, equal } from "assert";
 * const text = { lines: ["a", "b", "c", "d", "e"], rows: 2 };
 * deepEqual(press({ top: 0 }, " ", text), { top: 2 });
 * deepEqual(press({ top: 2 }, "G", text), { top: 3 });
 * equal(press({ top: 2 }, "q", text), undefined);
 * ```
 */
export function press(state: PagerState, key: string, text: PagedText): PagerState | undefined {
  if (state.prompt !== undefined) return type({ ...state, prompt: state.prompt }, key, text);
  const { top, search } = state;
  const kept = search === undefined ? {} : { search };
  const last = Math.max(0, text.lines.length - text.rows);
  const move = MOVES[key];
  if (move !== undefined) return { ...kept, top: Math.max(0, Math.min(last, move(text.rows, top))) };
  if (ENDS.includes(key)) return undefined;
  if (key === "/") return { ...kept, top, prompt: "" };
  if (search !== undefined && key === "n") return find(state, text, 1);
  if (search !== undefined && key === "N") return find(state, text, -1);
  return state.message === undefined ? state : { ...kept, top };
}

/** A key while a search is typed. */
function type(state: PagerState & { readonly prompt: string }, key: string, text: PagedText): PagerState {
  const { top, prompt, search } = state;
  const kept = search === undefined ? { top } : { top, search };
  if (key === "\r" || key === "\n") {
    const wanted = prompt === "" ? search : prompt;
    return wanted === undefined ? kept : find({ top, search: wanted }, text, 1);
  }
  if (key === "\x7f" || key === "\b") return prompt === "" ? kept : { ...kept, prompt: prompt.slice(0, -1) };
  if (key === "\x1b") return kept;
  // What a key without a letter sends is no part of a search.
  return key >= " " ? { ...kept, prompt: prompt + key } : { ...kept, prompt };
}

/** Goes to the next line, or the one before, that has the searched text in any case. */
function find(
  { top, search = "", found = top }: PagerState,
  { lines, rows }: PagedText,
  step: 1 | -1,
): PagerState {
  const wanted = search.toLowerCase();
  for (let at = found + step; at >= 0 && at < lines.length; at += step) {
    if (!stripVTControlCharacters(lines[at]!).toLowerCase().includes(wanted)) continue;
    return { search, found: at, top: Math.min(at, Math.max(0, lines.length - rows)) };
  }
  return { search, found, top, message: `Not found: ${search}` };
}
