/** What settings come to: which of two holds, where one is for a part of the other, and which do nothing. */
import { ORIGINS } from "./gather.ts";
import { type Entry, REFERENCE } from "./reference.ts";
import type { Settings } from "./settings.ts";

/** The place of a setting's origin in the order of precedence; unset ones come last. */
function rank(settings: Settings, name: string): number {
  const provenance = settings.provenance.get(name);
  return provenance === undefined || provenance.raw === "" ? -1 : ORIGINS.indexOf(provenance.origin);
}

/**
 * Whether the setting for a part holds, rather than the one for everything: it does unless the other came
 * from a source of higher precedence. So `--trigger` on the command line wins over a trigger of
 * `[query.by_type]` in the file, which wins over one of `[analyze]` in the file.
 */
export function ownHolds(settings: Settings, own: string, general: string): boolean {
  const ownRank = rank(settings, own);
  return ownRank >= 0 && ownRank >= rank(settings, general);
}

/** The settings that somebody has set although nothing acts on them yet, such as `[ui] port (app.cfg:12)`. */
export function settingsWithoutEffect({ provenance }: Settings): string[] {
  return Object.entries(REFERENCE).flatMap(([section, keys]) =>
    Object.entries<Entry>(keys).flatMap(([key, { withoutEffect }]) => {
      const given = provenance.get(`${section}.${key}`);
      if (withoutEffect !== true || given === undefined || given.origin === "default") return [];
      return [`[${section}] ${key} (${given.place})`];
    })
  );
}
