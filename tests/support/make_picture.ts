/**
 * Draws `docs/demo.svg`: what `sfcrime demo` prints, in a plain terminal window. The text is that of a real
 * run; only what follows the summary is left out.
 *
 * `deno run --allow-all tests/support/make_picture.ts` draws it anew.
 */
import { runTool } from "./cache.ts";
import { run } from "./program.ts";
import { drawTerminal, plainLine } from "./terminal_picture.ts";

/** Where the picture is kept. */
export const PICTURE = new URL("../../docs/demo.svg", import.meta.url);

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

/** Draws the picture anew. */
export async function drawDemo(): Promise<void> {
  const screen = (await demoLines()).map(plainLine);
  await Deno.writeTextFile(
    PICTURE,
    drawTerminal([{ screen, seconds: 1 }], { title: "What sfcrime demo prints" }),
  );
  await runTool(Deno.execPath(), ["fmt", "-q", PICTURE.pathname]);
}

if (import.meta.main) await drawDemo();
