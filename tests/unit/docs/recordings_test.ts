import { deepEqual, equal, match, ok } from "assert";
import { runLines } from "../../../lib/cli/analyze/live/run_lines.ts";
import { sampleCalls } from "../../support/calls.ts";
import { planFrom } from "../../support/plan_from.ts";
import { RECORDINGS, RECORDINGS_DIR } from "../../support/recordings.ts";
import { linesOf } from "../../support/terminal_picture.ts";
import { batchPoint, queryView } from "../../support/ui_fixture.ts";

const DOCS = new URL("../../../docs/", import.meta.url);
const BYTES_MAX = 60_000;

const textOf = (file: string) => Deno.readTextFileSync(new URL(file, RECORDINGS_DIR));

/** What the last screen of a recording shows. */
function lastScreen(file: string): string {
  return linesOf(textOf(file).split('class="frame"').at(-1)!).join("\n");
}

/** The columns of the built-in queries. */
async function columnsOf(names: readonly string[]): Promise<string[]> {
  const { queries } = await planFrom({}, { names });
  return queries.flatMap(({ plan }) => plan.output.map(({ name }) => name));
}

/** Each tag is closed in its turn, and what is between them has no other marks. */
function requireXml(text: string): void {
  const open: string[] = [];
  const between = text.replaceAll(
    /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/gi,
    (_tag, ...parts) => {
      const [closes, name, , isEmpty] = parts as string[];
      if (closes === "/") equal(open.pop(), name);
      else if (isEmpty !== "/") open.push(name!);
      return "";
    },
  );
  deepEqual(open, []);
  const marks = between.replaceAll(/&(amp|lt|gt);/g, "").match(/[<&]/g);
  equal(marks, null);
}

Deno.test("Each recording is there, and no other; it is XML, and small", () => {
  const files = [...Deno.readDirSync(RECORDINGS_DIR)].map(({ name }) => name);
  deepEqual(files.toSorted(), RECORDINGS.map(({ file }) => file).toSorted());
  for (const file of files) {
    requireXml(textOf(file));
    ok(Deno.statSync(new URL(file, RECORDINGS_DIR)).size < BYTES_MAX, file);
  }
});

Deno.test("A recording has a frame for each moment, and words for those who do not see it; without motion it is its last screen", () => {
  for (const { file, title, description, args, moments, ends } of RECORDINGS) {
    const svg = textOf(file).replaceAll(/\s+/g, " ");
    ok(svg.includes(`<title>${title}</title>`), file);
    ok(svg.includes(`<desc>${description}</desc>`), file);
    match(svg, /\.frame:last-child \{ visibility: visible; \}/);
    match(svg, /@media \(prefers-reduced-motion: no-preference\)/);
    const commands = linesOf(svg).filter((line) => line.startsWith("$ "));
    equal(commands.length, 1 + moments.length + (ends ? 1 : 0), file);
    deepEqual([...new Set(commands)], [`$ sfcrime ${args.join(" ")}`]);
  }
});

Deno.test("A recording has the words of the program as it is now", async () => {
  for (const [file, query] of [["aggregation.svg", "by_type"], ["join.svg", "with_disposition"]] as const) {
    const header = `|${(await columnsOf([query])).map((name) => `${name} *`).join("\\|")}\\|`;
    match(lastScreen(file), new RegExp(header.replace(/^\|/, "\\|")));
  }
  const live = lastScreen("live.svg");
  for (const column of await columnsOf(["by_type", "with_disposition"])) ok(live.includes(column), column);
  const query = {
    view: { ...queryView("by_type"), watermarkMs: 1, watermarkGapMs: 1 },
    isIdle: false,
    batches: [{ ...batchPoint(0), stateRows: 2 }],
    rows: undefined,
  };
  const drawn = runLines([query], { columns: 300, rows: 9, messages: [], color: false, nowMs: 1 });
  for (const [word] of drawn.join(" ").matchAll(/\b[a-z_]{2,}\b/g)) ok(live.includes(word), word);
  const call = lastScreen("consume.svg").replaceAll("\n", "");
  for (const field of Object.keys(sampleCalls()[0]!)) ok(call.includes(`"${field}":`), field);
  match(textOf("produce.svg"), /█+░*.*left/s);
});

Deno.test("Each recording stands in a page of the documentation", () => {
  const names = [...Deno.readDirSync(DOCS)].map(({ name }) => name).filter((name) => name.endsWith(".md"));
  const pages = names.map((name) => Deno.readTextFileSync(new URL(name, DOCS))).join("\n");
  for (const { file } of RECORDINGS) ok(pages.includes(`](recordings/${file})`), file);
});
