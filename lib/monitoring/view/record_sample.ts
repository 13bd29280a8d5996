/** A late or malformed record, as people look at it. */

/** See the module's description. */
export interface RecordSample {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The timestamp of the record; null if unknown. */
  readonly timestampMs: number | null;
  readonly reason: string;
  /** The beginning of its value; null if it has none. */
  readonly value: string | null;
}
