/**
 * Merges flags, environment, one file and defaults into a frozen settings object.
 *
 * Precedence: flag, then environment, then file, then built-in default. Every value remembers where it came
 * from. All errors are collected and reported at once, each with its place, its value and what is allowed,
 * before anything else happens.
 */
import { deepFreeze } from "../base/collections/deep_freeze.ts";
import { SfcrimeError } from "../base/errors.ts";
import { joined } from "../base/problems.ts";
import {
  gather,
  type Problem,
  type Provenance,
  type RawValues,
  type SettingSources,
  shown,
} from "./gather.ts";
import { CLIENT_PROPERTIES } from "./properties/client_properties.ts";
import { PROPERTY } from "./properties/foreign_properties.ts";
import { chooseSecrets } from "./properties/secrets.ts";
import type { Entry } from "./reference/entry.ts";
import { NAMED_REFERENCE } from "./reference/named_keys.ts";
import { REFERENCE } from "./reference/reference.ts";
import {
  NAMED_SECTIONS,
  type NamedSectionKind,
  type QuerySettings,
  type SectionName,
  SECTIONS,
  type SectionValues,
  type StreamSettings,
  type TableSettings,
} from "./sections.ts";
import type { Kind } from "./values/values.ts";

/** The settings of a run: typed, validated and frozen. */
export interface Settings extends SectionValues {
  readonly clientProperties: Readonly<Record<string, string>>;
  readonly streams: Readonly<Record<string, StreamSettings>>;
  readonly tables: Readonly<Record<string, TableSettings>>;
  readonly queries: Readonly<Record<string, QuerySettings>>;
  /** The file that was read, if any. */
  readonly file: string | undefined;
  /** Where each value came from, by `section.key`. */
  readonly provenance: ReadonlyMap<string, Provenance>;
}

/** Settings of which some may have no valid value: those have the default. */
export interface CheckedSettings {
  readonly settings: Settings;
  /** One error for all invalid values, if there are any. */
  readonly error: SfcrimeError | undefined;
  /** What is invalid: settings as `section.key`, or sections. */
  readonly invalid: readonly string[];
  /** What was left out of the sources. */
  readonly warnings: readonly string[];
}

/**
 * Merges and validates all sources.
 *
 * @throws {SfcrimeError} CONFIG (or USAGE, if only flags are wrong) with one line per error.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const settings = loadSettings({
 *   flags: [{ setting: "kafka.topic", flag: "--topic", value: "calls" }],
 *   properties: [],
 *   environment: {},
 *   file: { path: "app.cfg", text: "[kafka]\ntopic = other\nnum_partitions = 4" },
 * });
 * equal(settings.kafka.topic, "calls");
 * equal(settings.kafka.num_partitions, 4);
 * equal(settings.provenance.get("kafka.num_partitions")?.place, "app.cfg:3");
 * ```
 */
export function loadSettings(sources: SettingSources): Settings {
  const { settings, error } = checkSettings(sources);
  if (error !== undefined) throw error;
  return settings;
}

/** Merges and validates all sources, and goes on where a value is invalid. */
export function checkSettings(sources: SettingSources): CheckedSettings {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const raw = gather(sources, { problems, warnings });
  chooseSecrets(raw, problems);
  const provenance = new Map<string, Provenance>();
  const readKeys = (section: string, kinds: Kinds, entries: Entries): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(kinds).map(([key, kind]) => {
        const name = `${section}.${key}`;
        const byDefault = entries[key]!.default;
        return [key, readValue({ name, kind, byDefault, given: raw.get(name), provenance, problems })];
      }),
    );

  const values: Record<string, unknown> = {};
  for (const section of Object.keys(SECTIONS) as SectionName[]) {
    values[section] = readKeys(section, SECTIONS[section], REFERENCE[section]);
  }
  const named = (kind: NamedSectionKind) => {
    const sections: Record<string, unknown> = {};
    for (const name of namesOf(kind, raw)) {
      sections[name] = readKeys(`${kind}.${name}`, NAMED_SECTIONS[kind], NAMED_REFERENCE[kind]);
    }
    return sections;
  };
  const settings = {
    ...values,
    clientProperties: readClientProperties(raw, provenance, problems),
    streams: named("stream"),
    tables: named("table"),
    queries: named("query"),
    file: sources.file?.path,
    provenance,
  };
  return {
    settings: deepFreeze(settings) as unknown as Settings,
    error: errorOf(problems),
    invalid: problems.flatMap(({ setting }) => setting ?? []),
    warnings,
  };
}

function errorOf(problems: readonly Problem[]): SfcrimeError | undefined {
  if (problems.length === 0) return undefined;
  const code = problems.every((problem) => problem.onCommandLine) ? "USAGE" : "CONFIG";
  return joined(
    problems.map(({ message, hint }) => new SfcrimeError(code, message, hint === undefined ? {} : { hint })),
  );
}

function namesOf(kind: NamedSectionKind, raw: RawValues): Set<string> {
  const names = new Set<string>();
  for (const name of raw.keys()) {
    // A topic that is a stream may have dots in its name.
    const [first, last] = [name.indexOf("."), name.lastIndexOf(".")];
    if (name.slice(0, first) === kind && first < last) names.add(name.slice(first + 1, last));
  }
  return names;
}

type Kinds = Readonly<Record<string, Kind<unknown>>>;
type Entries = Readonly<Record<string, Entry>>;

interface ReadRequest {
  readonly name: string;
  readonly kind: Kind<unknown>;
  readonly byDefault: string;
  readonly given: Provenance | undefined;
  readonly provenance: Map<string, Provenance>;
  readonly problems: Problem[];
}

function readValue({ name, kind, byDefault, given, provenance, problems }: ReadRequest): unknown {
  const effective = given ?? { origin: "default" as const, place: "default", raw: byDefault };
  provenance.set(name, effective);
  if (effective.raw === "" && byDefault === "") return undefined;
  const parsed = kind.schema.safeParse(effective.raw);
  if (parsed.success) return parsed.data;
  const place = effective.origin === "file" ? `${effective.place}: ${iniName(name)}` : effective.place;
  problems.push({
    message: `${place} = ${shown(keyOf(name), effective.raw)}: expected ${kind.allowed}.`,
    onCommandLine: effective.origin === "flag",
    setting: name,
  });
  return byDefault === "" ? undefined : kind.schema.parse(byDefault);
}

function iniName(name: string): string {
  const key = keyOf(name);
  return `[${name.slice(0, -key.length - 1)}] ${key}`;
}

/** The last part of a name: the key in its section. */
export function keyOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function readClientProperties(
  raw: RawValues,
  provenance: Map<string, Provenance>,
  problems: Problem[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, kind] of Object.entries(CLIENT_PROPERTIES)) {
    const given = raw.get(`${PROPERTY}${name}`);
    if (given === undefined) continue;
    provenance.set(`kafka.${name}`, given);
    if (kind.schema.safeParse(given.raw).success) values[name] = given.raw;
    else {
      problems.push({
        message: `${given.place}: ${name} = ${shown(name, given.raw)}: expected ${kind.allowed}.`,
        onCommandLine: given.origin === "flag",
        setting: `kafka.${name}`,
      });
    }
  }
  return values;
}
