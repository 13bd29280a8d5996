/** Decides which records of an input are not to be sent, as they are in the topic already. */
import type { AppenderTransactions, AppendOptions, ProducerId } from "../../broker/writing/appender.ts";
import type { TopicDescription } from "../../broker/broker.ts";
import type { ProducerBroker } from "../../broker/writing/dry_run.ts";
import type { InputSource } from "../input/input_source.ts";
import type { RecordNotes } from "../notes/record_notes.ts";
import type { Outgoing } from "../outgoing.ts";

/** See the module's description. */
export interface RecordGate {
  /** The number of records that are in the topic. */
  readonly total: number;
  /** Whether broken records were handled by a run before. */
  readonly isBehind: boolean;
  /** Whether a record needs no pace, as it will be passed over. */
  isUnpaced(notes: RecordNotes): boolean;
  /** Whether records that are passed over count for a limit. */
  readonly countsPassed: boolean;
  /** Whether a record is passed over. @throws {SfcrimeError} INPUT if it is not what it should be. */
  passes(outgoing: Outgoing, notes: RecordNotes): boolean;
  /** Called at the end of the input, or at what is its end for now. @throws {SfcrimeError} INPUT if it has ended too early. */
  requirePassed(): void;
}

/** What a run is about. */
export interface TrackedTarget {
  readonly broker: ProducerBroker;
  readonly topic: TopicDescription;
  readonly input: InputSource;
  readonly signal: AbortSignal;
  /** The transactions that records are sent in; undefined if there are none. */
  readonly transactions?: AppenderTransactions | undefined;
  /** Takes the records of the input without sending them. */
  readonly rehearse: (gate: RecordGate) => Promise<void>;
}

/** Remembers runs, so that later ones know what is in the topic. */
export interface RunTracker {
  /**
   * Opens a run; undefined if it is not remembered.
   *
   * @throws {SfcrimeError} INPUT for a run that cannot be resumed.
   */
  open(target: TrackedTarget): Promise<TrackedRun | undefined>;
}

/** A run that is remembered. */
export interface TrackedRun {
  /** Undefined if all records are sent. */
  readonly gate: RecordGate | undefined;
  /** The producer that goes on, with transactions the run that does; undefined for a new one. */
  readonly resumed: AppendOptions["resumed"];
  /** Called before the first record. */
  begin(id: ProducerId): Promise<void>;
  /** Called when all records are confirmed. */
  end(): Promise<void>;
  close(): void;
}
