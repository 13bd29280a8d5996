import { deepEqual, equal, match, ok } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { tempDir } from "../support/temp_dir.ts";
import { checkEndings, COMMANDS } from "./terminal_endings.ts";
import { startOnTerminal, type TerminalRun, type TerminalSize } from "../support/terminal.ts";

/** What `produce` shows of how far it is, on a line of its own. */
const BAR = /\d+ records {2}[\d,.-]+\/s {2}[\d.]+ (B|KiB|MiB)/;
/** The same once the first records are sent: with the share of the input, and the time that is left. */
const WHOLE_BAR = /^[█░]{8,} +\d+% {2}\d+ records .* left$/;

/** Calls, each second one broken, so that there are lines to print while the bar is shown. */
function someBroken(count: number): string {
  const lines = sampleCalls().slice(0, count).flatMap((call) => [JSON.stringify(call), "{broken"]);
  return `${lines.join("\n")}\n`;
}

/** Whether the last thing that was printed is a whole view, with the cursor at its start. */
function isDrawn(run: TerminalRun): boolean {
  return /^(.\[\d+A)?\r$/.test(run.raw.split("\x1b[?7h").at(-1)!);
}

/**
 * Waits until the check passes on a view that was drawn after a change of the size: the program may still be drawing
 * for the old size when the terminal has changed already.
 */
async function untilDrawn(run: TerminalRun, size: TerminalSize, check: () => void): Promise<void> {
  const before = run.raw.length;
  let failure: unknown;
  const passes = () => {
    try {
      check();
      return true;
    } catch (error) {
      failure = error;
      return false;
    }
  };
  run.resize(size);
  await run.until(() => isDrawn(run) && run.raw.slice(before).includes("\x1b[?7h") && passes())
    .catch((error) => {
      throw failure ?? error;
    });
}

/** The lines of a screen that are not empty. */
function linesOf(run: TerminalRun): string[] {
  return run.everything().filter((line) => line !== "");
}

Deno.test("Lines go above the progress bar, whole, and the bar is gone at the end", async () => {
  await using directory = await tempDir();
  await directory.write("calls.ndjson", someBroken(120));
  const run = startOnTerminal(
    ["produce", "--input", "calls.ndjson", "--rate", "60"],
    { cwd: directory.path, columns: 160, rows: 24 },
  );
  await run.until(() =>
    isDrawn(run) && WHOLE_BAR.test(linesOf(run).at(-1) ?? "") && run.raw.split("warning:").length > 5
  );
  const shown = linesOf(run);
  equal(shown.filter((line) => BAR.test(line)).length, 1, shown.join("\n"));
  equal(await run.ended(), 0);
  const left = linesOf(run);
  ok(!left.some((line) => /[█░]/.test(line)), left.join("\n"));
  for (const line of left) match(line, /^(Using|Created|Producing|warning:|120 records)/);
});

Deno.test("The progress bar fits a terminal that is made narrower and wider, and leaves nothing behind", async () => {
  await using directory = await tempDir();
  const run = startOnTerminal(["produce", "--rate", "100"], { cwd: directory.path, columns: 100, rows: 24 });
  await run.until(() => / left$/.test(linesOf(run).at(-1) ?? ""));
  for (const columns of [40, 100, 24, 60]) {
    await untilDrawn(run, { columns, rows: 24 }, () => {
      const bars = linesOf(run).filter((line) => /\d records /.test(line));
      equal(bars.length, 1, `${columns} columns:\n${linesOf(run).join("\n")}`);
      ok(bars[0]!.length <= columns);
    });
  }
  run.type("\x03");
  equal(await run.ended(), 0);
  ok(!linesOf(run).some((line) => /[█░]|\d%/.test(line)), linesOf(run).join("\n"));
});

Deno.test("With --quiet there is no progress bar: nothing is printed at all", async () => {
  await using directory = await tempDir();
  const run = startOnTerminal(["produce", "--quiet"], { cwd: directory.path, columns: 80, rows: 24 });
  equal(await run.ended(), 0);
  equal(run.raw, "");
});

Deno.test("Where the terminal cannot move its cursor there is no progress bar", async () => {
  await using directory = await tempDir();
  const run = startOnTerminal(
    ["produce"],
    { cwd: directory.path, env: { TERM: "dumb" }, columns: 80, rows: 24 },
  );
  equal(await run.ended(), 0);
  ok(!run.raw.includes("\x1b"), run.raw);
});

Deno.test("A loop has no end, so its progress has neither a share nor a time that is left", async () => {
  await using directory = await tempDir();
  const run = startOnTerminal(
    ["produce", "--loop", "--rate", "5000"],
    { cwd: directory.path, columns: 100, rows: 24 },
  );
  await run.until(() =>
    Number(/([\d,]+) records/.exec(linesOf(run).at(-1) ?? "")?.[1]?.replaceAll(",", "")) > 7_000
  );
  match(linesOf(run).at(-1)!, /^[\d,]+ records {2}[\d,.]+\/s {2}[\d.]+ MiB$/);
  run.type("\x03");
  equal(await run.ended(), 0);
});

/** The parts of the demo's view that are on the screen, from its first line to its last. */
function view(run: TerminalRun): string[] {
  const screen = run.screen();
  return screen.slice(screen.findIndex((line) => line.startsWith("Calls by type")));
}

/** The size of the terminal at the start of the demo, and the one that it gets. A run each: the demo is short. */
const SIZES = [[[80, 24], [60, 24]], [[120, 50], [60, 20]], [[40, 12], [80, 24]]] as const;

Deno.test("The demo's view has its top and its bottom on the screen, whatever the terminal's size", async () => {
  await using directory = await tempDir();
  for (const [[columns, rows], [newColumns, newRows]] of SIZES) {
    const run = startOnTerminal(["demo"], { cwd: directory.path, columns, rows });
    const check = () => {
      const shown = view(run);
      const where = `${columns}x${rows}, ${newColumns}x${newRows}:\n${run.screen().join("\n")}`;
      match(shown[0]!, /^Calls by type/, where);
      deepEqual(run.wrapped(), [], where);
      for (const line of shown.filter((line) => line.startsWith("|"))) ok(line.endsWith("|"), where);
      const status = shown.filter((line) => /calls produced/.test(line));
      equal(status.length, 1, where);
      equal(run.everything().filter((line) => line.startsWith("Calls by type")).length, 1, where);
    };
    await run.until(() => isDrawn(run) && view(run)[0]!.startsWith("Calls by type"));
    check();
    await untilDrawn(run, { columns: newColumns, rows: newRows }, check);
    run.type("\x03");
    equal(await run.ended(), 0);
  }
});

Deno.test("The demo ends well on a terminal by every signal, and leaves no folder behind", async () => {
  await checkEndings(COMMANDS[0]!);
});
