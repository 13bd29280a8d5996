/**
 * Generates sections of `docs/` and README: from the program, the help of each command, all configuration keys, and all
 * SQL functions; and what was measured: performance and scaling, from the figures of the last runs. They are between two
 * markers, `<!-- made: NAME -->` and `<!-- end of NAME -->`; a test compares them with what would be generated now.
 *
 * `deno run --allow-all tests/support/make_docs.ts` regenerates them.
 */
import { CLIENT_PROPERTIES } from "../../lib/config/properties/client_properties.ts";
import { CLIENT_PROPERTY_REFERENCE } from "../../lib/config/properties/reference.ts";
import type { Entry } from "../../lib/config/reference/entry.ts";
import { NAMED_REFERENCE } from "../../lib/config/reference/named_keys.ts";
import { REFERENCE } from "../../lib/config/reference/reference.ts";
import { NAMED_SECTIONS, SECTIONS } from "../../lib/config/sections.ts";
import type { Kind } from "../../lib/config/values/values.ts";
import { LOCAL_SETTINGS } from "../../lib/plan/checks/plan_engine.ts";
import { AGGREGATE_SYNONYMS } from "../../lib/sql/functions/aggregates/aggregates.ts";
import { SYNONYMS } from "../../lib/sql/functions/functions.ts";
import { UNSUPPORTED_FORMS, UNSUPPORTED_STATEMENTS } from "../../lib/sql/syntax/unsupported.ts";
import { UNSUPPORTED_TYPES } from "../../lib/records/types/unsupported_types.ts";
import { readRuns } from "../bench/figures.ts";
import { performancePage } from "../bench/performance_page.ts";
import { speedTable } from "../bench/speed_table.ts";
import { readFigures } from "../bench/scaling/figures.ts";
import { scalingPage } from "../bench/scaling/scaling_page.ts";
import { runInProcess } from "./program_in_process.ts";
import { nameOfSignature, SQL_REFERENCE } from "./sql_reference.ts";
import { UNSUPPORTED_GROUPS } from "../../lib/sql/refusals/unsupported_functions.ts";
import { UNSUPPORTED_REFERENCE } from "./unsupported_reference.ts";

const ROOT = new URL("../../", import.meta.url);

/** The files with parts that are made, by their names, and what makes them. */
const MADE: Readonly<Record<string, readonly [path: string, render: () => string | Promise<string>]>> = {
  commands: ["docs/commands.md", renderCommands],
  configuration: ["docs/configuration.md", renderConfiguration],
  performance: ["docs/performance.md", () => performancePage(readRuns())],
  scaling: ["docs/scaling.md", () => scalingPage(readFigures())],
  spark: ["docs/spark.md", renderSpark],
  sql: ["docs/sql.md", renderSql],
  speed: ["README.md", () => speedTable(readRuns())],
};

/** A document as it stands in the checkout, and as it would be made now. */
export interface MadeDocument {
  readonly path: string;
  readonly current: string;
  readonly made: string;
}

/** Makes all documents that have parts to be made. */
export async function makeDocuments(): Promise<MadeDocument[]> {
  return await Promise.all(
    Object.entries(MADE).map(async ([name, [path, render]]) => {
      const current = await Deno.readTextFile(new URL(path, ROOT));
      const [begin, end] = [`<!-- made: ${name} -->`, `<!-- end of ${name} -->`];
      const [from, to] = [current.indexOf(begin), current.indexOf(end)];
      if (from < 0 || to < from) throw new Error(`${path} has no place between ${begin} and ${end}`);
      const made = `${current.slice(0, from)}${begin}\n\n${await render()}\n${current.slice(to)}`;
      return { path, current, made: await formatted(made) };
    }),
  );
}

