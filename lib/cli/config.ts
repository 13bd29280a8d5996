/** `sfcrime config`: prints the settings with the source of each value, or checks them. */
import type { Command } from "commander";
import { planAnalysis } from "../plan/plan_analysis.ts";
import { plural } from "../base/text/format.ts";
import { logger } from "../base/log.ts";
import { shown } from "../config/gather.ts";
import type { Settings } from "../config/settings.ts";
import { createCheckedContext, createContext } from "./context.ts";
import type { Io } from "./io.ts";

/** Adds the subcommands. */
export function addConfig(config: Command, io: Io): void {
  const show = config.command("show").description("Print all settings, and where each value comes from.");
  show.action(async () => {
    const { settings } = await createContext(show, io);
    await io.stdout.write(new TextEncoder().encode(renderSettings(settings)));
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
    const file = settings.file ?? "no file, built-in defaults";
    logger("config").info(`Configuration OK (${file}): ${plural(queries.length, "query", "queries")}`);
  });
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

/** `query.by_type.sql` is the key sql of [query.by_type], `kafka.sasl.username` the key sasl.username of [kafka]. */
function splitName(name: string): [section: string, key: string] {
  const parts = name.split(".");
  const sectionParts = parts[0] === "stream" || parts[0] === "table" || parts[0] === "query" ? 2 : 1;
  return [parts.slice(0, sectionParts).join("."), parts.slice(sectionParts).join(".")];
}
