/**
 * Flags and their values: most flags stand for a setting and are read and checked as one; the others belong to
 * the run only, and are checked here by the same kinds of value.
 */
import { Argument, type Command, Option } from "commander";
import { SfcrimeError } from "../base/errors.ts";
import type { FlagValue } from "../config/gather.ts";
import type { Entry } from "../config/reference/entry.ts";
import { REFERENCE } from "../config/reference/reference.ts";
import type { Kind } from "../config/values/values.ts";

/** `section.key` by option or argument, for those that stand for a setting. */
const settingOf = new WeakMap<Option | Argument, string>();

/** The setting, `section.key`, that an option stands for. */
export function settingOfOption(option: Option): string | undefined {
  return settingOf.get(option);
}

/** A setting by `section.key`. */
function settingNamed(name: string): Entry {
  const [section, key] = name.split(".") as [keyof typeof REFERENCE, string];
  return (REFERENCE[section] as Readonly<Record<string, Entry>>)[key]!;
}

/** The first sentence of a setting's description, and its default. */
function describe(setting: Entry): string {
  const sentence = setting.doc.split(/(?<=\.) /)[0]!.replace(/\.$/, "");
  return setting.default === "" ? sentence : `${sentence} (default: ${setting.default})`;
}

/** Adds a flag that stands for a setting. */
export function addSettingFlag(command: Command, flags: string, name: string): void {
  const option = new Option(flags, describe(settingNamed(name)));
  settingOf.set(option, name);
  command.addOption(option);
}

/** Adds a flag that stands for a setting of several values, and may be given for each of them. */
export function addListFlag(command: Command, flags: string, name: string): void {
  const option = new Option(flags, `${describe(settingNamed(name))} (repeatable)`)
    .argParser((value: string, before: readonly string[] | undefined) => [...before ?? [], value]);
  settingOf.set(option, name);
  command.addOption(option);
}

/** Adds an argument that stands for a setting, which there may also be a flag for. */
export function addSettingArgument(command: Command, argument: string, name: string): void {
  const added = new Argument(argument, describe(settingNamed(name)));
  settingOf.set(added, name);
  command.addArgument(added);
}

/** Adds the flags for topics that a command may create. */
export function addNewTopicFlags(command: Command): void {
  addSettingFlag(command, "--partitions <number>", "kafka.num_partitions");
  addSettingFlag(command, "--replication-factor <number>", "kafka.replication_factor");
  addSettingFlag(command, "--retention <duration>", "kafka.retention");
  addListFlag(command, "--topic-config <name=value>", "kafka.topic_config");
}

/** Adds a flag that belongs to the run only. */
export function addRunFlag(command: Command, flags: string, doc: string): void {
  command.addOption(new Option(flags, doc));
}

/** Adds a flag that belongs to the run only, and may be given several times. */
export function addRunListFlag(command: Command, flags: string, doc: string): void {
  command.addOption(
    new Option(flags, `${doc} (repeatable)`)
      .argParser((value: string, before: readonly string[] | undefined) => [...before ?? [], value]),
  );
}

/** The flags of {@link addLimitFlags}, as commander returns them. */
export interface LimitFlags {
  readonly limit?: string;
  readonly maxMessages?: string;
}

/** Adds the flag for a number of records, by its names in several tools. */
export function addLimitFlags(command: Command, doc: string): void {
  addRunFlag(command, "-n, --limit <number>", doc);
  addRunFlag(command, "--max-messages <number>", "The same as --limit");
}

/** The number of records, by whichever name it was given. @throws {SfcrimeError} USAGE */
export function readLimit({ limit, maxMessages }: LimitFlags, kind: Kind<number>): number | undefined {
  return readFlag("--limit", limit, kind) ?? readFlag("--max-messages", maxMessages, kind);
}

/** Adds the flag with which a command prints JSON. */
export function addJsonFlag(command: Command, what = "Print one JSON object"): void {
  addRunFlag(command, "--json", what);
}

/**
 * The settings given as flags, to the command or to those above it, and as arguments.
 *
 * @throws {SfcrimeError} USAGE if an argument and a flag contradict each other.
 */
export function settingFlags(command: Command): FlagValue[] {
  const flags = settingsOfOptions(command);
  for (const [index, argument] of command.registeredArguments.entries()) {
    const setting = settingOf.get(argument);
    const given: unknown = command.processedArgs[index];
    const value = Array.isArray(given) ? given.join("\n") || undefined : given;
    if (setting === undefined || value === undefined) continue;
    const other = flags.find((flag) => flag.setting === setting);
    if (other !== undefined && other.value !== value) {
      throw new SfcrimeError(
        "USAGE",
        `${argument.name()} is given twice: ${JSON.stringify(value)}, and ${other.flag} ${
          JSON.stringify(other.value)
        }.`,
      );
    }
    flags.push({ setting, flag: `<${argument.name()}>`, value: String(value) });
  }
  return flags;
}

function settingsOfOptions(command: Command): FlagValue[] {
  const flags: FlagValue[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) {
    for (const option of at.options) {
      const setting = settingOf.get(option);
      const name = option.attributeName();
      if (setting === undefined || at.getOptionValueSource(name) !== "cli") continue;
      const value: unknown = at.getOptionValue(name);
      // A flag without a value turns its setting on.
      flags.push({
        setting,
        flag: option.long ?? option.flags,
        value: value === true ? "true" : Array.isArray(value) ? value.join("\n") : String(value),
      });
    }
  }
  return flags;
}

/**
 * Reads the value of a flag that belongs to the run only.
 *
 * @throws {SfcrimeError} USAGE, with the flag, its value and what is allowed.
 */
export function readFlag<T>(flag: string, value: string | undefined, kind: Kind<T>): T | undefined {
  if (value === undefined) return undefined;
  const parsed = kind.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SfcrimeError("USAGE", `${flag} = ${JSON.stringify(value)}: expected ${kind.allowed}.`);
}
