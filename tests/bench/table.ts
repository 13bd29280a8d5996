/** The table of what was measured, as Markdown. */
import type { Line } from "./row.ts";

/** Markdown of a table. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The lines, with what each should be and whether it is, and the runs that they are of, if there are several. */
export function targetTable(lines: readonly (Line & { readonly run?: string })[]): string {
  const hasRuns = lines.some(({ run }) => run !== undefined);
  return markdownTable(
    ["work", "measured", "from (medians)", "at least", "aim", "", ...hasRuns ? ["run"] : []],
    lines.map(({ work, value, unit, from, target, run }) => [
      work,
      `**${figure(value)}${unit}**`,
      from,
      target === undefined ? "" : bound(target.atLeast, target.isMost, unit),
      target === undefined ? "" : bound(target.aim, target.isMost, unit),
      target === undefined ? "comparison" : verdict(value, target),
      ...hasRuns ? [run ?? ""] : [],
    ]),
  );
}

function bound(value: number, isMost: boolean, unit: string): string {
  return `${isMost ? "≤" : "≥"} ${figure(value)}${unit}`;
}

function verdict(value: number, { atLeast, aim, isMost }: NonNullable<Line["target"]>): string {
  const reaches = (target: number) => isMost ? value <= target : value >= target;
  if (reaches(aim)) return "aim met";
  return reaches(atLeast) ? "met" : "missed";
}

/** Three digits that matter, or all of a large number. */
export function figure(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
