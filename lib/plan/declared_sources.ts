/** The streams and tables of the settings; those with an invalid declaration are left out. */
import type { Problems } from "../base/problems.ts";
import { SECTIONS } from "../config/sections.ts";
import type { Settings } from "../config/settings.ts";
import type { StreamFormats } from "../registry/formats/stream_format.ts";
import type { StreamSource, TableSource } from "../sql/catalog.ts";
import {
  declaredStream,
  requireKnownWatermark,
  type StreamReading,
  streamReading,
} from "./declared_streams.ts";
import { partsWithSchemas } from "./schemas/part_settings.ts";
import { tableColumns } from "./declared_tables.ts";

/** What an analysis is planned with. */
export interface Planning {
  /** Collects what is wrong. */
  readonly problems: Problems;
  /**
   * What has no valid value, as {@link CheckedSettings} lists it. What depends on it is left out: an error could be
   * a consequence.
   */
  readonly invalid: readonly string[];
  /** The formats of streams whose records have schemas, by the name of the stream. */
  readonly formats?: ReadonlyMap<string, StreamFormats>;
}

/** See the module's description. */
export interface DeclaredSources {
  readonly streams: ReadonlyMap<string, StreamSource>;
  readonly tables: ReadonlyMap<string, TableSource>;
  readonly readings: Readonly<Record<string, StreamReading>>;
  /** The names of those that were left out, in lower case. */
  readonly leftOut: ReadonlySet<string>;
}

/** Reads the declarations, and collects what is wrong with them. */
export function declaredSources(
  settings: Settings,
  { problems, invalid, formats = new Map() }: Planning,
): DeclaredSources {
  const leftOut = new Set(invalid.flatMap((setting) => sourceOf(setting) ?? []));
  for (const name of Object.keys(settings.streams)) {
    // Its schema is wrong, which was reported, or no query needs it.
    if (partsWithSchemas(settings, name).length > 0 && !formats.has(name)) leftOut.add(name.toLowerCase());
  }
  const read = <T>(names: readonly string[], declared: (name: string) => T): Map<string, T> => {
    const sources = new Map<string, T>();
    for (const name of names) {
      if (leftOut.has(name.toLowerCase())) continue;
      const source = problems.attemptSync(() => declared(name));
      if (source === undefined) leftOut.add(name.toLowerCase());
      else sources.set(name, source);
    }
    return sources;
  };
  const streams = read(
    Object.keys(settings.streams),
    (name) => declaredStream(settings, name, formats.get(name)),
  );
  const readings = read([...streams.keys()], (name) => streamReading(settings, name, formats.get(name)));
  const tables = read(Object.keys(settings.tables), (name) => ({ columns: tableColumns(settings, name) }));
  if (leftOut.size === 0 && !invalid.includes("analyze.watermark")) {
    problems.attemptSync(() => requireKnownWatermark(settings, streams));
  }
  return { streams, tables, readings: Object.fromEntries(readings), leftOut };
}

/** The name of the stream or table that a setting, or a mistyped section, may declare. */
function sourceOf(setting: string): string | undefined {
  const [section, name] = setting.split(".");
  return Object.hasOwn(SECTIONS, section!) ? undefined : name?.toLowerCase();
}