/** Markdown as the formatter leaves it. */
async function formatted(text: string): Promise<string> {
  const config = new URL("deno.json", ROOT).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--config", config, "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** What only the local engine has. */
function renderSpark(): string {
  const rows = LOCAL_SETTINGS.map(({ setting, values = [], isRefused, reason, isJobOnly }) => {
    const [section, key] = setting.split(".");
    const place = section! in REFERENCE ? `[${section}]` : `[${section}.NAME]`;
    const how = isRefused ? "refused" : "ignored, with a warning";
    const set = values.length === 0 ? "" : ` = ${values.join(", ")}`;
    return `| \`${place} ${key}${set}\` | ${how}${isJobOnly ? ", by `spark-job`" : ""} | ${reason} |`;
  });
  return ["| Setting | On a cluster | Why |", "| --- | --- | --- |", ...rows].join("\n") + "\n";
}

/** The last line of the help of a command. */
const COMMON_OPTIONS = /\nOptions of all commands.*\n/;

async function renderCommands(): Promise<string> {
  const program = await helpOf([]);
  const verbs = await Promise.all(verbsIn(program).map((verb) => renderVerb([verb])));
  return [`### sfcrime\n\n${asText(program)}`, ...verbs.flat()].join("\n");
}

/** A verb, and the verbs below it. Where the flags are that all of them have is said once. */
async function renderVerb(verb: readonly string[]): Promise<string[]> {
  const help = await helpOf(verb);
  const own = help.replace(COMMON_OPTIONS, "");
  if (own === help) throw new Error(`The help of ${verb.join(" ")} does not name the common options`);
  const below = await Promise.all(verbsIn(help).map((name) => renderVerb([...verb, name])));
  return [`### sfcrime ${verb.join(" ")}\n\n${asText(own)}`, ...below.flat()];
}

async function helpOf(verb: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runInProcess([...verb, "--help"]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** The commands that a help text lists. */
function verbsIn(help: string): string[] {
  const [list = ""] = help.split("\nCommands:\n")[1]?.split("\n\n") ?? [];
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map((match) => match[1]!);
}

function asText(help: string): string {
  return `\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
}

interface Key {
  readonly name: string;
  readonly entry: { readonly default?: string; readonly doc: string };
  readonly kind: Kind<unknown>;
}

function renderConfiguration(): string {
  const fixed = Object.entries(REFERENCE).map(([section, entries]) =>
    renderSection(`[${section}]`, keysOf(entries, SECTIONS[section as keyof typeof SECTIONS]))
  );
  const named = Object.entries(NAMED_REFERENCE).map(([kind, entries]) =>
    renderSection(`[${kind}.NAME]`, keysOf(entries, NAMED_SECTIONS[kind as keyof typeof NAMED_SECTIONS]))
  );
  const properties = Object.entries(CLIENT_PROPERTY_REFERENCE).map(([name, entry]): Key => ({
    name,
    entry,
    kind: CLIENT_PROPERTIES[name as keyof typeof CLIENT_PROPERTIES],
  }));
  return [...fixed, renderSection("Client properties in [kafka]", properties), ...named].join("\n");
}

function keysOf(
  entries: Readonly<Record<string, Entry>>,
  kinds: Readonly<Record<string, Kind<unknown>>>,
): Key[] {
  return Object.entries(entries).map(([name, entry]) => ({ name, entry, kind: kinds[name]! }));
}

function renderSection(title: string, keys: readonly Key[]): string {
  const hasDefaults = keys.some(({ entry }) => entry.default !== undefined);
  const rows = keys.map(({ name, entry, kind }) =>
    row([
      `\`${name}\``,
      ...(hasDefaults ? [entry.default ? `\`${entry.default}\`` : "unset"] : []),
      kind.allowed,
      entry.doc,
    ])
  );
  const head = ["Key", ...(hasDefaults ? ["Default"] : []), "Values", "Description"];
  return [`### ${title}`, "", row(head), row(head.map(() => "---")), ...rows, ""].join("\n");
}

function renderSql(): string {
  return `${renderFunctions()}\n## What is not supported\n\n${renderUnsupported()}\n`;
}

/** What Spark's SQL has and the program refuses, in the words of the refusals. */
function renderUnsupported(): string {
  const rows = [
    ...Object.values(UNSUPPORTED_FORMS),
    ...UNSUPPORTED_REFERENCE,
    ...UNSUPPORTED_STATEMENTS.map(({ words, instead }) => ({ form: codes(words), instead })),
    ...typeGroups().map(([instead, names]) => ({
      form: `The type${names.length > 1 ? "s" : ""} ${codes(names)}`,
      instead,
    })),
    ...UNSUPPORTED_GROUPS.map((
      { names, instead = "Those above; the refusal names some that come close." },
    ) => ({
      form: names.split(" ").map((name) => `\`${name}\``).join(", "),
      instead,
    })),
  ];
  const cells = rows.map(({ form, instead }) =>
    row([`${form.charAt(0).toUpperCase()}${form.slice(1).replace(/,$/, "")}`, instead])
  );
  return [row(["Not supported", "Instead"]), row(["---", "---"]), ...cells].join("\n");
}

function codes(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}

/** The types that are not supported, by what to use instead. */
function typeGroups(): [instead: string, names: string[]][] {
  const groups = Object.groupBy(Object.entries(UNSUPPORTED_TYPES), ([, instead]) => instead);
  return Object.entries(groups).map(([instead, entries]) => [instead, entries!.map(([name]) => name)]);
}

function renderFunctions(): string {
  const synonyms = Object.entries({ ...SYNONYMS, ...AGGREGATE_SYNONYMS });
  return Object.entries(SQL_REFERENCE).map(([title, lines]) => {
    const rows = lines.map(([signature, doc]) => {
      const others = synonyms.filter(([, name]) => name === nameOfSignature(signature)).map(([other]) =>
        other
      );
      return row([`\`${signature}\``, others.map((other) => `\`${other}\``).join(" "), doc]);
    });
    return [
      `### ${title}`,
      "",
      row(["Function", "Synonyms", "Result"]),
      row(["---", "---", "---"]),
      ...rows,
      "",
    ].join(
      "\n",
    );
  }).join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(" | ")} |`;
}

/** A cell of a table: in code only the bar has to be escaped. */
function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|").split("`").map((text, index) =>
    index % 2 === 0 ? text.replaceAll("<", "\\<") : text
  ).join("`");
}

if (import.meta.main) {
  for (const { path, made } of await makeDocuments()) await Deno.writeTextFile(new URL(path, ROOT), made);
}
