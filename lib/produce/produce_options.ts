/** What a run of the producer is given, and what it tells. */
import type { Clock } from "../base/clock.ts";
import type { AppendOptions, Broker } from "../broker/broker.ts";
import type { InputPosition } from "../records/input_item.ts";
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
  /** A record's timestamp: the moment of sending, or its event time where it has one. */
  readonly timestamp: "now" | "event";
  /** How long the topic keeps records, in milliseconds, where that is known; older ones are warned about. */
  readonly retentionMs?: number | undefined;
  /** The field by which records are sorted before they are sent, named as that of the key. */
  readonly sortBy?: string | undefined;
  readonly append: AppendOptions;
  /** Records to send before stopping, or undefined for all. */
  readonly limit: number | undefined;
  /** Whether to begin again at the end of the input. */
  readonly loop: boolean;
  readonly onError: "fail" | "skip" | "dead-letter";
  /** Whether a record that breaks the calls' schema counts as broken. */
  readonly strict: boolean;
  /** Whether the first record must have the field that becomes the key. */
  readonly requireKey: boolean;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProduceProgress) => void;
  /** Is told how the run has ended, also when it has failed. */
  readonly onEnd?: (summary: ProduceSummary) => void;
}

/** How far a run has come. */
export interface ProduceProgress {
  /** Records that the broker has confirmed. */
  readonly sent: number;
  /** Bytes of their keys and values. */
  readonly sentBytes: number;
  /** Records that were not sent because they are broken. */
  readonly broken: number;
  /** Records that were sent although they break the calls' schema. */
  readonly schemaProblems: number;
  readonly elapsedMs: number;
  /** Records that are known to come in all: where the whole input was indexed, or a limit is set. */
  readonly expected: number | undefined;
}

/** How a run ended. */
export interface ProduceSummary extends ProduceProgress {
  /** Whether the run has ended before its input did. */
  readonly stopped: boolean;
  /** The last record that the broker has confirmed; where they are sorted, others before it may not be sent. */
  readonly last: InputPosition | undefined;
}
