/** Figures of the benchmark, kept by row. */
import { deepEqual, match } from "assert";
import { type BenchRun, withRun } from "../../bench/figures.ts";
import { performancePage } from "../../bench/performance_page.ts";
import type { Line } from "../../bench/row.ts";

const LINE: Line = { work: "the work", value: 2, unit: "×", from: "4 s / 2 s" };
const CONTENDER = { runs: 1, medianMs: 1, fastestMs: 1, slowestMs: 1, cpuMs: 1, peakMiB: 1 };

function runOf(commit: string, rows: readonly string[], more: Partial<BenchRun> = {}): BenchRun {
  const figures = { rows: Object.fromEntries(rows.map((row) => [row, [LINE]])), contenders: {} };
  return { date: "2026-01-02", commit, load: "0.1", facts: ["Kafka"], isQuick: false, ...figures, ...more };
}

Deno.test("The figures of a new run take the place of those of older runs, row by row", () => {
  const first = runOf("1", ["types", "kcat"], {
    contenders: { one: CONTENDER, two: CONTENDER },
    profile: "|1|",
  });
  const some = withRun([first], runOf("2", ["kcat"], { contenders: { two: CONTENDER } }));
  deepEqual(some.map(({ commit, rows }) => [commit, ...Object.keys(rows)]), [["2", "kcat"], ["1", "types"]]);
  deepEqual(some.map(({ contenders }) => Object.keys(contenders)), [["two"], ["one"]]);
  deepEqual(some.map(({ profile }) => profile), [undefined, "|1|"]);
  const all = withRun(some, runOf("3", ["types", "kcat"], { profile: "|3|" }));
  deepEqual(all.map(({ commit, profile }) => [commit, profile]), [["3", "|3|"]]);
});

Deno.test("The page says of each figure which run it is of, and of a run what it does not share", () => {
  const page = performancePage([
    runOf("2", ["kcat"], { facts: ["Kafka", "Deno 2"], load: "1.5", isQuick: true }),
    runOf("1", ["types"], { facts: ["Kafka", "Deno 1"] }),
  ]);
  match(page, /^## Runs\n\n- Kafka\n\nRun A: 2026-01-02, commit `2`.*busy.*quick run.*\n\n- Deno 2\n/m);
  match(page, /^Run B: 2026-01-02, commit `1`\. The load average was 0\.1 when it began\.\n\n- Deno 1\n/m);
  match(page, /\| the work \| \*\*2×\*\* \| 4 s \/ 2 s \| +\| +\| comparison \| B \|\n.*comparison \| A \|/);
});
