/** What settings come to: which of a specific and a general one applies, and the time zone. */
import { type TimeZone, timeZoneOf, UTC } from "../base/time_zone.ts";
import { ORIGINS } from "./gather.ts";
import type { Settings } from "./settings.ts";

/** The precedence of a setting's origin; unset settings have the lowest. */
function rank(settings: Settings, name: string): number {
  const provenance = settings.provenance.get(name);
  return provenance === undefined || provenance.raw === "" ? -1 : ORIGINS.indexOf(provenance.origin);
}

/**
 * Whether the specific setting applies, rather than the general one: it does unless the general one comes
 * from a source of higher precedence. So `--trigger` on the command line wins over the trigger in
 * `[query.by_type]` of the file, which wins over the one in `[analyze]` of the file.
 */
export function specificApplies(settings: Settings, own: string, general: string): boolean {
  const ownRank = rank(settings, own);
  return ownRank >= 0 && ownRank >= rank(settings, general);
}

/** The zone of times that do not name one. */
export function zoneOf({ analyze }: Settings): TimeZone {
  return timeZoneOf(analyze.time_zone) ?? UTC;
}
