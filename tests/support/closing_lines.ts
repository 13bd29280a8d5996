/**
 * The last lines of all tests: what failed, and why, then which tests were skipped, and at the very end the total. So
 * the end of a log is enough, even where its beginning has been cut off.
 */
import { stripVTControlCharacters } from "node:util";
import type { StepResult, Sum } from "./step.ts";

/** A step that has ended. */
export interface EndedStep extends Pick<StepResult, "sum" | "output" | "isInterrupted"> {
  readonly name: string;
}

/** Of each error, this many lines. */
const ERROR_LINES_MAX = 12;

/** The lines, of which the last one is `N passed, N failed`, with `, N skipped` if there are any. */
export function closingLines(steps: readonly EndedStep[]): string[] {
  const total = (kind: keyof Sum) => steps.reduce((sum, step) => sum + step.sum[kind], 0);
  const skipped = total("skipped");
  return [
    ...steps.filter(({ sum }) => sum.failed > 0).flatMap(failureLines),
    ...steps.flatMap(({ output }) => skippedLines(output)),
    `${total("passed")} passed, ${total("failed")} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`,
  ];
}

/** The lines in which tests have said that they were skipped, and what they need. */
function skippedLines(output: string): string[] {
  return output.match(/^Skipped: .*$/gm) ?? [];
}

/** The tests that Deno lists as failed, each with its error; of a step without such a list, what it said last. */
function failureLines({ name, output, isInterrupted }: EndedStep): string[] {
  if (isInterrupted) return [`Interrupted: ${name}`];
  const lines = stripVTControlCharacters(output).split("\n").filter((line) => line.trim() !== "");
  const errors = lines.lastIndexOf(" ERRORS ");
  const list = lines.lastIndexOf(" FAILURES ");
  if (errors < 0 || list < errors) return [`Failed: ${name}`, ...lines.slice(-ERROR_LINES_MAX).map(indented)];
  const total = lines.findLastIndex((line) => line.startsWith("FAILED | "));
  const failed = lines.slice(list + 1, total);
  const explained = lines.slice(errors, list);
  return failed.flatMap((test) => {
    const error = explained.slice(explained.indexOf(test) + 1);
    const next = error.findIndex((line) => failed.includes(line));
    const end = next < 0 ? ERROR_LINES_MAX : Math.min(next, ERROR_LINES_MAX);
    return [`Failed: ${test}`, ...error.slice(0, end).map(indented)];
  });
}

function indented(line: string): string {
  return `  ${line}`;
}
