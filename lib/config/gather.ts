/**
 * The raw values from all sources, by setting name, before they are parsed as numbers or durations. Unknown
 * names are found here, whichever source they are in.
 */
import { didYouMean, nearest } from "../base/text/nearest.ts";
import { BUILT_IN_QUERIES, BUILT_IN_SOURCES } from "./built_in.ts";
import { convertProperty, PROPERTY } from "./properties/foreign_properties.ts";
import type { PropertiesFile } from "./properties/properties_file.ts";
import { type IniFile, parseIni } from "./ini_file.ts";
import { CLIENT_PROPERTY_REFERENCE, type ClientProperty } from "./properties/reference.ts";
import { NAMED_REFERENCE } from "./reference/named_keys.ts";
import { REFERENCE } from "./reference/reference.ts";
import { environmentVariable, SPARK_REMOTE } from "./environment.ts";
import type { NamedSectionKind, SectionName } from "./sections.ts";

/** Where the keys are that a message does not list. */
const ALL_KEYS = "sfcrime config show lists all keys.";

/** Where a value came from, lowest precedence first. */
export const ORIGINS = ["default", "file", "environment", "flag"] as const;

/**
 * Where a value came from: its origin and its place there, such as `config/app.cfg:12`, `--topic` or
 * `SFCRIME_KAFKA_TOPIC`.
 */
export interface Provenance {
  readonly origin: (typeof ORIGINS)[number];
  readonly place: string;
  /** The text as given, before parsing. */
  readonly raw: string;
}

/** A flag that sets a setting. */
export interface FlagValue {
  /** `section.key`. */
  readonly setting: string;
  /** As the user wrote it, such as `--topic`. */
  readonly flag: string;
  readonly value: string;
}

/** Everything that {@link loadSettings} reads. */
export interface SettingSources {
  readonly flags: readonly FlagValue[];
  /** The values of `-X`, each `name=value`. */
  readonly properties: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly file: NamedText | undefined;
  /** A file of client properties, which wins over {@link file}. */
  readonly propertiesFile?: PropertiesFile | undefined;
}

/** The text of a file. */
export interface NamedText {
  readonly path: string;
  readonly text: string;
}

/** An error in the settings, and whether it is on the command line. */
export interface Problem {
  readonly message: string;
  readonly hint?: string;
  readonly onCommandLine: boolean;
  /** The setting without a valid value, `section.key`, or a section of which it is unknown which key was meant. */
  readonly setting: string | undefined;
}

/** Values by `section.key` (or `property:name`), each from the source with the highest precedence. */
export type RawValues = Map<string, Provenance>;

/** What is said of sources that are gathered. */
export interface Said {
  readonly problems: Problem[];
  readonly warnings: string[];
}

export function gather(sources: SettingSources, said: Said): RawValues {
  const { problems } = said;
  const raw: RawValues = new Map();
  const set = (name: string, given: Provenance) => {
    if (given.raw !== "") raw.set(name, given);
  };
  const gatherBuiltIn = (sections: typeof BUILT_IN_QUERIES) => {
    for (const [section, keys] of Object.entries(sections)) {
      for (const [key, raw] of Object.entries(keys)) {
        set(`${section}.${key}`, { origin: "default", place: "built in", raw });
      }
    }
  };
  gatherBuiltIn(BUILT_IN_SOURCES);
  const hasQueries = gatherFile(sources.file, set, problems);
  if (!hasQueries) gatherBuiltIn(BUILT_IN_QUERIES);
  gatherPropertiesFile(sources.propertiesFile, set, said);
  gatherEnvironment(sources.environment, set);
  for (const property of sources.properties) gatherProperty(property, set, problems);
  for (const { setting, flag, value } of sources.flags) {
    set(setting, { origin: "flag", place: flag, raw: value });
  }
  return raw;
}

type SetRaw = (name: string, given: Provenance) => void;

/** Returns whether the file declares queries. */
function gatherFile(file: SettingSources["file"], set: SetRaw, problems: Problem[]): boolean {
  if (file === undefined) return false;
  const ini: IniFile = parseIni(file.text);
  const problem = (line: number, message: string, setting: string | undefined, hint?: string) => {
    const place = `${file.path}:${line}`;
    problems.push({ message: `${place}: ${message}`, onCommandLine: false, setting, ...hint && { hint } });
  };
  for (const { line, message, hint, section } of ini.problems) problem(line, message, section, hint);
  for (const { name, line } of ini.sections) {
    if (keysOfSection(name) === undefined) {
      problem(line, `[${name}] is not a known section. ${didYouMean(name, sectionForms())}`, name);
    } else if (name.startsWith("query.") && !ini.entries.some((e) => e.section === name && e.value !== "")) {
      problem(
        line,
        `[${name}] is empty: expected sql, or sql_file with the path of a file that contains the statement.`,
        name,
      );
    }
  }
  for (const { section, key, value, line } of ini.entries) {
    const keys = keysOfSection(section);
    if (keys === undefined) continue;
    const given: Provenance = { origin: "file", place: `${file.path}:${line}`, raw: value };
    if (keys.includes(key)) set(`${section}.${key}`, given);
    else if (section === "kafka" && setConverted({ key, given }, set, problems)) continue;
    else if (section === "kafka" && key in CLIENT_PROPERTY_REFERENCE) set(`${PROPERTY}${key}`, given);
    else {
      const known = section === "kafka" ? [...keys, ...Object.keys(CLIENT_PROPERTY_REFERENCE)] : keys;
      problem(
        line,
        `[${section}] has no key ${key} (its value is ${shown(key, value)}). ${
          didYouMean(key, known, ALL_KEYS)
        }`,
        section,
      );
    }
  }
  return ini.sections.some(({ name }) => name.startsWith("query."));
}

