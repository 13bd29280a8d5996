/** Whether an input has records whose event times lie further back than a topic keeps its records. */
import type { Clock } from "../base/clock.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { AskForOldRecords } from "../broker/new_topic.ts";
import type { InputSource } from "./input_source.ts";
import { recordNoter } from "./record_notes.ts";

/** What is read, and how. */
export interface OldRecordsOptions {
  readonly input: InputSource;
  /** Records that are sent, from the first one on; undefined for all. */
  readonly limit: number | undefined;
  readonly zone: TimeZone;
  readonly clock: Clock;
}

/**
 * Looks for old records by reading the input, up to the first one that is found: old files begin with one. An input
 * that can be read once only may have some.
 */
export function oldRecordsOf({ input, limit = Infinity, zone, clock }: OldRecordsOptions): AskForOldRecords {
  return async (ageMs) => {
    if (!input.repeatable) return `${input.name} may have old ones`;
    const note = recordNoter({ keyField: undefined, schema: "any", withEventTime: true, zone });
    const keptFromMs = clock.nowMs() - ageMs;
    let looked = 0;
    try {
      for await (const items of input.items(note, new AbortController().signal)) {
        for (const item of items) {
          if (item.kind === "broken") continue;
          if (looked++ === limit) return undefined;
          const { eventMs = Infinity } = item.notes;
          if (eventMs < keptFromMs) return `${input.name} has records of ${dayOf(eventMs)}`;
        }
      }
    } catch {
      // What is wrong with the input is told when it is read to be sent.
    }
    return undefined;
  };
}

/** A day, for people. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().replace(/T.*/, "");
}
