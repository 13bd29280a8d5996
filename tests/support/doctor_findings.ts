/** What `doctor` finds, for tests. */
import { match } from "assert";
import type { RunResult } from "./program.ts";
import { lines } from "./workplace.ts";

/** A finding, as `doctor --json` prints it. */
export interface PrintedFinding {
  readonly area: string;
  readonly level: "ok" | "warning" | "failure";
  readonly text: string;
  readonly advice?: string;
}

/** All findings of a run with `--json`. */
export function findingsOf({ stdout }: RunResult): PrintedFinding[] {
  return lines(stdout).map((line) => JSON.parse(line) as PrintedFinding);
}

/** Those that are not well. */
export function problemsOf(result: RunResult): PrintedFinding[] {
  return findingsOf(result).filter(({ level }) => level !== "ok");
}

/** Checks that a finding says something, and what to do. */
export function says(
  finding: PrintedFinding | undefined,
  expected: { readonly text: RegExp; readonly advice: RegExp },
): void {
  match(finding?.text ?? "nothing", expected.text);
  match(finding?.advice ?? "nothing", expected.advice);
}
