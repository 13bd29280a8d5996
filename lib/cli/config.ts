/** `sfcrime config`: writes a file with all settings, prints them with the source of each value, or checks them. */
import type { Command } from "commander";
import { planAnalysis } from "../plan/plan_analysis.ts";
import { accessError, messageOf, SfcrimeError } from "../base/errors.ts";
import { plural } from "../base/text/format.ts";
import { logger } from "../base/log.ts";
import { shown } from "../config/gather.ts";
import type { Settings } from "../config/settings.ts";
import { CONFIG_PLACES, createCheckedContext, createContext } from "./context.ts";
import { addJsonFlag, addRunFlag } from "./flags.ts";
import type { Io } from "./io.ts";

/** Adds the subcommands. */
export function addConfig(config: Command, io: Io): void {
  addInit(config.command("init").description("Write a configuration file with all settings, explained."), io);
  const show = config.command("show").description("Print all settings, and where each value comes from.");
  addJsonFlag(show);
  show.action(async ({ json = false }: { readonly json?: boolean }) => {
    const { settings } = await createContext(show, io);
    const text = json ? settingsJson(settings) : renderSettings(settings);
    await io.stdout.write(new TextEncoder().encode(text));
  });
  const check = config.command("check").description(
    "Check the configuration and all queries, without connecting to a broker.",
  );
  check.action(async () => {
    const { settings, dataDir, error, invalid } = await createCheckedContext(check, io);
    const { queries } = await planAnalysis(settings, {
      dataDir,
      // All of them are checked.
      hasUi: true,
      processorCount: io.processorCount,
      error,
      invalid,
      host: io.host,
    });
    if (settings.producer.source !== undefined) {
      (await import("./produce/sources/data_set.ts")).requireSelect(settings);
    }
    const file = settings.file ?? "no file, built-in defaults";
    logger("config").info(`Configuration OK (${file}): ${plural(queries.length, "query", "queries")}`);
  });
}

/** The file that explains all settings, with the values that are built in. */
const EXPLAINED = new URL("../../config/app.cfg", import.meta.url);

/** The place in which `config init` writes, and others look, without a flag. */
const PLACE_DEFAULT = CONFIG_PLACES.at(-1)!;

/** Adds `config init`. */
function addInit(init: Command, io: Io): void {
  addRunFlag(
    init,
    "--output <file>",
    `File to write, which must not exist; - for stdout (default: ${PLACE_DEFAULT})`,
  );
  init.action(async ({ output = PLACE_DEFAULT }: { readonly output?: string }) => {
    // What is wrong with the present settings is no reason not to write new ones.
    await createCheckedContext(init, io);
    const text = await Deno.readFile(EXPLAINED);
    if (output === "-") return await io.stdout.write(text);
    await createNew(output, text);
    const other = CONFIG_PLACES[0]!;
    const hidden = output === PLACE_DEFAULT && await Deno.stat(other).then(() => true, () => false);
    const how = hidden || !CONFIG_PLACES.includes(output) ? ` It is read with --config ${output}.` : "";
    logger("config").info(`Wrote ${output}.${hidden ? ` ${other} is read in its place.` : ""}${how}`);
  });
}

/** @throws {SfcrimeError} USAGE if there is such a file, OUTPUT if it cannot be created. */
async function createNew(path: string, text: Uint8Array): Promise<void> {
  try {
    await Deno.writeFile(path, text, { createNew: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) {
      throw new SfcrimeError("USAGE", `${path} exists already; it is left as it is.`, {
        hint: "Name another file with --output, or - for stdout.",
        cause,
      });
    }
    throw accessError(cause) ??
      new SfcrimeError("OUTPUT", `Cannot write ${path}: ${messageOf(cause)}.`, { cause });
  }
}

/** INI text that can be read again, with a comment line above each value that names its source. */
export function renderSettings(settings: Settings): string {
  const sections = new Map<string, string[]>();
  for (const [name, { raw, place, origin }] of settings.provenance) {
    const [section, key] = splitName(name);
    const lines = sections.get(section) ?? [];
    sections.set(section, lines);
    if (raw === "" && origin === "default") {
      lines.push(`# ${key} is not set`);
      continue;
    }
    const secret = shown(key, raw) === "(hidden)";
    const value = secret ? "(hidden)" : raw.replaceAll("\n", "\n    ");
    lines.push(`# ${origin === "default" ? place : `${origin}: ${place}`}`, `${key} = ${value}`);
  }
  const head = settings.file === undefined ? "# no configuration file" : `# ${settings.file}`;
  const bodies = [...sections].map(([section, lines]) => `\n[${section}]\n${lines.join("\n")}\n`);
  return `${head}\n${bodies.join("")}`;
}

/** The same as an object: by section and key, the value as text, null if it is not set, and its source. */
export function settingsJson({ file, provenance }: Settings): string {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const [name, { raw, place, origin }] of provenance) {
    const [section, key] = splitName(name);
    const isSet = raw !== "" || origin !== "default";
    const value = shown(key, raw) === "(hidden)" ? "(hidden)" : raw;
    (sections[section] ??= {})[key] = { value: isSet ? value : null, origin, place };
  }
  return `${JSON.stringify({ file: file ?? null, settings: sections })}\n`;
}

/** `query.by_type.sql` is the key sql of [query.by_type], `kafka.sasl.username` the key sasl.username of [kafka]. */
function splitName(name: string): [section: string, key: string] {
  const parts = name.split(".");
  const sectionParts = parts[0] === "stream" || parts[0] === "table" || parts[0] === "query" ? 2 : 1;
  return [parts.slice(0, sectionParts).join("."), parts.slice(sectionParts).join(".")];
}
