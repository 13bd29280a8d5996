/** The options of a producer run, and its progress and summary. */
import type { AppendOptions, TransactionalProducer } from "../broker/writing/appender.ts";
import type { ProducerBroker } from "../broker/writing/dry_run.ts";
import type { TransactionSize } from "../broker/writing/run_transactions.ts";
import type { InputPosition } from "../records/splitting/input_item.ts";
import type { DeadLetters } from "./broken/dead_letters.ts";
import type { InputSource } from "./input/input_source.ts";
import type { InputReading } from "./notes/input_records.ts";
import type { NoteOptions } from "./notes/record_notes.ts";
import type { OutgoingOptions } from "./outgoing.ts";
import type { Pace } from "./pace.ts";
import type { RunTracker } from "./resume/record_gate.ts";

/** What to produce, and how. */
export interface ProduceOptions extends OutgoingOptions {
  readonly broker: ProducerBroker;
  readonly input: InputSource;
  /** How the input is read; by default, as JSON. */
  readonly reading?: Omit<InputReading, "name">;
  readonly pace: Pace;
  readonly record: Omit<NoteOptions, "withEventTime" | "sortField">;
  /** The retention of the topic in milliseconds, if known; older records cause a warning. */
  readonly retentionMs?: number | undefined;
  /** The field to sort records by before they are sent, in the same notation as the key field. */
  readonly sortBy?: string | undefined;
  readonly append: Omit<AppendOptions, "resumed" | "transactional">;
  /** Sends records in transactions; by default, there are none. */
  readonly transactions?: TransactionsOptions | undefined;
  /** Remembers the run, and knows what runs before it have sent; by default, nothing is remembered. */
  readonly tracker?: RunTracker | undefined;
  /** How long records that come one by one are held back, to be sent together; by default, not at all. */
  readonly lingerMs?: number | undefined;
  /** The most bytes of a batch before compression; by default, as many as brokers take. */
  readonly batchBytes?: number | undefined;
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
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProduceProgress) => void;
  /** Called when the run has ended, also when it has failed. */
  readonly onEnd?: (summary: ProduceSummary) => void;
}

/** How records are sent in transactions. */
export interface TransactionsOptions {
  readonly producer: TransactionalProducer;
  readonly size: TransactionSize;
}

/** The progress of a run. */
export interface ProduceProgress {
  /** Records that the broker has acknowledged; with transactions, those that were committed. */
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
  /** Records of the input that were in the topic before. */
  readonly sentBefore: number;
  /** What became of its transactions; undefined if there were none. */
  readonly transactions: TransactionsSummary | undefined;
}

/** What became of the transactions of a run. */
export interface TransactionsSummary {
  readonly committed: number;
  /** Records of the last one, which was not committed. */
  readonly abortedRecords: number;
}

/** Whether records are sent in another order than in the input. */
export function isSorted({ sortBy, pace }: ProduceOptions): boolean {
  return sortBy !== undefined || pace.kind === "replay";
}
