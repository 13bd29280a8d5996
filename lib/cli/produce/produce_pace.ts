/** What the settings of `produce` say of when records are sent: their pace, and their order. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Settings } from "../../config/settings.ts";
import type { Pace } from "../../produce/pace.ts";
import { EVENT_TIME_FIELD } from "../../produce/notes/record_notes.ts";

/** The field by which records are sorted; undefined where they keep their order. @throws {SfcrimeError} USAGE */
export function orderOf({ producer: { sort_by: field, speedup }, provenance }: Settings): string | undefined {
  if (field === undefined || speedup === undefined) {
    return field ?? (speedup === undefined ? undefined : EVENT_TIME_FIELD);
  }
  const places = ["sort_by", "speedup"].map((key) => provenance.get(`producer.${key}`)?.place ?? key);
  throw new SfcrimeError("USAGE", `${places.join(" and ")} are mutually exclusive.`, {
    hint: `A replay by speedup is sorted by ${EVENT_TIME_FIELD}.`,
  });
}

/** Rate, interval and speedup are mutually exclusive. @throws {SfcrimeError} USAGE */
export function paceOf({ producer: { rate, interval, speedup }, provenance }: Settings): Pace {
  const given = Object.entries({ rate, interval, speedup }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const places = given.map(([key]) => provenance.get(`producer.${key}`)?.place ?? key);
    throw new SfcrimeError("USAGE", `${places.join(" and ")} are mutually exclusive.`, {
      hint: "Use only one of them to set the speed.",
    });
  }
  if (rate !== undefined) return { kind: "rate", everyMs: 1_000 / rate };
  if (interval !== undefined) return { kind: "rate", everyMs: interval };
  if (speedup !== undefined) return { kind: "replay", speedup };
  return { kind: "unlimited" };
}
