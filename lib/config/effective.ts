/** Which of two settings holds, where one is for everything and the other for a part of it. */
import { ORIGINS } from "./gather.ts";
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
