/** The options of a producer run, and its progress and summary. */
import type { Clock } from "../base/clock.ts";
import type { AppendOptions } from "../broker/writing/appender.ts";
import type { Broker } from "../broker/broker.ts";
import type { EncodeJson } from "../records/formats/schemas/value_encoder.ts";
import type { InputPosition } from "../records/splitting/input_item.ts";
import type { DeadLetters } from "./dead_letters.ts";
import type { InputSource } from "./input_source.ts";
import type { Pace } from "./pace.ts";
import type { NoteOptions } from "./record_notes.ts";

/** What to produce, and how. */
export interface ProduceOptions {
  readonly broker: Broker;
  readonly topic: string;
  readonly input: InputSource;
  readonly pace: Pace;
  readonly record: Omit<NoteOptions, "withEventTime" | "sortField">;
  /** Timestamp of a record: the time of sending, or its event time if it has one. */
  readonly timestamp: "now" | "event";
  /** The retention of the topic in milliseconds, if known; older records cause a warning. */
  readonly retentionMs?: number | undefined;
  /** The field to sort records by before they are sent, in the same notation as the key field. */
  readonly sortBy?: string | undefined;
  readonly append: AppendOptions;
  /** Encodes values by a schema; without it, they are sent as they stand. */
  readonly encode?: EncodeJson | undefined;
  /** Encodes keys by a schema, from the JSON of their field. */
  readonly encodeKey?: EncodeJson | undefined;
  /** How many records to send, or undefined for all. */
  readonly limit: number | undefined;
  /** Whether to start over at the end of the input. */
  readonly loop: boolean;
  readonly onError: "fail" | "skip" | "dead-letter";
  /** Whether a record that does not match the calls schema counts as broken. */
  readonly strict: boolean;
  /** Whether the first record must have the key field. */
  readonly requireKey: boolean;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProduceProgress) => void;
  /** Called when the run has ended, also when it has failed. */
  readonly onEnd?: (summary: ProduceSummary) => void;
}

/** The progress of a run. */
export interface ProduceProgress {
  /** Records that the broker has acknowledged. */
  readonly sent: number;
  /** Bytes of their keys and values. */
  readonly sentBytes: number;
  /** Records that were not sent because they are broken. */
  readonly broken: number;
  /** Records that were sent although they do not match the calls schema. */
  readonly schemaProblems: number;
  readonly elapsedMs: number;
  /** The total number of records, if known: because the input was indexed, or a limit is set. */
  readonly expected: number | undefined;
}

/** How a run ended. */
export interface ProduceSummary extends ProduceProgress {
  /** Whether the run has ended before its input did. */
  readonly stopped: boolean;
  /** The last record that the broker has acknowledged; of sorted records, earlier ones may be unsent. */
  readonly last: InputPosition | undefined;
}
