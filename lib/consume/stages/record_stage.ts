/** What records pass through between the topic and the output. */
import type { PrintedRecord } from "../formats/record_printer.ts";

/** See the module's description. */
export interface RecordStage {
  /** Whether it may leave records out. */
  readonly isFilter: boolean;
  /** The records of one partition that are kept, in order, as they go on. */
  pass(records: readonly PrintedRecord[]): Promise<readonly PrintedRecord[]>;
}
