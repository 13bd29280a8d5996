/**
 * The licences of what is in the executable: a text for the file beside it. Packages are those of which the bundle
 * has code, so the list is complete, and names nothing that only builds or tests.
 */
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";

/** A package in the bundle. */
export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly licence: string;
  readonly text: string;
}

/** Where Deno installs a package. */
const PACKAGE = /^node_modules\/\.deno\/[^/]+\/node_modules\/(?:@[^/]+\/)?[^/]+/;

const TEXT_FILE = /^(licen[cs]e|copying|notice)\b/i;

/** For packages that name this licence, but come without its text. */
const ISC_TEXT = `Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`;

/** The text of a licence that some packages only name; their files say whose they are. */
const APACHE_TEXT = new URL("apache-2.0.txt", import.meta.url);

/** The packages of which a bundle has code, in the order of their names. */
export async function packagesIn(
  { metafile, directory }: Pick<Bundle, "metafile" | "directory">,
): Promise<Licensed[]> {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && PACKAGE.test(file)).map(([file]) => file);
  const byPackage = Map.groupBy(new Set(files), (file) => PACKAGE.exec(file)![0]);
  const packages = await Promise.all(
    [...byPackage].map(([place, own]) =>
      licensed(join(directory, place), own.map((file) => join(directory, file)))
    ),
  );
  return packages.toSorted((one, other) => one.name < other.name ? -1 : 1);
}

/** @param sources Its files that are in the bundle. */
async function licensed(directory: string, sources: readonly string[]): Promise<Licensed> {
  const { name, version, license, author } = JSON.parse(
    await Deno.readTextFile(join(directory, "package.json")),
  ) as { name: string; version: string; license?: string; author?: string | { name: string } };
  if (license === undefined) throw new Error(`The package ${name} names no licence`);
  const files = [...Deno.readDirSync(directory)].map((entry) => entry.name).filter((file) =>
    TEXT_FILE.test(file)
  );
  const texts = await Promise.all(files.toSorted().map((file) => Deno.readTextFile(join(directory, file))));
  if (texts.length === 0 && license === "ISC" && author !== undefined) {
    texts.push(`Copyright (c) ${typeof author === "string" ? author : author.name}\n\n${ISC_TEXT}`);
  }
  if (texts.length === 0 && license.includes("Apache-2.0")) {
    texts.push(...await noticesIn(sources), await Deno.readTextFile(APACHE_TEXT));
  }
  if (texts.length === 0) throw new Error(`The package ${name} has no file with the text of its licence`);
  const text = texts.map((each) => each.replaceAll("\r\n", "\n").trim()).join("\n\n");
  return { name, version, licence: license.replace(/^\((.*)\)$/, "$1"), text };
}

/** The comments at the head of files that say whose they are, and under which terms, each once. */
async function noticesIn(files: readonly string[]): Promise<string[]> {
  const heads = await Promise.all(files.map(async (file) => {
    const [head = ""] = /^(?:\/\/.*\n)*/.exec(await Deno.readTextFile(file)) ?? [];
    return head.replaceAll(/^\/\/ ?/gm, "").trim();
  }));
  return [...new Set(heads)].filter((head) => head.includes("Copyright")).toSorted();
}

/** Between the licences in a text. */
const RULE = `\n\n${"-".repeat(80)}\n\n`;

/** The licences of packages as a text. */
export function packagesText(packages: readonly Licensed[]): string {
  return packages.map(({ name, version, licence, text }) => `${name} ${version} (${licence})\n\n${text}`)
    .join(RULE);
}

/** The packages of a text that {@link packagesText} made. */
export function packagesOf(text: string): Licensed[] {
  return text.split(RULE).map((part) => {
    const [, name, version, licence, own] = /^(\S+) (\S+) \((.+?)\)\n\n([^]*)$/.exec(part) ?? [];
    if (name === undefined) throw new Error(`Not the licence of a package: ${part}`);
    return { name, version: version!, licence: licence!, text: own! };
  });
}

/**
 * The text of the file: the licences of the program and its packages, and where those of the runtime are.
 */
export function licencesText(own: string, packages: readonly Licensed[]): string {
  const { deno, v8 } = Deno.version;
  const parts = [
    `sfcrime\n\n${own.trim()}`,
    packagesText(packages),
    `Deno ${deno} (MIT), with V8 ${v8} (BSD-3-Clause)\n\n` +
    `The runtime. Its licence, and those of the libraries that it contains:\n` +
    `https://github.com/denoland/deno/tree/v${deno}\nhttps://github.com/denoland/rusty_v8`,
  ];
  return `${parts.join(RULE)}\n`;
}
