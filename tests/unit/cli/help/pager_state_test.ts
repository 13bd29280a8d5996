import { deepEqual, equal } from "assert";
import { type PagedText, type PagerState, press, START } from "../../../../lib/cli/help/pager_state.ts";

const TEXT: PagedText = { lines: Array.from({ length: 100 }, (_, index) => `line ${index}`), rows: 10 };

/** The state after some keys; fails if one of them ends the pager. */
function after(keys: readonly string[], text = TEXT): PagerState {
  return keys.reduce<PagerState>((state, key) => {
    const next = press(state, key, text);
    if (next === undefined) throw new Error(`${JSON.stringify(key)} has ended the pager`);
    return next;
  }, START);
}

Deno.test("The keys of less move by lines, half pages and pages, and never beyond the text", () => {
  const cases: readonly (readonly [keys: readonly string[], top: number])[] = [
    [["j", "\r", "\x1b[B"], 3],
    [["j", "j", "k", "\x1b[A", "y"], 0],
    [[" ", "f", "\x1b[6~"], 30],
    [["G"], 90],
    [["G", " "], 90],
    [["G", "b", "\x1b[5~"], 70],
    [["d", "d", "u"], 5],
    [["G", "g"], 0],
    [["x", "\x1b[15~"], 0],
  ];
  for (const [keys, top] of cases) equal(after(keys).top, top, keys.join(" "));
});

Deno.test("A text shorter than the screen stays where it is", () => {
  const text = { lines: ["a", "b"], rows: 10 };
  for (const key of ["j", " ", "G", "d"]) equal(after([key], text).top, 0);
});

Deno.test("A search goes on to each line that has the text, whatever its case, and back; what is not there is said", () => {
  const typed = (text: string) => ["/", ...text, "\r"];
  equal(after(typed("LINE 42")).top, 42);
  equal(after([...typed("line 4"), "n"]).top, 40);
  equal(after([...typed("line 4"), "n", "n", "N"]).top, 40);
  // On the last page, lines are found that cannot be at its top.
  deepEqual([...[1, 2, 3]].map((times) => after([...typed("line 9"), ...Array(times).fill("n")]).found), [
    90,
    91,
    92,
  ]);
  const missed = after([...typed("line 4"), ...typed("nowhere")]);
  equal(missed.top, 4);
  equal(missed.message, "Not found: nowhere");
  equal(after([...typed("line 4"), ...typed("nowhere"), "x"]).message, undefined);
});

Deno.test("While a search is typed, letters are no keys; it can be corrected and left", () => {
  equal(after(["/", "q", "j"]).prompt, "qj");
  equal(after(["/", "q", "j", "\x7f"]).prompt, "q");
  equal(after(["/", "q", "\x1b[A"]).prompt, "q");
  equal(after(["/", "q", "\x1b"]).prompt, undefined);
  equal(after(["/", "\x7f"]).prompt, undefined);
  // Without a text it is the last one.
  equal(after(["/", ..."line 42", "\r", "g", "/", "\r"]).top, 42);
});

Deno.test("Colours are not searched", () => {
  const text = { lines: ["a", "\x1b[36m12\x1b[0m34", "b"], rows: 1 };
  equal(after(["/", ..."36", "\r"], text).message, "Not found: 36");
  equal(after(["/", ..."1234", "\r"], text).top, 1);
});

Deno.test("q ends it", () => {
  equal(press(START, "q", TEXT), undefined);
  equal(press(after(["G", "/", "x", "\r"]), "Q", TEXT), undefined);
});
