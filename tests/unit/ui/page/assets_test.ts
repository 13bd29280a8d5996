/** The files of the page, as the server embeds them. */
import { deepEqual, equal, ok } from "assert";
import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { ASSETS } from "../../../../lib/ui/page/assets.ts";
import { ASSETS_MODULE, generatedAssets } from "../../../support/make_page.ts";
import { codeOf, LIB, sources } from "../../tree/lib_imports.ts";

const BYTES_MAX = 100_000;

Deno.test("The committed page is the one that its sources make", async () => {
  ok(await Deno.readTextFile(ASSETS_MODULE) === await generatedAssets(), "Run deno task page.");
});

Deno.test("The page is less than 100 KB, compressed", () => {
  const bytes = Object.values(ASSETS).reduce((sum, { body }) => sum + gzipSync(body).length, 0);
  ok(bytes < BYTES_MAX, `${bytes} bytes`);
});

Deno.test("The page has no script and no style in its HTML, and names no other host", () => {
  const html = ASSETS["index.html"]!.body;
  deepEqual(html.match(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/g), null);
  const named = Object.values(ASSETS).flatMap(({ body }) => body.match(/\bhttps?:\/\/[\w.-]+/g) ?? []);
  // The names of SVG and MathML look like addresses.
  deepEqual([...new Set(named)], ["http://www.w3.org"]);
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
    ok(path!.startsWith("/assets/") && path!.slice("/assets/".length) in ASSETS, path);
  }
});

Deno.test("The sources of the page use nothing of Deno, and make no HTML out of texts", () => {
  const page = [...sources(`${LIB}ui/page`)].filter((path) => path !== ASSETS_MODULE);
  ok(page.length > 20);
  for (const path of page) {
    equal(
      /\bDeno\.|"node:|\b(?:inner|outer)HTML\b|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write/
        .exec(
          codeOf(path),
        ),
      null,
      relative(LIB, path),
    );
  }
});
