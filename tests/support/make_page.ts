/**
 * Bundles the page of `lib/ui/page` into the module that the server embeds: `deno task page`. A test makes it anew and
 * compares, so that the two never part.
 *
 * esbuild bundles a copy of the sources, beside which Deno installs the locked packages, as for the executable.
 */
import { build, stop } from "esbuild";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { runDeno } from "../build/bundle.ts";
import { packagesIn, packagesText } from "../build/licences.ts";
import { ROOT } from "./task.ts";

const PAGE = "lib/ui/page";

/** The module. */
export const ASSETS_MODULE: string = join(ROOT, PAGE, "assets.ts");

/** The types of the files that the page consists of. */
const TYPES = {
  "index.html": "text/html",
  "page.js": "text/javascript",
  "page.css": "text/css",
  "favicon.svg": "image/svg+xml",
  "licences.txt": "text/plain",
} as const;

type Asset = keyof typeof TYPES;

/** The content of the module. */
export async function generatedAssets(): Promise<string> {
  const bodies = await bundled();
  const assets = (Object.keys(TYPES) as Asset[]).map((name) =>
    `  ${JSON.stringify(name)}: {\n    type: ${JSON.stringify(TYPES[name])},\n` +
    `    body:\n      ${JSON.stringify(bodies[name])},\n  },\n`
  );
  return `// deno-fmt-ignore-file deno-lint-ignore-file\n// Generated from the other files of this directory by \`deno task page\`; do not edit.\n` +
    `/** The files of the page, by name. */\n` +
    `export const ASSETS: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {\n` +
    `${assets.join("")}};\n`;
}

async function bundled(): Promise<Readonly<Record<Asset, string>>> {
  const directory = await Deno.makeTempDir({ prefix: "sfcrime-page-" });
  try {
    await cp(join(ROOT, "lib"), join(directory, "lib"), { recursive: true });
    const { scopes } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as {
      scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
    await Deno.writeTextFile(
      join(directory, "deno.json"),
      JSON.stringify({ imports: scopes[`./${PAGE}/`], nodeModulesDir: "auto" }),
    );
    await Deno.copyFile(join(ROOT, "tests/deno.lock"), join(directory, "deno.lock"));
    await runDeno(["install", "-q"], { cwd: directory });
    const { outputFiles, metafile } = await build({
      absWorkingDir: directory,
      entryPoints: [{ in: join(PAGE, "main.tsx"), out: "page" }, {
        in: join(PAGE, "static/styles/page.css"),
        out: "page",
      }],
      outdir: ".",
      write: false,
      metafile: true,
      bundle: true,
      // Shorter names would follow from all words of all sources, and so change with any of them.
      minifyWhitespace: true,
      minifySyntax: true,
      format: "esm",
      // What the browsers of the last years understand.
      target: "es2023",
      jsx: "automatic",
      jsxImportSource: "preact",
      legalComments: "none",
      charset: "utf8",
      logLevel: "silent",
    });
    const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
    const page = (name: string) => Deno.readTextFile(join(ROOT, PAGE, "static", name));
    return {
      "index.html": await page("index.html"),
      "page.js": textOf(".js"),
      "page.css": textOf(".css"),
      "favicon.svg": await page("favicon.svg"),
      // The comments with the licences are not in the bundle.
      "licences.txt": packagesText(await packagesIn({ metafile, directory })),
    };
  } finally {
    await stop();
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) await Deno.writeTextFile(ASSETS_MODULE, await generatedAssets());
