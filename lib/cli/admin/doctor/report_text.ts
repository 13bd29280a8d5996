/** The findings of `doctor` as text: by area, each on a line, with advice below it. */
import { plural } from "../../../base/text/format.ts";
import { printableLines } from "../../../base/text/printable.ts";
import { paint, type Style } from "../../terminal/styled_line.ts";
import { AREAS, type Finding, type Level } from "./finding.ts";

const STYLES: Readonly<Record<Level, Style>> = { ok: "good", warning: "warning", failure: "bad" };
const LEVEL_CELLS = "failure".length;

/** The report. */
export function reportText(findings: readonly Finding[], { color }: { readonly color: boolean }): string {
  const styled = (text: string, style: Style) => paint([{ text, style }], { columns: Infinity, color });
  const indent = " ".repeat(2 + LEVEL_CELLS + 2);
  const lineOf = ({ level, text, advice }: Finding) => {
    const mark = `  ${styled(level, STYLES[level])}${" ".repeat(LEVEL_CELLS - level.length + 2)}`;
    const below = advice === undefined ? "" : `${indent}${indented(advice, indent)}\n`;
    return `${mark}${indented(text, indent)}\n${below}`;
  };
  const parts = AREAS.flatMap((area) => {
    const ofArea = findings.filter((finding) => finding.area === area);
    if (ofArea.length === 0) return [];
    return [
      `${styled(`${area.charAt(0).toUpperCase()}${area.slice(1)}`, "strong")}\n`,
      ...ofArea.map(lineOf),
    ];
  });
  return `${parts.join("")}\n${summary(findings)}\n`;
}

function indented(text: string, indent: string): string {
  return printableLines(text).replaceAll("\n", `\n${indent}`);
}

/** `1 failure, 2 warnings, 9 ok`. */
function summary(findings: readonly Finding[]): string {
  const count = (wanted: Level) => findings.filter(({ level }) => level === wanted).length;
  return [
    plural(count("failure"), "failure"),
    plural(count("warning"), "warning"),
    `${count("ok")} ok`,
  ].join(", ");
}
