/** Commands that ask a broker: what it refuses, each of them has to say. */
import { ofToday } from "./today.ts";

const OTHERS: readonly (readonly string[])[] = [
  ["produce", "--limit", "1"],
  ["consume", "--from", "beginning", "--exit-at-end"],
  ["analyze", "--trigger", "available-now"],
  ["doctor"],
];

/** One command of each kind has its turn every few days; which one, differs by the number of the case. */
export function verbsOfToday(index: number): readonly (readonly string[])[] {
  const turned = OTHERS.map((_, at) => OTHERS[(at + index) % OTHERS.length]!);
  return [["topic", "list"], ...ofToday(turned, OTHERS.length)];
}

/** What a command printed, with each hint beside its message. */
export function saidOnLines(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): string {
  return `${stdout}${stderr}`.replaceAll(/\n {2,}/g, " ");
}
