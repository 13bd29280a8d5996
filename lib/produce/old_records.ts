/** Whether an input has records that are older, by their event times, than the retention of a topic. */
import type { Clock } from "../base/clock.ts";
import type { AskForOldRecords } from "../broker/topics/new_topic.ts";
import { retentionText } from "../broker/topics/topic_config.ts";
import type { SplitterOf } from "../records/splitting/input_item.ts";
import type { InputSource } from "./input/input_source.ts";
import type { RecordNotes } from "./notes/record_notes.ts";

/** What to read, and how. */
export interface OldRecordsOptions {
  readonly input: InputSource;
  /** Splits it into records whose event times are noted. */
  readonly splitterOf: SplitterOf<RecordNotes>;
  /** How many records are sent; undefined for all. */
  readonly limit: number | undefined;
  readonly clock: Clock;
}

/**
 * Looks for old records by reading the input up to the first one: old files start with one. An input that can only be
 * read once counts as old.
 */
export function oldRecordsOf(
  { input, splitterOf, limit = Infinity, clock }: OldRecordsOptions,
): AskForOldRecords {
  return async (ageMs) => {
    if (!input.repeatable) return `${input.name} may have old ones`;
    const retainedFromMs = clock.nowMs() - ageMs;
    let looked = 0;
    try {
      for await (const items of input.items(splitterOf, { signal: new AbortController().signal })) {
        for (const item of items) {
          if (item.kind === "broken") continue;
          if (looked++ === limit) return undefined;
          const { eventMs = Infinity } = item.notes;
          if (eventMs < retainedFromMs) return `${input.name} has records of ${dayOf(eventMs)}`;
        }
      }
    } catch {
      // Errors in the input are reported when it is read for sending.
    }
    return undefined;
  };
}

/** The warning about a record that its topic deletes soon. @param record The record, as a sentence begins. */
export function ageWarning(
  record: string,
  { timestampMs, topic, retentionMs }: {
    readonly timestampMs: number;
    readonly topic: string;
    readonly retentionMs: number;
  },
): string {
  return `${record} is dated ${dayOf(timestampMs)}; topic ${topic} deletes records that old ` +
    `(${
      retentionText(retentionMs)
    }). To keep them, create the topic with --retention forever, or use --timestamp now.`;
}

/** The day of a time, for people. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().replace(/T.*/, "");
}
