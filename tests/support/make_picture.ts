/**
 * Draws `docs/demo.svg`: what `sfcrime demo` prints, in a plain terminal window. The text is that of a real
 * run; only what follows the summary is left out.
 *
 * `deno run --allow-all tests/support/make_picture.ts` draws it anew.
 */
import { runTool } from "./cache.ts";
import { run } from "./program.ts";

/** Where the picture is kept. */
export const PICTURE = new URL("../../docs/demo.svg", import.meta.url);

const COLUMN_PX = 8.4;
const ROW_PX = 19;
const MARGIN_PX = 20;
const TITLE_PX = 36;

/** The lines of a run that the picture shows. */
export async function demoLines(): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await run(["demo"], { cwd: directory });
    if (code !== 0) throw new Error(stderr);
    return ["$ sfcrime demo", ...stdout.split("\n\nNext steps")[0]!.split("\n")];
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The lines that a picture shows. */
export function linesOf(svg: string): string[] {
  return [...svg.matchAll(/<text class="line"[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text!.replaceAll("\u00a0", " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
  );
}

/** Draws a terminal window with the given lines. */
function draw(lines: readonly string[]): string {
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(columns * COLUMN_PX + 2 * MARGIN_PX);
  const height = TITLE_PX + lines.length * ROW_PX + MARGIN_PX;
  const texts = lines.map((line, index) =>
    `<text class="line" x="${MARGIN_PX}" y="${TITLE_PX + (index + 1) * ROW_PX}">${escaped(line)}</text>`
  );
  const buttons = ["#ff5f57", "#febc2e", "#28c840"].map((color, index) =>
    `<circle cx="${MARGIN_PX + index * 20}" cy="18" r="6" fill="${color}" />`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="What sfcrime demo prints">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1e1e1e" />`,
    ...buttons,
    `<g fill="#d4d4d4" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">`,
    ...texts,
    `</g>`,
    `</svg>`,
    "",
  ].join("\n");
}

/** Spaces that no viewer and no formatter folds into one. */
function escaped(line: string): string {
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    " ",
    "\u00a0",
  );
}

if (import.meta.main) {
  await Deno.writeTextFile(PICTURE, draw(await demoLines()));
  await runTool(Deno.execPath(), ["fmt", "-q", PICTURE.pathname]);
}
