import { deepEqual, equal, ok } from "assert";
import { REFERENCE } from "../../../lib/config/reference/reference.ts";

const ROOT = new URL("../../../", import.meta.url);
const DOCS = [...Deno.readDirSync(new URL("docs/", ROOT))].map(({ name }) => name).filter((name) =>
  name.endsWith(".md")
).toSorted();
const PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...DOCS.map((name) => `docs/${name}`)];

/** A page without its blocks of code. */
function prose(page: string): string {
  return read(page).replaceAll(/^( *)```.*?^\1```/gms, "");
}

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

function isThere(path: string, base: URL): boolean {
  try {
    Deno.statSync(new URL(path, base));
    return true;
  } catch {
    return false;
  }
}

/** The pages that a page links to, relative to itself. */
function linksOf(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)#\s]+)/g)].map((found) => found[1]!).filter((link) =>
    !link.startsWith("https://")
  );
}

Deno.test("Every link of a page leads somewhere", () => {
  for (const page of PAGES) {
    for (const link of linksOf(page)) ok(isThere(link, new URL(page, ROOT)), `${page}: ${link}`);
  }
});

Deno.test("README leads to every page of docs/", () => {
  const linked = new Set(linksOf("README.md"));
  deepEqual(PAGES.slice(1).filter((page) => !linked.has(page)), []);
});

Deno.test("Every file that a page names is there", () => {
  for (const page of PAGES) {
    const named = [...prose(page).matchAll(/`((?:lib|tests|config|docs)\/[\w./-]+)`/g)];
    for (const [, path] of named) ok(isThere(path!, ROOT), `${page}: ${path}`);
  }
});

Deno.test("Every key that a page names by its section is there", () => {
  for (const page of PAGES) {
    for (const [text, section, key] of prose(page).matchAll(/`\[([a-z]+)\] ([a-z_]+)/g)) {
      ok(section! in REFERENCE && key! in REFERENCE[section as keyof typeof REFERENCE], `${page}: ${text}`);
    }
  }
});

Deno.test("docs/architecture.md lists the rooms of lib/, and no other", () => {
  const listed = [...read("docs/architecture.md").matchAll(/^\| \d\s*\| `(\w+)\/`/gm)].map((found) =>
    found[1]!
  );
  const rooms = [...Deno.readDirSync(new URL("lib/", ROOT))].map(({ name }) => name).filter((name) =>
    [...Deno.readDirSync(new URL(`lib/${name}/`, ROOT))].length > 0
  );
  deepEqual(listed.toSorted(), rooms.toSorted());
});

Deno.test("Every library of the import map has its reason in docs/decisions.md", () => {
  const { scopes } = JSON.parse(read("deno.json")) as {
    scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const decisions = read("docs/decisions.md");
  const { "./lib/ui/page/": ofPage, ...others } = scopes;
  const libraries = [
    ...Object.values(others).flatMap(Object.keys).map((name) => name.replace(/\/$/, "")),
    // It has one name for each module of a package.
    ...Object.keys(ofPage!).map((name) => name.split("/", 1)[0]!),
  ];
  ok(libraries.length > 10);
  for (const name of new Set(libraries)) ok(decisions.includes(name), name);
});

Deno.test("Titles are in sentence case", () => {
  const names = /^(Docker|Kafka|Spark|SQL)$/;
  for (const page of PAGES) {
    for (const [title, words] of prose(page).matchAll(/^#+ (?!\[|sfcrime)(.+)$/gm)) {
      const later = words!.split(/[\s,]+/).slice(1).filter((word) =>
        /^[A-Z]/.test(word) && !names.test(word)
      );
      equal(later.join(), "", `${page}: ${title}`);
    }
  }
});