/** Sets what a property of another client is; returns false if it is none. */
function setConverted(
  { key, given }: { readonly key: string; readonly given: Provenance },
  set: SetRaw,
  problems: Problem[],
): boolean {
  const converted = convertProperty(key, given.raw);
  if (converted === undefined) return false;
  if ("problem" in converted) {
    const { problem, hint } = converted;
    problems.push({
      message: `${given.place}: ${key}: ${problem}.`,
      ...hint === undefined ? {} : { hint },
      onCommandLine: given.origin === "flag",
      setting: undefined,
    });
  } else if ("values" in converted) {
    for (const [name, raw] of Object.entries(converted.values)) set(name, { ...given, raw });
  }
  return true;
}

function gatherPropertiesFile(
  file: PropertiesFile | undefined,
  set: SetRaw,
  { problems, warnings }: Said,
): void {
  if (file === undefined) return;
  warnings.push(...file.warnings);
  for (const problem of file.problems) {
    problems.push({ ...problem, onCommandLine: false, setting: undefined });
  }
  for (const { name, value, place } of file.values) set(name, { origin: "file", place, raw: value });
}

function gatherEnvironment(environment: Readonly<Record<string, string>>, set: SetRaw): void {
  const take = (name: string, variable: string) => {
    const value = environment[variable];
    if (value !== undefined && value !== "") {
      set(name, { origin: "environment", place: variable, raw: value });
    }
  };
  // Other programs know it as well, and may be told to start a Spark of their own: `local`.
  if (environment[SPARK_REMOTE]?.startsWith("sc://")) take("spark.remote", SPARK_REMOTE);
  for (const [section, keys] of Object.entries(REFERENCE)) {
    for (const key of Object.keys(keys)) take(`${section}.${key}`, environmentVariable(section, key));
  }
  for (const name of Object.keys(CLIENT_PROPERTY_REFERENCE)) {
    take(`${PROPERTY}${name}`, environmentVariable("kafka", name));
  }
}

/** `-X section.key=value` where the part before the first dot is a section, else a client property. */
function gatherProperty(property: string, set: SetRaw, problems: Problem[]): void {
  const at = property.indexOf("=");
  const name = (at < 0 ? property : property.slice(0, at)).trim();
  const problem = (message: string, setting?: string) =>
    problems.push({ message, onCommandLine: true, setting });
  if (at < 1) {
    // Only the first word is shown: the rest may be a secret.
    const word = /^[^\s:=]*/.exec(name)![0];
    problem(`-X ${word}: expected name=value, such as -X kafka.topic=calls.`);
    return;
  }
  const given: Provenance = { origin: "flag", place: `-X ${name}`, raw: property.slice(at + 1).trim() };
  const section = sectionPrefix(name);
  if (section === undefined) {
    const known = Object.keys(CLIENT_PROPERTY_REFERENCE);
    if (setConverted({ key: name, given }, set, problems)) return;
    if (known.includes(name)) return set(`${PROPERTY}${name}`, given);
    return void problem(`-X ${name} is not a known client property. ${didYouMean(name, known)}`);
  }
  const key = name.slice(section.length + 1);
  // A topic that is a stream may have any name.
  const keys = section.startsWith("stream.") ? Object.keys(NAMED_REFERENCE.stream) : keysOfSection(section);
  if (keys === undefined) {
    return void problem(
      `-X ${name}: [${section}] is not a known section. Names have letters, digits and _ only.`,
    );
  }
  if (keys.includes(key)) set(name, given);
  else problem(`-X ${name}: [${section}] has no key ${key}. ${didYouMean(key, keys, ALL_KEYS)}`, section);
}

/** The section in a dotted name: `kafka` in `kafka.topic`, `query.a` in `query.a.sql`. */
function sectionPrefix(name: string): string | undefined {
  const first = name.split(".", 1)[0]!;
  if (first in REFERENCE && name.includes(".")) return first;
  if (!(first in NAMED_REFERENCE)) return undefined;
  const last = name.lastIndexOf(".");
  return last > first.length ? name.slice(0, last) : undefined;
}

/** The keys that a section may have, or undefined if there is no such section. */
function keysOfSection(section: string): readonly string[] | undefined {
  if (Object.hasOwn(REFERENCE, section)) return Object.keys(REFERENCE[section as SectionName]);
  const match = /^(stream|table|query)\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(section);
  return match === null ? undefined : Object.keys(NAMED_REFERENCE[match[1] as NamedSectionKind]);
}

function sectionForms(): string[] {
  return [...Object.keys(REFERENCE), ...Object.keys(NAMED_REFERENCE).map((kind) => `${kind}.NAME`)];
}

/** A value for a message: a secret, or what looks like one, is hidden. */
export function shown(key: string, value: string): string {
  const properties: Readonly<Record<string, ClientProperty>> = CLIENT_PROPERTY_REFERENCE;
  const property = properties[key];
  // A secret with a mistyped name is still a secret; the path of a file with one is none.
  const near = nearest(key, Object.keys(properties)) ?? key;
  const secret = property?.secret === true || /\btoken=/i.test(value) ||
    (property === undefined && !key.endsWith("_file") &&
      (properties[near]?.secret === true || /pass|secret|token|credential|jaas/i.test(key)));
  return secret ? "(hidden)" : JSON.stringify(value);
}
